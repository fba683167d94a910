"""The preview beside the event's form: what the words would be, also while half of them are typed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from ..db import db
from ..errors import Refused
from ..events.forms import EventForm
from ..events.models import Event
from ..events.recurrence import Plan
from ..events.series import foreseen
from ..events.service import imagined
from ..labels import RULES
from ..links import Links
from ..organisers.rules import Actor
from ..wording import EventFacts
from .copies import Copy, copies
from .telling import Foreseen, foreseen_by

#: What stands where something is missing; the times only carry the form past its questions, and are shown by no text.
STAND_INS = {
    "title": "(title)",
    "starts_at": "2030-01-01T18:00",
    "ends_at": "2030-01-01T20:00",
    "timezone": "UTC",
    "visibility": "public",
}
TIMES = ("starts_at", "ends_at", "timezone", "fold")


class _Undated(EventFacts):
    """Facts of an event whose time is not said yet."""

    when = property(lambda self: "(time)")


class Preview(NamedTuple):
    """The texts as far as they can be written, and what they wait for; of a series, its dates and what a change does."""

    texts: Sequence[Copy] = ()
    missing: Sequence[str] = ()
    plan: Plan | None = None
    effects: Sequence[Foreseen] = ()
    #: What only the event itself refuses, by field.
    refused: Refused | None = None


def preview_of(form: EventForm, *, over: Event | None, actor: Actor, links: Links, now: datetime) -> Preview:
    """What the form would have the label say, with stand-ins for what is missing or cannot be read; nothing is kept."""
    form.validate()
    wrong = {name: said for name, said in form.errors.items() if name}
    missing = [f"{form[name].label.text}: {' '.join(map(str, said))}" for name, said in wrong.items()]
    if form.label.data not in RULES:
        return Preview(missing=missing)
    undated = any(name in wrong for name in TIMES)
    typed = {field.name: field.raw_data[0] for field in form if field.raw_data}
    typed |= {"label": form.label.data}
    typed |= {name: STAND_INS.get(name, "") for name in (*wrong, *(TIMES if undated else ()))}
    whole = EventForm(MultiDict(typed))
    try:
        draft = whole.draft()
        plan = whole.plan() if over is None and not undated else None
        facts = imagined(plan.drafts[0] if plan else draft, over=over, actor=actor, links=links, now=now)
        effects: Sequence[Foreseen] = ()
        if over and over.series and not wrong:
            those = foreseen(over, draft, form.chosen_scope, actor=actor, links=links, now=now)
            effects = foreseen_by(db.session(), those)
    except Refused as error:
        said = [f"{name}: {' '.join(sentences)}" for name, sentences in error.problems.items()]
        return Preview(missing=missing or said, refused=error)
    return Preview(copies(_Undated(**vars(facts)) if undated else facts), missing, plan, effects)
