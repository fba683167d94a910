"""What is learnt of what members say: counted by programme and month, without hidden words, and of one list alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.events.models import Event
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.guard import ListsMixed
from eventdesk.organisers.queries import by_email
from eventdesk.programmes.rules import Strategy
from eventdesk.programmes.service import make
from eventdesk.signals.queries import Heard, private_of, signals
from eventdesk.signals.rules import Term
from eventdesk.suggestions.models import Breach, Contribution, Kind, Reply, State
from eventdesk.suggestions.service import contribute, take_back
from tests.cast import ADA, BEA, BOB, UDO, UGO, UMA, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, make_invitation, make_standing, sign_up, signing

USERS = RULES[Label.COMMUNITY]
#: Says something as a person at an event; returns its reference.
Say = Callable[..., int]


@pytest.fixture
def say(session: Session, now: Clock) -> Say:
    def of(event: Event, person: Person, words: str, about: Event | None = None, name: str = "") -> int:
        kind = Kind.QUESTION if about else Kind.SUGGESTION
        ref = sign_up(event, person).ref
        about_id = about.id if about else None
        return contribute(Audience.USERS, ref, kind, words, name=name, event_id=about_id, now=now.time).ref

    return of


def reply(ref: int, now: Clock, state: State) -> None:
    with writing() as session:
        found = session.query(Contribution).filter_by(ref=ref).one()
        organiser = by_email(session, ADA.email)
        assert organiser
        session.add(
            Reply(
                contribution_id=found.id,
                label=found.label,
                state=state,
                words="Yes.",
                at=now.time,
                made_by=organiser.id,
                route_id=None,
            )
        )


def hide(ref: int, now: Clock) -> None:
    with writing() as session:
        found = session.query(Contribution).filter_by(ref=ref).one()
        found.hidden_at, found.breach = now.time, Breach.ADVERTISING


def heard(session: Session, now: Clock) -> list[Heard]:
    return list(signals(session, USERS, now.time).programmes)


@ON_BOTH
def test_what_is_asked_most_is_told_by_programme_and_month(
    session: Session, links: Links, now: Clock, say: Say
) -> None:
    with writing():
        other = make(Label.COMMUNITY, Strategy(name="Nights", purpose="", sender="Us"), actor=signing(), now=now.time)
    event, night = make_event(links), make_event(links, programme=other.slug, title="A night")
    say(event, UGO, "Restore drills, please.")
    say(event, UMA, "What of restore drills?", event)
    now.pass_by(days=30)
    hidden = say(event, UDO, "Restore drills, from us, cheaply.")
    back = say(event, BOB, "Restore drills or so.")
    hide(hidden, now)
    take_back(Audience.USERS, sign_up(event, BOB).ref, back, now=now.time)
    say(night, UDO, "Restore drills at night.")

    assert [each.terms for each in heard(session, now)] == [[], []]
    late = say(event, BEA, "Show restore drills and logs.")
    for person in (UGO, UMA):
        say(event, person, "Show us logs.")
    [first, second] = heard(session, now)

    assert (first.name, first.number, first.terms) == (
        "Community sessions",
        5,
        [Term("logs", 3), Term("restore drills", 3)],
    )
    assert first.months == [("2027-03", [Term("logs", 3)])]
    assert (second.name, second.number, second.terms, second.months) == ("Nights", 1, [], [])
    now.pass_by(days=335)  # what was said in the first month is too long ago
    assert heard(session, now)[0].terms == [Term("logs", 3)]
    hide(late, now)
    assert heard(session, now)[0].terms == []


@ON_BOTH
def test_what_has_no_answer_is_told_with_its_words_and_since_when(
    session: Session, links: Links, now: Clock, say: Say
) -> None:
    event = make_event(links)
    first = say(event, UGO, "Ask uma user of Tires,\nor mail her: uma@users.example.", name="Ugo the Great")
    now.pass_by(hours=3)
    done, hidden = say(event, UMA, "Show us how to restore."), say(event, UDO, "Something ugly to hide.")
    hide(hidden, now)
    reply(done, now, State.DONE)
    reply(first, now, State.OPEN)

    [found] = heard(session, now)

    assert found.unanswered == len(found.waiting) == 1
    assert found.waiting[0].since == now.time - timedelta(hours=3)
    assert found.waiting[0].words == "Ask … of Tires, or mail her: …"
    reply(first, now, State.PLANNED)
    [none] = heard(session, now)
    assert (none.unanswered, list(none.waiting)) == (0, [])


def test_questions_for_one_session_that_are_in_the_next_foretold_it(
    session: Session, links: Links, now: Clock, say: Say
) -> None:
    later = now.time.replace(tzinfo=None) + timedelta(days=60)
    event = make_event(links)
    make_event(links, title="Never published", starts_at=later - timedelta(days=5), published=False)
    following = make_event(links, title="Dashboards that ring", starts_at=later)
    make_event(links, title="The end", starts_at=later + timedelta(days=9))
    say(event, UGO, "How do you keep dashboards true?", event)
    say(event, UMA, "Anything about tires?", event)
    say(event, UDO, "Who looks at logs?", following)
    say(event, UDO, "Suggested only: the end.")

    [found] = heard(session, now)

    told = [(each.before, each.after, each.terms) for each in found.pairs]
    assert told == [(event.title, "Dashboards that ring", ["dashboards"]), ("Dashboards that ring", "The end", [])]
    assert found.foretold == 1


def test_who_is_on_the_list_speaks_signs_or_organises_is_not_told_and_the_other_list_is_not_read(
    session: Session, links: Links, now: Clock, say: Say
) -> None:
    event, briefing = make_event(links, speakers=("Dilek Yılmaz",)), make_event(links, Label.COMMERCIAL)
    sign_up(briefing, BOB)
    make_standing(links, Label.COMMUNITY, UMA)
    make_invitation(event, Person("Ines Invited", "ines@freight.example"))
    say(event, UGO, "Something to be said.", name="Zarathustra")
    session.rollback()

    private = private_of(session, USERS)

    assert {"ugo", "uma", "dilek", "ine", "freight", "zarathustra", "ada"} <= private.words
    assert {"bob", "buyer", "bobbin"} & private.words == set()
    with pytest.raises(ListsMixed):
        private_of(session, RULES[Label.COMMERCIAL])  # in the same transaction
