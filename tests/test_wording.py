"""The words a label generates: complete for every channel, the promise first, the organiser's words as they are."""

from typing import Any

import pytest

from eventdesk.labels import RULES, Label
from eventdesk.wording import NO_SUBJECT, Channel, EventFacts, Reader, differences, summary, write
from tests.facts import FULL, facts

MANAGE = "http://desk.example/r/abc"
READERS = (
    Reader(name="Ugo User", manage_url=MANAGE, changes=("The new place is here.",)),
    Reader(name="Uma User", manage_url=MANAGE, waitlisted=True),
    Reader(),
)


@pytest.mark.parametrize("label", RULES)
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("said", [{}, FULL, FULL | {"cancelled": True}], ids=["least", "most", "cancelled"])
def test_every_text_begins_with_its_promise_and_is_whole(label: Label, channel: Channel, said: dict[str, Any]) -> None:
    event = facts(label, **said)

    for reader in READERS:
        text = write(channel, event, reader)

        first, blank, rest = text.body.split("\n", 2)
        assert (first, blank) == (event.promise, "")
        assert rest.strip()
        assert text.body.endswith("\n") != (channel is Channel.POST)
        assert text.body.count(event.promise) == 1
        assert bool(text.subject) == (channel not in NO_SUBJECT)
        assert "Subject:" not in text.body
        assert "\n" not in text.subject
        assert not any(sign in text.body + text.subject for sign in ("{{", "{%", "None", "\n\n\n\n"))
        assert event.title in text.body + text.subject or channel is Channel.PAGE


#: These are about the event, not about one person.
TO_NOBODY = (Channel.INVITE, Channel.NUDGED, Channel.SPEAKER, Channel.SPONSOR)
#: After these there is no registration, or nothing more to come to.
OVER = (Channel.LEFT, Channel.CANCELLED, Channel.DECLINED, Channel.LAPSED, Channel.THANKS)
MAIL_TO_ONE = [each for each in Channel if each not in (*NO_SUBJECT, *TO_NOBODY, *OVER)]


@pytest.mark.parametrize("label", RULES)
@pytest.mark.parametrize("channel", MAIL_TO_ONE)
def test_a_letter_holds_name_time_place_and_the_persons_own_link(label: Label, channel: Channel) -> None:
    event = facts(label, **FULL)

    body = write(channel, event, READERS[0]).body

    assert all(part in body for part in ("Ugo User", event.when, "Quay Street 4", MANAGE, event.sender))
    assert ("Mill Road 9" in body) == event.rules.needs_postal_address


@pytest.mark.parametrize("label", RULES)
def test_no_label_says_the_others_words(label: Label) -> None:
    others = [rules for rules in RULES.values() if rules.label is not label]

    said = "\n".join(str(write(channel, facts(label, **FULL), READERS[0])) for channel in Channel)

    assert [rules.noun for rules in others if rules.noun in said] == []


def test_only_a_briefing_tells_its_four_answers() -> None:
    briefing, session = (
        write(Channel.INVITE, facts(label, **FULL)).body for label in (Label.COMMERCIAL, Label.COMMUNITY)
    )

    for question in RULES[Label.COMMERCIAL].brief:
        assert f"{question.title}\n{FULL['brief'][question.name]}" in briefing
        assert FULL["brief"][question.name] not in session
    assert "(not answered yet)" in write(Channel.INVITE, facts(Label.COMMERCIAL)).body


@pytest.mark.parametrize(
    ("hosts", "named", "invites"),
    [
        ((), "Lathe Lane Software", "Lathe Lane Software invites you"),
        (("Ada",), "Ada", "Ada invites you"),
        (("Ada", "Bo"), "Ada and Bo", "Ada and Bo invite you"),
        (("Ada", "Bo", "Cy"), "Ada, Bo and Cy", "Ada, Bo and Cy invite you"),
    ],
)
def test_the_promise_of_a_briefing_names_its_hosts(hosts: tuple[str, ...], named: str, invites: str) -> None:
    event = facts(Label.COMMERCIAL, hosts=hosts)

    assert event.promise == f"This is a commercial briefing. {named} would like your business."
    assert facts(hosts=hosts).promise == "This is a community session. Nobody may sell to you here."
    assert write(Channel.PAGE, event).after_promise.startswith(invites)


