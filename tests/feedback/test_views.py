"""The question on one's own page: asked by a line in the thanks, answered by a button, refused at its field."""

from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.db import db, writing
from eventdesk.events.models import EventWords
from eventdesk.events.rules import thanks_at
from eventdesk.feedback.models import KeptAnswer
from eventdesk.feedback.rules import OPEN_FOR
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.lists.letters import letter_of
from eventdesk.lists.service import tell
from eventdesk.lists.thanks import thank
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.service import claim, finish
from eventdesk.samples import READER
from eventdesk.wording import Channel, write
from tests.conftest import Clock
from tests.dumps import dump
from tests.facts import facts
from tests.feedback.conftest import Crowd
from tests.payloads import CONTROLS, SCRIPTS


def own_page(links: Links, crowd: Crowd, label: Label = Label.COMMUNITY) -> str:
    """The path of the own page of somebody who was there."""
    event, [person] = crowd(1, label)
    path = links.manage(event.rules.audience, person.ref, person.generation).removeprefix(links.base_url)
    db.session.rollback()
    return path


@pytest.mark.parametrize("label", RULES)
def test_the_question_is_answered_on_ones_own_page(
    session: Session, client: FlaskClient, links: Links, crowd: Crowd, label: Label
) -> None:
    path, rules = own_page(links, crowd, label), RULES[label]

    page = unescape(client.get(path).text)
    sent = client.post(f"{path}/kept", data={"kept": "no", "because": rules.because[0].code, "words": "Too loud."})
    after, thanks = client.get(path), client.get(f"{path}/kept")
    again = client.post(f"{path}/kept", data={"kept": "yes"})

    assert rules.kept_question in page
    assert [each.said in page for each in rules.because] == [True] * len(rules.because)
    assert "do not write your name" in page
    assert "not change it" in page
    assert (sent.status_code, sent.location) == (303, f"{path}/kept")
    assert all("Thank you for your answer." in each.text and "Too loud." not in each.text for each in (after, thanks))
    assert (again.status_code, "answered already" in again.text) == (409, True)
    [kept] = session.scalars(select(KeptAnswer)).all()
    assert (kept.kept, kept.because, kept.words) == ("no", [rules.because[0].code], "Too loud.")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "kept"),
        ({"kept": "perhaps"}, "kept"),
        ({"kept": "no", "because": "whatever"}, "because"),
        ({"kept": "no", "because": "hid"}, "because"),  # the other label's reason
        ({"kept": "yes", "because": "sold"}, "because"),
        ({"kept": "yes", "words": "It was fine."}, "words"),
        ({"kept": "no", "words": "x" * 501}, "words"),
        ({"kept": "no", "words": CONTROLS[2]}, "words"),
    ],
)
def test_what_is_no_answer_is_refused_at_its_field_and_nothing_is_kept(
    session: Session, app: Flask, client: FlaskClient, links: Links, crowd: Crowd, said: dict[str, str], field: str
) -> None:
    path = own_page(links, crowd)
    before = dump(app)

    answer = client.post(f"{path}/kept", data=said)

    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert dump(app) == before


def test_the_question_is_there_only_for_who_was_there_and_while_it_is_open(
    session: Session, client: FlaskClient, links: Links, crowd: Crowd, now: Clock
) -> None:
    event, (came, missed) = crowd(2)
    paths = [
        links.manage(event.rules.audience, each.ref, each.generation).removeprefix(links.base_url)
        for each in (came, missed)
    ]
    for each, attended in ((came, True), (missed, False)):
        mark(event.rules.audience, each.ref, attended, actor=COMMAND_LINE, now=now.time)
    end = event.ends_at
    session.rollback()

    asked = [[client.get(path).text.count('id="question"') for path in paths]]
    for moment in (end - (OPEN_FOR / 30), end + OPEN_FOR):
        now.time = moment
        asked.append([client.get(path).text.count('id="question"') for path in paths])
        assert [client.get(f"{path}/kept").status_code for path in paths] == [409, 409]

    assert asked == [[1, 0], [0, 0], [0, 0]]
    assert client.get("/r/" + "a" * 35 + "/kept").status_code == 404


def test_words_are_text_wherever_they_are_shown(
    session: Session, client: FlaskClient, links: Links, crowd: Crowd
) -> None:
    path = own_page(links, crowd)

    for said in SCRIPTS:
        answer = client.post(f"{path}/kept", data={"kept": "yes", "words": said})
        assert (answer.status_code, said in answer.text) == (422, False)


@pytest.mark.parametrize("label", RULES)
def test_the_thanks_ask_once_and_only_who_was_there(
    session: Session, links: Links, crowd: Crowd, now: Clock, label: Label
) -> None:
    event, people = crowd(2, label)
    now.time = thanks_at(event.wall_end, event.zone)
    with writing():
        event.programme.postal_address = "Mill Road 9, Oslo"
    thank(now.time)
    while job := claim(now.time, "one", (Kind.TELL,)):
        tell(job, now.time)
        finish(job.id, "one")
    jobs = session.scalars(select(Job).where(Job.kind == Kind.THANKS).order_by(Job.id)).all()

    def asked() -> list[int]:
        session.rollback()
        letters = [letter_of(session, job, links, now.time) for job in jobs]
        return [each.text.body.count(event.rules.kept_question) for each in letters if each]

    before = asked()
    mark(event.rules.audience, people[0].ref, True, actor=COMMAND_LINE, now=now.time)
    once_marked = asked()
    letter = letter_of(session, jobs[0], links, now.time)

    assert (before, once_marked) == ([1, 1], [1, 0])
    assert letter
    assert letter.text.body.count(links.manage(event.rules.audience, people[0].ref, people[0].generation)) == 1
    assert "Your answer is kept without your name:" in letter.html


def test_own_words_of_thanks_ask_as_well(session: Session, links: Links, crowd: Crowd) -> None:
    event, _ = crowd(1)
    with writing():
        event.words[Channel.THANKS] = EventWords(channel=Channel.THANKS, subject="", body="Thanks, all of you.")

    texts = [
        write(Channel.THANKS, event.facts(links), replace(READER, asked_kept=asked)).body for asked in (True, False)
    ]

    assert [event.rules.kept_question in text for text in texts] == [True, False]
    assert all("Thanks, all of you." in text for text in texts)


def test_no_other_mail_asks() -> None:
    for label, rules in RULES.items():
        asking = [channel for channel in Channel if rules.kept_question in write(channel, facts(label), READER).body]
        assert asking == [Channel.THANKS]


def test_an_answer_is_not_told_in_a_log(
    session: Session, client: FlaskClient, links: Links, crowd: Crowd, caplog: pytest.LogCaptureFixture, now: Clock
) -> None:
    path = own_page(links, crowd)

    with caplog.at_level("DEBUG"):
        client.post(f"{path}/kept", data={"kept": "no", "words": "Canary of words"})

    [kept] = session.scalars(select(KeptAnswer)).all()
    assert "Canary" not in caplog.text
    assert str(kept.ref) not in caplog.text
