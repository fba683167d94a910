"""All tables, for migrations and the test that both agree."""

from . import limits
from .audit import models as audit
from .consent import models as consent
from .evenings import models as evenings
from .events import models as events
from .feedback import models as feedback
from .findings import models as findings
from .history import models as history
from .invites import models as invites
from .lists import models as lists
from .messages import models as messages
from .organisers import models as organisers
from .orm import Model
from .outbox import models as outbox
from .programmes import models as programmes
from .questions import models as questions
from .retention import models as retention
from .speakers import models as speakers
from .standing import models as standing
from .suggestions import models as suggestions

__all__ = [
    "audit",
    "consent",
    "evenings",
    "events",
    "feedback",
    "findings",
    "history",
    "invites",
    "limits",
    "lists",
    "messages",
    "metadata",
    "organisers",
    "outbox",
    "programmes",
    "questions",
    "retention",
    "speakers",
    "standing",
    "suggestions",
]

metadata = Model.metadata
