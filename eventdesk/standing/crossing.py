"""Crossing, on the side one comes to: a sealed link says who asked for what. Of the list they come from, nothing is read here."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ..consent.forgotten import erased_since
from ..consent.models import Source
from ..consent.queries import withdrawn_since
from ..consent.rules import version_of
from ..db import writing
from ..errors import NotFound, Refused
from ..labels import RULES, Label
from ..links import Keys, Links
from ..seals import seal, unseal
from .models import StandingEntry
from .queries import by_email
from .rules import NOT_GOOD, OTHER_WORDS, UNCONFIRMED_LASTS, is_too_late
from .service import count_in, entered, words_of

PURPOSE = "crossing"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Who asked to be told of which label's next events, and what they had read: all that the link carries."""

    label: Label
    name: str
    email: str
    #: The digest of the words that stood beside the box.
    version: str
    source: Source
    asked_at: datetime

    def sealed(self, links: Links, now: datetime) -> str:
        """The link of a mail to this address. Nothing of it is kept."""
        said = [self.label, self.name, self.email, self.version, self.source, self.asked_at.isoformat()]
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))  # short: it becomes an address
        return links.cross(seal(links.keys, PURPOSE, text, now))


def wish_in(sealed: str, links: Links, now: datetime) -> Wish:
    """The wish that a link carries, for seven days. Raises NotFound."""
    text = unseal(links.keys, PURPOSE, sealed, now, lasts=UNCONFIRMED_LASTS, said=NOT_GOOD)
    label, name, email, version, source, asked_at = json.loads(text)
    if is_too_late(datetime.fromisoformat(asked_at), now):  # its mail may have waited before it left
        raise NotFound(NOT_GOOD)
    return Wish(
        label=RULES[label].label,
        name=name,
        email=email,
        version=version,
        source=Source(source),
        asked_at=datetime.fromisoformat(asked_at),
    )


def entry_of(session: Session, wish: Wish, keys: Keys) -> StandingEntry | None:
    """The entry of the address on the list it comes to. Raises NotFound once it was taken back, or erased, after they asked."""
    audience, email_key = RULES[wish.label].audience, wish.email.casefold()
    gone = erased_since(session, wish.label, email_key, keys, wish.asked_at)
    if gone or withdrawn_since(session, audience, email_key, wish.asked_at):
        raise NotFound(NOT_GOOD)
    return by_email(session, audience, email_key)


def come_over(wish: Wish, *, said: str | None, keys: Keys, now: datetime) -> StandingEntry:
    """It was they: put them on the list they come to, with what they agreed to. Twice is once.

    `said` is what stood beside the button; where unknown, what they had read before must be so still. Raises Refused at
    the field `said` when it reads otherwise by now, NotFound as `entry_of`.
    """
    with writing() as session:
        words = words_of(session, wish.label)
        if version_of(words) != (wish.version if said is None else version_of(said)):
            raise Refused({"said": [OTHER_WORDS]})
        entry_of(session, wish, keys)
        asked = {"name": wish.name, "email": wish.email, "said": words}
        entry, _ = entered(session, wish.label, **asked, asked_at=wish.asked_at)
        if entry.confirmed_at is None:
            entry.name, entry.email, entry.said, entry.asked_at = wish.name, wish.email, words, wish.asked_at
            count_in(session, entry, source=wish.source, now=now)
    return entry