SYNTAX = "{{ 7*7 }} {% for x in y %} {title} {0.__class__} {event.sender} %(x)s ${x} {# x #} \\N{BULLET} <b>&amp;"


@pytest.mark.parametrize("label", RULES)
@pytest.mark.parametrize("channel", Channel)
def test_what_looks_like_a_program_is_only_words(label: Label, channel: Channel) -> None:
    names: dict[str, Any] = {
        "title": SYNTAX,
        "description": SYNTAX,
        "venue": SYNTAX,
        "hosts": (SYNTAX,),
        "speakers": (SYNTAX,),
    }
    brief = dict.fromkeys(vars(FULL["brief"]), SYNTAX)
    event = facts(label, **names, brief=type(FULL["brief"])(**brief), sender=SYNTAX)

    text = write(channel, event, Reader(name=SYNTAX, manage_url=MANAGE, changes=(SYNTAX,)))

    assert SYNTAX[:60] in text.subject + text.body
    assert SYNTAX in text.subject + text.body or channel is Channel.POST  # which is short
    assert "49" not in text.subject + text.body


def test_a_host_called_like_a_subject_line_stays_in_the_text() -> None:
    event = facts(hosts=("Subject: You won",))

    text = write(Channel.PAGE, event)

    assert (text.subject, text.after_promise.startswith("Subject: You won invites you")) == ("", True)


def test_a_subject_is_one_line_whatever_the_title_holds() -> None:
    event = facts(title="An   evening\twith breaks")

    assert write(Channel.REGISTERED, event).subject == "You are in: An evening with breaks (community session)"


def test_a_calendar_shows_the_label_first_and_a_cancellation_before_it() -> None:
    assert summary(facts()) == "Community session: An evening"
    assert summary(facts(Label.COMMERCIAL, cancelled=True)) == "CANCELLED: Commercial briefing: An evening"


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ({}, "Thursday 11 March 2027, 18:00 to 20:00 (Europe/Oslo)"),
        ({"hours": 8}, "Thursday 11 March 2027, 18:00 to Friday 12 March 2027, 02:00 (Europe/Oslo)"),
        ({"zone": "UTC", "wall": "2027-03-01 09:05"}, "Monday 1 March 2027, 09:05 to 11:05 (UTC)"),
        ({"wall": "2026-10-25 01:30", "hours": 3}, "Sunday 25 October 2026, 01:30 to 03:30 (Europe/Oslo)"),
    ],
)
def test_the_time_is_told_with_its_zone(said: dict[str, Any], when: str) -> None:
    assert facts(**said).when == when


def test_where_names_all_there_is() -> None:
    assert facts().where == "to be announced"
    assert facts(venue="Quay").where == "Quay"
    assert facts(venue="Quay", online_url="https://x.example").where == "Quay, and online: https://x.example"


def said_of(before: EventFacts, **now: Any) -> list[str]:
    return differences(before.told, facts(**now))


def test_differences_are_of_time_place_link_and_title_alone() -> None:
    before = facts(**FULL)

    assert said_of(before, **FULL) == []
    assert said_of(before, **FULL | {"description": "x", "hosts": (), "speakers": (), "sender": "y"}) == []
    assert len(said_of(before, **FULL | {"venue": "", "online_url": "", "title": "x", "zone": "Europe/London"})) == 4
    assert said_of(before, **FULL | {"online_url": ""}) == ["It is no longer held online."]
    assert said_of(facts(fold=0, wall="2026-10-25 02:30"), fold=1, wall="2026-10-25 02:30") != []
