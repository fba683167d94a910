"""What people hear of changes: all that is new since a letter last told them, once, whichever letters fail or are dropped."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.errors import Refused
from eventdesk.events.models import Event
from eventdesk.events.rules import said_by
from eventdesk.events.service import cancel_event, change
from eventdesk.history.models import Act, Entry
from eventdesk.history.words import sentence
from eventdesk.labels import RULES, Audience
from eventdesk.links import Links
from eventdesk.lists.approval import decline
from eventdesk.lists.letters import letter_of
from eventdesk.lists.offers import claim
from eventdesk.lists.service import leave, tell
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.mail import Letter
from eventdesk.outbox.models import Job, Kind, Progress
from eventdesk.outbox.queries import UNFINISHED
from eventdesk.outbox.service import retry
from tests.cast import UDO, UGO, UMA, Person
from tests.conftest import Clock
from tests.factories import make_event, make_invitation, sign_up

#: `send()` is the worker: it tells, then sends what waits, in order; `failing` addresses refuse for good.
Send = Callable[..., list[tuple[Kind, Letter]]]
Say = Callable[..., Event]


@pytest.fixture
def send(session: Session, links: Links, now: Clock) -> Send:
    def carry(to: Person = UGO, *, failing: bool = False) -> list[tuple[Kind, Letter]]:
        session.rollback()
        for job in session.scalars(select(Job).where(Job.kind == Kind.TELL, Job.progress.in_(UNFINISHED))).all():
            tell(job, now.time)
            _end(job, None, Progress.DONE)
        sent = []
        for job in session.scalars(
            select(Job).where(Job.ref != 0, Job.progress.in_(UNFINISHED)).order_by(Job.id)
        ).all():
            letter = letter_of(session, job, links, now.time)
            mine = letter is not None and letter.email == to.email
            _end(job, letter.sequence if letter else None, Progress.FAILED if mine and failing else Progress.DONE)
            sent += [(job.kind, letter)] if letter and mine and not failing else []
        session.rollback()
        return sent

    return carry


def _end(job: Job, told: int | None, progress: Progress) -> None:
    with writing() as session:
        kept = session.get_one(Job, job.id)
        kept.progress, kept.told = progress, told if progress is Progress.DONE else None


@pytest.fixture
def say(session: Session, links: Links, now: Clock) -> Say:
    def alter(event: Event, *, tell: bool = True, **said: Any) -> Event:
        draft, at = replace(said_by(event), **said), now.pass_by(minutes=1)
        return change(event.slug, draft, revision=None, tell=tell, actor=COMMAND_LINE, links=links, now=at)

    return alter


def news(sent: list[tuple[Kind, Letter]]) -> list[str]:
    """The differences that a mail tells."""
    lines = [line for _, letter in sent for line in letter.text.body.splitlines()]
    return [line.removeprefix("- ").split(".")[0] for line in lines if line.startswith("- ")]


def entries(sent: list[tuple[Kind, Letter]]) -> list[tuple[str, int]]:
    """Method and SEQUENCE of each calendar part."""
    found: list[tuple[str, int]] = []
    for _, letter in sent:
        if letter.calendar:
            calendar: Any = Calendar.from_ical(letter.calendar)
            found.append((str(calendar["METHOD"]), int(calendar.events[0]["SEQUENCE"])))
    return found


def test_a_title_may_change_untold_and_is_told_with_the_next_change(links: Links, say: Say, send: Send) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    welcome = send()
    say(event, title="Another name", tell=False)
    silence = send()
    sign_up(event, UMA)
    send()

    say(event, venue="Another house")
    to_ugo = send()
    say(event, title="A third name")
    to_uma = send(UMA)

    assert (entries(welcome), silence, entries(to_ugo)) == ([("REQUEST", 0)], [], [("REQUEST", 2)])
    assert news(to_ugo) == [
        "It is now called “Another name” (it was “Get the most out of Tire Server”)",
        "The new place is Another house",
    ]
    assert news(to_uma) == ["It is now called “A third name” (it was “Another name”)"]


@pytest.mark.parametrize(
    "said", [{"venue": "Another house"}, {"online_url": "https://meet.example/x"}, {"timezone": "Europe/London"}]
)
def test_another_time_place_or_link_is_always_told(
    session: Session, links: Links, say: Say, said: dict[str, str]
) -> None:
    event = make_event(links)

    with pytest.raises(Refused) as refusal:
        say(event, title="Another name", tell=False, **said)

    assert set(refusal.value.problems) == {"tell"}
    session.rollback()
    assert (event.sequence, event.title) == (0, "Get the most out of Tire Server")


def test_the_history_says_that_nobody_was_told(session: Session, links: Links, say: Say) -> None:
    event = make_event(links)
    say(event, title="Another name", tell=False)
    say(event, title="A third name")
    say(event, description="Other words.", tell=False)

    kept = session.scalars(select(Entry).where(Entry.act == Act.CHANGED).order_by(Entry.id)).all()

    said = [sentence(entry.act, entry.details) for entry in kept]
    assert said == ["Changed the title. Nobody was told.", "Changed the title.", "Changed the description."]


def test_a_letter_tells_also_what_one_before_it_failed_to_tell(
    session: Session, links: Links, now: Clock, say: Say, send: Send
) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    send()
    say(event, venue="A second house")
    send(failing=True)
    say(event, title="Another name")

    heard = send()

    assert news(heard) == [
        "It is now called “Another name” (it was “Get the most out of Tire Server”)",
        "The new place is A second house",
    ]
    assert entries(heard) == [("REQUEST", 2)]

    [failed] = session.scalars(select(Job.id).where(Job.progress == Progress.FAILED)).all()
    retry(failed, RULES, now.time)
    assert send() == []  # by now it would be old news


def test_of_two_changes_in_a_row_one_letter_tells_and_of_one_taken_back_none(
    links: Links, say: Say, send: Send
) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    send()
    say(event, venue="A second house")
    say(event, online_url="https://meet.example/x")
    both = send()
    say(event, venue="A third house")
    say(event, venue="A second house")

    assert news(both) == [
        "The new place is A second house",
        "The link to join online is now https://meet",
    ]
    assert (entries(both), send()) == ([("REQUEST", 2)], [])


def test_who_registers_again_still_hears_of_a_change(links: Links, now: Clock, say: Say, send: Send) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    send()
    sign_up(event, UGO, now.pass_by(hours=1))  # its letter says that nothing has changed
    say(event, venue="A second house")

    sent = send()

    assert [kind for kind, _ in sent] == [Kind.AGAIN, Kind.CHANGED]
    assert news(sent) == ["The new place is A second house"]


def test_a_seat_given_back_leaves_the_calendar_whatever_came_since(
    links: Links, now: Clock, say: Say, send: Send
) -> None:
    event = make_event(links, capacity=1)
    ugo = sign_up(event, UGO)
    send()
    leave(Audience.USERS, ugo.ref, now=now.time)
    sign_up(event, UMA)
    sign_up(event, UGO)
    leave(Audience.USERS, ugo.ref, now=now.time)  # all this while no mail went out
    gone = send()

    assert [letter.text.subject.partition(":")[0] for _, letter in gone] == [
        "Your seat is released",
        "You have left the waiting list",
    ]
    assert entries(gone) == [("CANCEL", 1)]

    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)
    assert send() == []


def test_a_seat_given_back_twice_is_taken_out_once(links: Links, now: Clock, send: Send) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    send()
    for _ in range(2):
        leave(Audience.USERS, ugo.ref, now=now.time)
        sign_up(event, UGO)
    leave(Audience.USERS, ugo.ref, now=now.time)

    assert entries(send()) == [("CANCEL", 5)]


def test_who_is_declined_after_having_had_a_seat_has_it_no_more(links: Links, now: Clock, send: Send) -> None:
    event = make_event(links, visibility="invitation")
    ugo = sign_up(event, UGO)
    send()
    leave(Audience.USERS, ugo.ref, now=now.time)
    sign_up(event, UGO, invitation_ref=make_invitation(event, UMA).ref)
    decline(event.slug, ugo.ref, actor=COMMAND_LINE, now=now.time)

    sent = send()

    assert [kind for kind, _ in sent] == [Kind.LEFT, Kind.DECLINED]
    assert entries(sent) == [("CANCEL", 1)]


def test_who_moves_up_gets_a_newer_entry_than_any_file_of_their_own(
    client: Any, links: Links, now: Clock, send: Send
) -> None:
    event = make_event(links, capacity=1)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    send()
    own = links.manage(Audience.USERS, uma.ref, uma.generation) + ".ics"
    waiting: Any = Calendar.from_ical(client.get(own).data)
    leave(Audience.USERS, ugo.ref, now=now.time)

    seat = send(UMA)

    moved_up: Any = Calendar.from_ical(client.get(own).data)
    assert str(waiting.events[0]["STATUS"]) == "TENTATIVE"
    assert entries(seat) == [("REQUEST", 1)] == [("REQUEST", int(moved_up.events[0]["SEQUENCE"]))]
    assert int(waiting.events[0]["SEQUENCE"]) < 1


def test_who_waits_hears_of_a_change_in_words_alone(links: Links, say: Say, send: Send) -> None:
    event = make_event(links, capacity=1)
    for person in (UGO, UDO):
        sign_up(event, person)
    send()

    say(event, venue="A second house")

    sent = send(UDO)
    assert news(sent) == ["The new place is A second house"]
    assert "You are still on the waiting list." in sent[0][1].text.body
    assert entries(sent) == []


def test_a_seat_on_offer_comes_into_the_calendar_once_it_is_taken(
    client: Any, links: Links, now: Clock, say: Say, send: Send
) -> None:
    event = make_event(links, capacity=1, offer_hours=24)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    send()
    leave(Audience.USERS, ugo.ref, now=now.time)
    offered = send(UMA)
    own = links.manage(Audience.USERS, uma.ref, uma.generation) + ".ics"
    kept: Any = Calendar.from_ical(client.get(own).data)
    say(event, venue="A second house")
    told = send(UMA)
    claim(Audience.USERS, uma.ref, now=now.time)

    seat = send(UMA)

    assert [kind for kind, _ in (*offered, *told, *seat)] == [Kind.OFFERED, Kind.CHANGED, Kind.PROMOTED]
    assert (str(kept.events[0]["STATUS"]), entries(offered), entries(told)) == ("TENTATIVE", [], [])
    assert (int(kept.events[0]["SEQUENCE"]), entries(seat)) == (0, [("REQUEST", 2)])
