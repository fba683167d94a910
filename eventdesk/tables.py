"""All tables, for migrations and the test that both agree."""

from . import limits
from .events import models as events
from .lists import models as lists
from .organisers import models as organisers
from .orm import Model
from .outbox import models as outbox
from .programmes import models as programmes

__all__ = ["events", "limits", "lists", "metadata", "organisers", "outbox", "programmes"]

metadata = Model.metadata
