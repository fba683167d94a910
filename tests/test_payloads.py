"""Whatever people type, mail has one recipient, the headers it always has, and no link or markup that nobody of ours wrote."""

from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from itertools import cycle
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from werkzeug.datastructures import MultiDict

from eventdesk import ics
from eventdesk.channels import CHANNELS, Channel
from eventdesk.ics import Attendee, Method
from eventdesk.labels import RULES, Label
from eventdesk.lists.forms import RegistrationForm
from eventdesk.mailpage import desk_page_of, page_of
from eventdesk.outbox.mail import Letter, compose
from eventdesk.wording import DeskLetter, Reader, Text, write, write_of_label, write_to_desk
from tests.cast import UGO
from tests.conftest import BASE_URL, NOW, Clock
from tests.every_mail import Scene
from tests.facts import FULL, facts, letters_of
from tests.ics_lint import lint
from tests.payloads import CONTROLS, LINES, PAYLOADS, SCRIPTS
from tests.servers import Mailbox
from tests.test_mailpage import Page

MANAGE, STOP, OWN = (f"{BASE_URL}/{room}/abc" for room in ("r", "u", "standing"))
#: What is never in mail unless a template was carried out.
CARRIED_OUT = ("49", "<Config", "__main__", "SECRET")
MAILS = [channel for channel, place in CHANNELS.items() if place.mail]


def letters(label: Label, said: str, lines: str) -> Iterator[tuple[str, Letter]]:
    """A letter of each kind in which all that people type is `said`, or `lines` where many lines fit."""
    one: dict[str, Any] = {
        "hosts": (said, said),
        "speakers": (said, said),
        **dict.fromkeys(("title", "venue", "sender"), said),
    }
    brief = type(FULL["brief"])(**dict.fromkeys(vars(FULL["brief"]), lines))
    event = facts(label, **one, brief=brief, postal_address=lines, online_url="https://meet.example/x?a=b")
    rules, name = event.rules, said
    reader = Reader(
        name=name, manage_url=MANAGE, calendar_url=f"{MANAGE}.ics", changes=(said,), subject=said, message=lines,
        stop_url=STOP,
    )  # fmt: skip
    entry = ics.vevent(event, "events@desk.example", attendee=Attendee(name, UGO.email))
    for channel in MAILS:
        text = write(channel, event, reader)
        calendar = ics.calendar([entry], Method.REQUEST) if channel is Channel.REGISTERED else None
        yield channel, _letter(text, page_of(text, rules), name, event.sender, calendar)
    told = dict.fromkeys(("said", "short", "name", "lasts", "until", "rule", "write_to"), said)
    told |= dict.fromkeys(("words", "note", "reply", "postal_address"), lines) | {
        "kind": "question",
        "state": "planned",
    }
    for label_letter in letters_of(label):
        yes: dict[str, Any] = {"known": False, "own": True, "asked_another": True}
        text = write_of_label(label_letter, rules, sender=event.sender, url=OWN, stop_url=STOP, **yes, **told)
        yield label_letter, _letter(text, page_of(text, rules), name, event.sender)
    for desk_letter in DeskLetter:
        own = dict.fromkeys(("inviter", "organisation", "name", "task", "until"), said)
        text = write_to_desk(desk_letter, url=OWN, **own)
        yield desk_letter, _letter(text, desk_page_of(text, own["organisation"]), own["name"], own["organisation"])


def _letter(text: Text, html: str, name: str, sender: str, calendar: bytes | None = None) -> Letter:
    return Letter(name=name, email=UGO.email, sender=sender, stop_url=STOP, text=text, html=html, calendar=calendar)


def sent(letter: Letter) -> EmailMessage:
    """The letter as its reader's program takes it apart."""
    message = compose(letter, mailbox="events@desk.example", host="desk.example", key="k", now=NOW)
    return message_from_bytes(message.as_bytes(), policy=default)


def part_of(message: EmailMessage, kind: str) -> str:
    part = next(each for each in message.walk() if each.get_content_type() == kind)
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


@cache
def usual(label: Label) -> Mapping[str, tuple[list[str], set[str], set[str | None]]]:
    """Of each kind of letter, where nobody types anything strange: headers, elements, links."""
    found = {}
    for kind, letter in letters(label, "x", "x"):
        page = Page(letter.html)
        found[kind] = (sent(letter).keys(), page.tags | {"ul", "li", "br", "p"}, set(page.hrefs))
    return found


