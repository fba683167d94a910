"""What the pages of suggestions and questions are made of: which list is open, its tabs, the form and who reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from ..access import links
from ..desk.blueprint import Pages, Tab, asked, pages_of
from ..errors import NotFound
from ..events.models import Event
from ..links import Purpose
from ..lists.crossing import Crossing, crossing_of
from ..lists.models import Registration
from ..lists.queries import by_link
from ..programmes.models import Programme
from .forms import SayForm
from .models import Kind, State
from .queries import Shown, contributions, how_many, reader_of, to_ask_about
from .rules import Reader, has_voice
from .service import NO_VOICE

#: The two lists, by how the address names them.
LISTS: Mapping[str, Kind] = {"suggestions": Kind.SUGGESTION, "questions": Kind.QUESTION}
#: As many as weigh, with all a page fetches, under 60 kB: of each a few lines, and of answers all their words.
TO_A_PAGE, ANSWERS_TO_A_PAGE = 20, 10


@dataclass(frozen=True)
class Member:
    """Who reads their own page of a programme: by one registration, as one voice."""

    token: str
    person: Registration
    event: Event
    reader: Reader

    @property
    def programme(self) -> Programme:
        """The programme of that registration's event."""
        return self.event.programme

    def form(self, session: Session, kind: Kind, now: datetime, *, for_all: bool = True, typed: Any = None) -> SayForm:
        """The form for what they say, which nobody signs but by their own hand; `for_all` where what it stands under is."""
        sessions = to_ask_about(session, self.person, self.event, now) if kind is Kind.QUESTION else ()
        told_all = self.programme.open_to_all and for_all
        begun = None if typed else {"event": self.event.slug}
        return SayForm(typed, data=begun).of(kind, told_all=told_all, sessions=sessions)

    def crossing(self, session: Session) -> Crossing | None:
        """The way to ask where one can buy; None where the event does not offer it."""
        return crossing_of(session, self.person, self.event)

    @property
    def shown(self) -> dict[str, Any]:
        """What each of their pages names."""
        return {
            "token": self.token,
            "programme": self.programme,
            "rules": self.programme.rules,
            "promise": self.event.promise,
            "speaks": has_voice(self.person, self.event),
        }


def member_of(session: Session, token: str, *, speaks: bool = True) -> Member:
    """Who holds a manage link that gives a voice, or did when they said what they may take back. Raises NotFound."""
    person = by_link(session, links().keys, Purpose.MANAGE, token)
    event = session.get_one(Event, person.event_id)
    if not (has_voice(person, event) if speaks else event.rules.heard):
        raise NotFound(NO_VOICE)
    return Member(token, person, event, reader_of(session, person))


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One list as it was asked for, with the tabs to the others."""

    kind: Kind
    lists: Sequence[Tab]
    states: Sequence[Tab]
    shown: Sequence[Shown]
    pages: Pages
    search: str
    endpoint: str
    #: What the address says besides the page.
    here: dict[str, Any]


def listing(session: Session, programme: Programme, reader: Reader, endpoint: str, **named: Any) -> Listing:
    """The list that the address asks for (`what`, `tab`, `q`, `page`), as this reader may see it."""
    what = asked("what") if asked("what") in LISTS else next(iter(LISTS))
    state = State(asked("tab")) if asked("tab") in set(State) else None
    kind, search = LISTS[what], asked("q")
    sought: dict[str, Any] = {"search": search, "reader": reader}
    found = {each: how_many(session, programme, kind=each, **sought) for each in LISTS.values()}
    numbers = found[kind]
    pages = _pages(numbers[state] if state else sum(numbers.values()), TO_A_PAGE)
    here = {"what": what, "tab": state.value if state else None, "q": search or None, **named}
    return Listing(
        kind=kind,
        lists=[
            _tab(endpoint, name, sum(found[each].values()), each is kind, here | {"what": name, "tab": None})
            for name, each in LISTS.items()
        ],
        states=[
            _tab(endpoint, "all", sum(numbers.values()), state is None, here | {"tab": None}),
            *(
                _tab(endpoint, each.value, numbers[each], each is state, here | {"tab": each.value})
                for each in State
                if numbers[each] or each is state
            ),
        ],
        shown=contributions(session, programme, kind=kind, state=state, skip=pages.before, limit=pages.size, **sought),
        pages=pages,
        search=search,
        endpoint=endpoint,
        here=here,
    )


def answers_page(shown: Shown) -> Pages:
    """Which of the answers to one contribution the address asks for."""
    return _pages(len(shown.answers), ANSWERS_TO_A_PAGE)


def list_asked() -> dict[str, Any] | None:
    """The list from which an act was done, as its address says; None when it was another page."""
    if "what" not in request.args:
        return None
    return {name: asked(name) for name in ("what", "tab", "q", "page") if asked(name)}


def _pages(total: int, size: int) -> Pages:
    wanted = pages_of(10**9).number
    return Pages(min(wanted, Pages(1, total, size).count), total, size)


def _tab(endpoint: str, key: str, count: int, current: bool, values: dict[str, Any]) -> Tab:
    return Tab(key, key.capitalize(), count, url_for(endpoint, **values), current)
