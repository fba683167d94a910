"""An evening as pages show it: on the event's page, and on the own page of who has a registration."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from ..consent.queries import choice_of
from ..desk.blueprint import pages_of
from ..events.models import Event
from ..links import Links
from ..lists.models import Registration
from ..suggestions.queries import comments_on
from ..suggestions.rules import EVERYBODY, Reader
from .forms import QuotationForm
from .models import Quotation
from .queries import given, is_shut, may_give, quoted_on, told

#: As many as weigh, with an event's page around them, under 60 kB.
COMMENTS_TO_A_PAGE = 12


@dataclass(frozen=True)
class Giving:
    """What somebody sees of the words they may be quoted with."""

    #: What they stand by now, and where they can withdraw it for as long as they do.
    standing: Quotation | None
    url: str
    #: None where they were not there.
    form: QuotationForm | None


def evening_of(session: Session, event: Event) -> dict[str, Any]:
    """What an event's page shows of its evening: the notes, what members say to them where all may read it, and quotations."""
    notes = told(session, event)
    quoted = quoted_on(session, event) if event.rules.sells else ()
    return {"evening": notes, "quoted": quoted, **(talk(session, event, EVERYBODY) if notes else {})}


def talk(session: Session, event: Event, reader: Reader) -> dict[str, Any]:
    """What members say to the notes of an event, as far as it is the reader's to see: a page of it, the newest first."""
    heard = event.rules.heard and not is_shut(event, reader)
    said = comments_on(session, event, reader=reader)[::-1] if heard else ()
    pages = pages_of(len(said), COMMENTS_TO_A_PAGE)
    return {"comments": said[pages.before : pages.before + pages.size], "pages": pages}


def notes_at(session: Session, event: Event, token: str, page_url: str | None) -> str | None:
    """Where who has a registration reads the notes: on a page of their own where members comment; None while there are none."""
    if told(session, event) is None:
        return None
    if event.rules.heard:
        return url_for("evenings.comments", token=token)
    return f"{page_url}#evening" if page_url else None


def giving(
    session: Session,
    person: Registration,
    event: Event,
    links: Links,
    now: datetime,
    form: QuotationForm | None = None,
) -> Giving | None:
    """The words that who has a registration may be quoted with; None for who neither gave any nor can."""
    choice = choice_of(session, person.audience, person.email_key)
    standing = given(session, event.label, choice.ref) if choice else None
    may = may_give(session, person, event, now)
    if standing is None and not may:
        return None
    url = links.quoted(person.audience, choice.ref, choice.generation) if choice and standing else ""
    return Giving(standing, url, (form or QuotationForm()).of(event.rules) if may else None)