def words_of(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("label", RULES)
def test_what_people_type_is_words_in_every_part_of_every_mail(label: Label) -> None:
    assert {kind for kind, _ in letters(label, "x", "x")} == {*MAILS, *letters_of(label), *DeskLetter}
    for number in range(0, len(PAYLOADS), 5):  # five at a time, or it takes too long
        said = " ".join(PAYLOADS[number : number + 5])
        for place, (kind, letter) in enumerate(letters(label, said, f"{said}\n{LINES[number % len(LINES)]}")):
            page, (headers, tags, hrefs) = Page(letter.html), usual(label)[kind]
            assert (page.tags - tags, set(page.hrefs) - hrefs) == (set(), set()), kind
            assert not any(sign in letter.text.body + letter.html for sign in CARRIED_OUT)
            if letter.calendar or place == number % 17:  # nor is each of them taken apart: headers are made alike
                _examine(letter, headers)


def _examine(letter: Letter, headers: list[str]) -> None:
    """See that a letter, on paper, is one to one person."""
    message = sent(letter)
    assert message.keys() == headers
    assert [each.addr_spec for each in message["To"].addresses] == [UGO.email]
    assert [each.addr_spec for each in message["From"].addresses] == ["events@desk.example"]
    assert words_of(str(message["Subject"])) == words_of(letter.text.subject.replace("=?", "= ?"))
    assert message["List-Unsubscribe"] == f"<{STOP}>"
    assert part_of(message, "text/plain").replace("\r\n", "\n") == letter.text.body
    if letter.calendar:
        raw = part_of(message, "text/calendar").encode()
        assert lint(raw) == []
        [entry] = Calendar.from_ical(raw).events
        assert str(entry["ATTENDEE"]) == f"mailto:{UGO.email}"
        assert (entry["ORGANIZER"], entry.subcomponents) == ("mailto:events@desk.example", [])


@pytest.mark.parametrize("label", RULES)
def test_html_says_what_the_text_says_of_every_kind(label: Label) -> None:
    for said in (*SCRIPTS, "The usual <words> & more"):
        for _, letter in letters(label, said, "First.\n\n- second\n- third\n\nLast."):
            words = words_of(Page(letter.html).said)

            for line in letter.text.body.splitlines():
                assert words_of(line.removeprefix("- ")) in words


@pytest.mark.slow
@pytest.mark.parametrize("label", RULES)
def test_it_is_so_on_the_whole_way_from_a_field_to_a_mailbox(
    app: Flask, now: Clock, mailbox: Mailbox, label: Label
) -> None:
    mine = cycle(PAYLOADS)
    ours = (f"{BASE_URL}/", "https://meet.example/room")

    pieces = [piece for scene in Scene(app, now, mailbox, label, lambda *_: next(mine)).play() for piece in scene]

    assert len(pieces) > 20
    for piece in pieces:
        message = piece.delivery.message
        [to] = message["To"].addresses
        assert piece.delivery.recipients == (to.addr_spec,)
        assert not {"Bcc", "Cc", "Sender"} & set(message)
        assert len(set(message)) == len(message.keys())
        assert [href for href in Page(piece.html).hrefs if not str(href).startswith(ours)] == []
        pictures = [said["src"] for tag, said in Page(piece.html).elements if tag == "img"]
        assert [source for source in pictures if not str(source).startswith("data:image/png;base64,")] == []
        assert Page(piece.html).tags.isdisjoint({"script", "form", "iframe", "svg", "base"})
        assert piece.delivery.calendar is None or lint(piece.delivery.calendar) == []


@pytest.mark.parametrize("typed", CONTROLS)
def test_no_form_lets_a_control_character_into_a_line(typed: str) -> None:
    form = RegistrationForm(MultiDict({"name": typed, "email": UGO.email}))

    assert not form.validate()
    assert form.name.errors


@pytest.mark.parametrize("typed", ["Win at evil.com", "claim: evil.example/prize", "EVIL.ORG", "x evil.xyz y"])
def test_a_stranger_who_registers_somebody_else_gets_no_address_into_their_mail(typed: str) -> None:
    form = RegistrationForm(MultiDict({"name": typed, "email": UGO.email}))

    assert not form.validate()
    assert "Leave web and mail addresses out" in form.name.errors[0]


@pytest.mark.parametrize("typed", ["J. R. R. Tolkien", "St.Peter Müller", "Anna Berg, M.Sc.", "D’Arcy-O’Neil, Ph.D."])
def test_names_with_dots_are_names(typed: str) -> None:
    form = RegistrationForm(MultiDict({"name": typed, "email": UGO.email}))

    form.validate()
    assert list(form.name.errors) == []
