"""What a page shows so that one can ask to be told of the next event of its label; never of another's."""

from dataclasses import dataclass
from datetime import datetime

from ..db import db
from ..events.models import Event
from ..labels import RULES, Label, LabelRules
from ..programmes.queries import first_of
from .forms import AskForm


@dataclass(frozen=True)
class SignUp:
    """The form of one label, and what one agrees to by its button, to the letter."""

    rules: LabelRules
    form: AskForm
    said: str


def sign_up(label: Label, form: AskForm | None = None, **known: str) -> SignUp:
    """The form of a label: as it was typed, else filled with what is known of who looks."""
    rules = RULES[label]
    return SignUp(rules, form or AskForm(data=known), rules.agreed(first_of(db.session(), label).sender))


def when_over(event: Event, now: datetime) -> SignUp | None:
    """The form on the page of an event to which nobody can come any more."""
    return sign_up(event.label) if event.is_cancelled or event.is_past(now) else None
