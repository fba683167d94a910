"""What those who came said of the promise: counts at the desk and, summed, on a programme's public page; never of a speaker."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventdesk.db import db
from eventdesk.events.models import Event
from eventdesk.events.queries import by_slug
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.queries import listed
from tests.cast import BERT, Person
from tests.conftest import Clock
from tests.factories import make_event, sign_up
from tests.feedback.conftest import guest, say
from tests.payloads import SCRIPTS

SPEAKER, HOST = "Speaker-canary", "Harbour User Group"


@pytest.fixture
def evening(app: Flask, links: Links, now: Clock) -> Callable[..., str]:
    """`evening(yes=4, no=1)`: an event that is over, of which so many answered so; returns its slug."""

    def hold(
        label: Label = Label.COMMUNITY, words: str = "", come: int = 9, yes: int = 0, no: int = 0, **said: Any
    ) -> str:
        with app.app_context():
            soon = (now.time + timedelta(hours=2)).replace(tzinfo=None)  # an hour later, by the clocks of Oslo
            event: Event = make_event(links, label, starts_at=soon, speakers=(SPEAKER,), **said)
            people = [sign_up(event, guest(number)) for number in range(come)]
            now.time = event.ends_at
            say(event, people[:yes], "yes", now=now)
            say(event, people[yes : yes + no], "no", "sold", words=words, now=now)
            return event.slug

    return hold


def test_counts_reasons_and_words_are_shown_from_five_answers_on(ada: Any, evening: Callable[..., str]) -> None:
    few, enough = evening(yes=3, no=1, words="Hidden words"), evening(yes=3, no=2, words="They sold tires.")

    hidden, shown = (unescape(ada(f"/desk/events/{slug}/kept").text) for slug in (few, enough))
    overview = ada(f"/desk/events/{enough}").text

    assert "4 answers, of 9 asked" in hidden
    assert not [each for each in ("3 yes", "Hidden words", "It sold to me") if each in hidden]
    assert "3 yes, 0 partly, 2 no, of 9 asked" in shown
    assert "<b>2</b> “It sold to me.”" in shown
    assert shown.count("They sold tires.") == 2
    assert "3 yes, 0 partly, 2 no, of 9 asked" in overview
    assert "%" not in shown


def test_a_programme_counts_its_events_and_its_hosts(
    ada: Any, client: FlaskClient, evening: Callable[..., str], now: Clock
) -> None:
    evening(yes=4, no=1, title="First evening", words="Only at the desk")
    evening(yes=6, title="Second evening", hosts=(HOST, SPEAKER))
    evening(yes=3, title="Third evening")
    evening(yes=5, title="By invitation", visibility="invitation")

    desk = unescape(ada("/desk/programmes/community-sessions/kept").text)
    public = unescape(client.get("/programmes/community-sessions").text)
    now.pass_by(days=366)
    later = client.get("/programmes/community-sessions").text

    assert "15 yes, 0 partly, 1 no, of 27 asked" in desk  # without the third, of which there are too few
    assert [desk.count(title) for title in ("First evening", "Third evening", "By invitation")] == [1, 1, 1]
    assert desk.count(HOST) == 1
    assert "10 yes, 0 partly, 1 no, of 18 asked" in public  # nor the one that not everybody may find
    assert "At 2 community sessions of the last twelve months." in public
    assert "<b>1</b> “It sold to me.”" in public
    assert "Only at the desk" not in public
    assert "Did it do what it said?" not in later


def test_nowhere_do_counts_stand_beside_a_speaker(
    ada: Any, client: FlaskClient, evening: Callable[..., str], now: Clock
) -> None:
    slug = evening(yes=6, no=1, hosts=(SPEAKER,))

    pages = [ada(f"/desk/events/{slug}/kept"), ada("/desk/programmes/community-sessions/kept")]
    pages.append(client.get("/programmes/community-sessions"))

    assert ["6 yes, 0 partly, 1 no" in page.text for page in pages] == [True] * 3
    assert [SPEAKER in page.text.partition("<main")[2].replace(page_band(page.text), "") for page in pages] == [
        False
    ] * 3
    assert "6 yes" not in client.get(f"/events/{slug}").text


def page_band(page: str) -> str:
    """The band on top of a page: a briefing's promise names its hosts."""
    return page.partition('<div class="band">')[2].partition("</div>")[0]


def test_that_somebody_answered_is_shown_to_nobody_else(
    app: Flask, ada: Any, evening: Callable[..., str], now: Clock
) -> None:
    slug = evening()
    with app.app_context():
        event = by_slug(db.session(), slug, RULES)
        ref = listed(db.session(), event)[0].ref
        db.session.rollback()
    paths = ["people", "people/export", "history", f"people/{ref}"]

    def shown() -> list[str]:
        return [re.sub(r'(csrf_token" value=)"[^"]*"', "", ada(f"/desk/events/{slug}/{path}").text) for path in paths]

    before = shown()
    with app.app_context():
        event = by_slug(db.session(), slug, RULES)
        say(event, listed(db.session(), event)[:1], "no", "sold", now=now)

    assert shown() == before
    assert "1 answer, of 9 asked" in ada(f"/desk/events/{slug}/kept").text


def test_the_other_label_has_questions_and_pages_of_its_own(
    ada: Any, at_desk: Callable[[Person], FlaskClient], evening: Callable[..., str]
) -> None:
    ours, theirs = evening(yes=5), evening(Label.COMMERCIAL, yes=5)
    bert = at_desk(BERT)

    answers = [
        bert.get(path).status_code for path in (f"/desk/events/{ours}/kept", "/desk/programmes/community-sessions/kept")
    ]

    assert answers == [404, 404]
    assert "say plainly what is sold" in bert.get(f"/desk/events/{theirs}/kept").text
    assert "5 yes, 0 partly, 0 no, of 9 asked" in ada("/desk/programmes/commercial-briefings/kept").text


def test_words_are_shown_as_they_were_typed(ada: Any, evening: Callable[..., str]) -> None:
    slugs = [evening(no=5, words=said) for said in SCRIPTS[:2]]

    pages = [ada(f"/desk/events/{slug}/kept").text for slug in slugs]

    assert [said in page for said, page in zip(SCRIPTS, pages, strict=False)] == [False, False]
    assert [said in unescape(page) for said, page in zip(SCRIPTS, pages, strict=False)] == [True, True]
