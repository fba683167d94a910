"""What a programme says is kept version by version; who registers keeps the one they saw."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.errors import Conflict, NotFound, Refused
from eventdesk.events.entries import say_of_programme
from eventdesk.events.queries import entry_of
from eventdesk.labels import RULES, Brief, Label
from eventdesk.links import Links
from eventdesk.lists.service import register
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from eventdesk.programmes.models import Cadence, Programme
from eventdesk.programmes.queries import by_slug, last_reason, rhythms, versions
from eventdesk.programmes.rules import Strategy, changes
from eventdesk.programmes.service import give_postal_address, make, say
from tests.cast import UGO, UMA
from tests.conftest import NOW, ON_BOTH, Clock
from tests.factories import make_event, registered, sign_up

pytestmark = ON_BOTH
COMMUNITY = RULES[Label.COMMUNITY].first_programme.slug
WHY = "More of us come by boat."
COMMERCIAL = RULES[Label.COMMERCIAL].first_programme.slug
SAID = Strategy(
    name="Harbour nights",
    purpose="We meet.",
    charter=("Everyone may speak.",),
    conduct="Be kind.",
    commitment="Every second Tuesday.",
    commitment_until=date(2027, 12, 31),
    cadence=Cadence.FORTNIGHTLY,
    sender="Harbour User Group",
    reply_to="answers@desk.example",
)


def numbers(session: Session, slug: str = COMMUNITY) -> list[int]:
    return [version.number for version in versions(session, by_slug(session, slug, RULES))]


def test_the_set_up_writes_the_first_version_of_each(session: Session) -> None:
    assert [numbers(session, rules.first_programme.slug) for rules in RULES.values()] == [[1], [1]]


def test_each_change_is_a_version_and_no_change_is_none(session: Session) -> None:
    for _ in range(2):
        say(COMMUNITY, SAID, seen=None, reason=WHY, actor=COMMAND_LINE, now=NOW)

    newest, first = versions(session, by_slug(session, COMMUNITY, RULES))
    assert (newest.number, newest.said["name"], newest.said["commitment_until"]) == (2, "Harbour nights", "2027-12-31")
    assert newest.said["charter"] == [RULES[Label.COMMUNITY].charter[0], "Everyone may speak."]
    assert first.said["charter"] == list(RULES[Label.COMMUNITY].charter)
    assert by_slug(session, COMMUNITY, RULES).version == 2


def test_what_people_rely_on_changes_only_with_a_reason(session: Session) -> None:
    say(COMMUNITY, SAID, seen=None, reason=WHY, actor=COMMAND_LINE, now=NOW)
    other: dict[str, Any] = {
        "charter": ("Nobody films.",),
        "conduct": "",
        "commitment": "Every third Tuesday.",
        "commitment_until": None,
        "cadence": None,
    }

    for name, value in other.items():
        with pytest.raises(Refused) as refused:
            say(COMMUNITY, replace(SAID, **{name: value}), seen=2, actor=COMMAND_LINE, now=NOW)
        assert list(refused.value.problems) == ["reason"], name
    session.rollback()
    assert by_slug(session, COMMUNITY, RULES).said == versions(session, by_slug(session, COMMUNITY, RULES))[0].said

    for name, value in other.items():
        said = replace(SAID, **{name: value})
        say(COMMUNITY, said, seen=None, reason=f"About {name}.", actor=COMMAND_LINE, now=NOW)
    purpose = replace(SAID, cadence=None, purpose="Else.")
    say(COMMUNITY, purpose, seen=None, reason="Not needed.", actor=COMMAND_LINE, now=NOW)
    kept = versions(session, by_slug(session, COMMUNITY, RULES))
    assert [version.reason for version in kept] == ["", *(f"About {name}." for name in reversed(other)), WHY, ""]
    last = last_reason(session, by_slug(session, COMMUNITY, RULES))
    assert last
    assert last.number == kept[1].number


def test_what_is_promised_for_the_first_time_needs_no_reason(session: Session) -> None:
    say(COMMUNITY, replace(SAID, charter=RULES[Label.COMMUNITY].charter[1:]), seen=None, actor=COMMAND_LINE, now=NOW)

    assert numbers(session) == [2, 1]


def test_a_rhythm_is_counted_from_the_day_it_is_set_in_the_zone_of_the_installation(session: Session) -> None:
    late = NOW.replace(hour=23, minute=30)  # the tenth in Oslo
    after = NOW + timedelta(days=40)
    said = [(Cadence.MONTHLY, late), (Cadence.MONTHLY, after), (Cadence.WEEKLY, after), (None, after)]

    for each, at in said:
        say(COMMUNITY, replace(SAID, cadence=each), seen=None, reason=WHY, actor=COMMAND_LINE, now=at)

    promised = rhythms(session, by_slug(session, COMMUNITY, RULES))
    assert [(each.cadence, each.since) for each in promised] == [
        (Cadence.MONTHLY, date(2027, 2, 10)),
        (Cadence.WEEKLY, date(2027, 3, 21)),
    ]
    assert [version.said["cadence"] for version in versions(session, by_slug(session, COMMUNITY, RULES))] == [
        "",
        "weekly",
        "monthly",
        "",
    ]


def test_only_where_people_are_heard_may_everybody_read_what_they_say(session: Session) -> None:
    for slug in (COMMUNITY, COMMERCIAL):
        plain = Strategy(
            name="x", purpose="y", sender="z", charter=RULES[Label.COMMUNITY].charter[1:], open_to_all=True
        )
        say(slug, plain, seen=None, actor=COMMAND_LINE, now=NOW)

    assert [by_slug(session, slug, RULES).open_to_all for slug in (COMMUNITY, COMMERCIAL)] == [True, False]
    assert by_slug(session, COMMUNITY, RULES).said["open_to_all"] == "everybody"


def test_a_version_stays_as_it_was(session: Session) -> None:
    with pytest.raises((DatabaseError, Conflict)), writing() as inside:
        inside.execute(text("UPDATE programme_version SET number = 7"))

    session.rollback()
    assert numbers(session) == [1]


def test_who_saw_an_older_version_changes_nothing(session: Session) -> None:
    say(COMMUNITY, SAID, seen=1, reason=WHY, actor=COMMAND_LINE, now=NOW)

    with pytest.raises(Conflict):
        say(COMMUNITY, Strategy(name="x", purpose="y", sender="z"), seen=1, actor=COMMAND_LINE, now=NOW)

    assert by_slug(session, COMMUNITY, RULES).name == "Harbour nights"


def test_the_promise_stays_the_first_line_of_the_charter(session: Session) -> None:
    first = RULES[Label.COMMUNITY].charter[0]
    said = Strategy(name="x", purpose="y", sender="z", charter=("We sell a little.", first))

    assert say(COMMUNITY, said, seen=None, reason=WHY, actor=COMMAND_LINE, now=NOW).charter_lines == (
        first,
        "We sell a little.",
    )


def test_a_label_keeps_what_it_has_no_use_for_blank(session: Session) -> None:
    answers = Brief("a", "b", "c", "d")
    said = Strategy(name="x", purpose="y", sender="z", charter=("A line.",), brief=answers, postal_address="Mill Road")

    kept = [
        say(slug, said, seen=None, reason=WHY, actor=COMMAND_LINE, now=NOW).said for slug in (COMMUNITY, COMMERCIAL)
    ]

    assert [(each["brief_offer"], each["postal_address"], len(each["charter"])) for each in kept] == [
        ("", "", 2),
        ("c", "Mill Road", 0),
    ]


def test_an_address_given_alone_leaves_the_rest(session: Session) -> None:
    give_postal_address(COMMERCIAL, "Mill Road 9", actor=COMMAND_LINE, now=NOW)

    newest, first = versions(session, by_slug(session, COMMERCIAL, RULES))
    assert changes(first.said, newest.said) == ["Postal address: added “Mill Road 9”"]


def test_a_new_programme_has_an_address_of_its_own(session: Session) -> None:
    made = [make(Label.COMMUNITY, SAID, actor=COMMAND_LINE, now=NOW).slug for _ in range(2)]
    new = make(Label.COMMUNITY, Strategy(name="New", purpose="", sender="x"), actor=COMMAND_LINE, now=NOW).slug

    assert [*made, new] == ["harbour-nights", "harbour-nights-2", "new-2"]
    assert numbers(session, "harbour-nights-2") == [1]


def test_who_does_not_organise_a_label_makes_and_changes_nothing_of_it(session: Session) -> None:
    other = Actor(None, frozenset({Label.COMMERCIAL}))

    with pytest.raises(Refused):
        make(Label.COMMUNITY, SAID, actor=other, now=NOW)
    with pytest.raises(NotFound):
        say(COMMUNITY, SAID, seen=None, reason=WHY, actor=other, now=NOW)


def test_who_registers_keeps_the_version_they_saw(session: Session, links: Links) -> None:
    event = make_event(links)
    page = by_slug(session, COMMUNITY, RULES).newest
    assert page
    seen = page.id
    say(COMMUNITY, SAID, seen=None, reason=WHY, actor=COMMAND_LINE, now=NOW)
    newest, first = versions(session, by_slug(session, COMMUNITY, RULES))
    foreign = versions(session, by_slug(session, COMMERCIAL, RULES))[0]
    said: dict[str, Any] = {"details": {}, "network": "test", "now": NOW}

    kept = {
        given: registered(
            event, register(event.id, name="Ugo", email=f"{number}@users.example", version=given, **said)
        ).programme_version_id
        for number, given in enumerate((seen, None, foreign.id, 0, -1, 2**31, 2**80))
    }

    assert kept == {seen: first.id} | dict.fromkeys((None, foreign.id, 0, -1, 2**31, 2**80), newest.id)


def test_publishing_keeps_what_was_accepted(session: Session, links: Links) -> None:
    event = make_event(links)
    say(COMMUNITY, SAID, seen=None, reason=WHY, actor=COMMAND_LINE, now=NOW)

    later = make_event(links)

    assert [each.id for each in reversed(versions(session, event.programme))] == [
        event.charter_version_id,
        later.charter_version_id,
    ]


def test_calendar_entries_follow_another_sender(session: Session, links: Links, now: Clock) -> None:
    event_id = make_event(links, hosts=()).id
    before = entry_of(session, event_id)
    same = Strategy(name="x", purpose="y", sender="Lathe Lane Software")

    say_of_programme(COMMUNITY, same, seen=None, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1))
    untouched = entry_of(session, event_id)
    say_of_programme(
        COMMUNITY, SAID, seen=None, reason=WHY, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1)
    )

    assert untouched == before
    assert b"Harbour User Group" in entry_of(session, event_id)


def test_each_registers_for_their_own_version_again_when_they_come_back(session: Session, links: Links) -> None:
    event = make_event(links)
    first = registered(event, sign_up(event, UGO)).programme_version_id
    say(COMMUNITY, SAID, seen=None, reason=WHY, actor=COMMAND_LINE, now=NOW)

    assert registered(event, sign_up(event, UGO)).programme_version_id == first
    assert registered(event, sign_up(event, UMA)).programme_version_id != first
    assert session.get_one(Programme, event.programme_id).version == 2
