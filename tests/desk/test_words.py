"""The rooms of words: every text as it stands, one's own in its place, the gallery, and the preview while one types."""

from typing import Any

import pytest
from flask import Flask

from eventdesk.channels import CHANNELS, Channel
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from tests.dumps import dump
from tests.factories import make_event

EVENT = {
    "label": "community",
    "title": "An evening",
    "starts_at": "2027-03-11T18:00",
    "ends_at": "2027-03-11T20:00",
    "timezone": "Europe/Oslo",
    "visibility": "public",
}


@pytest.fixture
def slug(app: Flask, links: Links) -> str:
    with app.app_context():
        return make_event(links).slug


def test_a_room_shows_every_text_and_says_whose_words_they_are(ada: Any, slug: str) -> None:
    ada("/desk/programmes/community-sessions/words/reminder", body="Come, {name}: {manage_link}", subject="")
    ada(f"/desk/events/{slug}/words/post", body="Short. {link}")

    page = ada(f"/desk/events/{slug}/words").text

    assert [place.title for place in CHANNELS.values() if f"<h3>{place.title}</h3>" not in page] == []
    assert page.count("Your programme’s own words") == 1
    assert page.count('<span class="small soft">Your own words</span>') == 1
    assert "Come, Uma Example: https://" in page
    assert "Short. http://desk.example/events/" in page


@pytest.mark.parametrize("room", ["events/{slug}", "programmes/community-sessions"])
def test_own_words_are_written_and_taken_back(ada: Any, slug: str, room: str) -> None:
    path = f"/desk/{room.format(slug=slug)}/words"
    first = ada(f"{path}/invite").text
    refused = ada(f"{path}/invite", subject="", body="Come to {titel}. {link}")

    saved = ada(f"{path}/invite", subject="", body="Come to {title}. {link}")
    own = ada(f"{path}/invite").text
    back = ada(f"{path}/invite/generated", x="")

    assert "{link}</textarea>" in first.replace("\n\n{sender}", "") or "Register here: {link}" in first
    assert (refused.status_code, "Line 1: there is no {titel}; did you mean {title}?" in refused.text) == (422, True)
    assert "Come to {titel}. {link}</textarea>" in refused.text
    assert (saved.status_code, saved.location, back.status_code) == (303, path, 303)
    assert "Back to the text before yours" in own
    assert "Back to the text before yours" not in first
    assert "Come to Get the most out of Tire Server" not in ada(path).text


def test_a_refusal_keeps_nothing(app: Flask, ada: Any, slug: str) -> None:
    before = dump(app)

    answers = [
        ada(f"/desk/events/{slug}/words/reminder", body="Hello {name}", subject=""),
        ada(f"/desk/events/{slug}/words/page", body=" "),
        ada(f"/desk/events/{slug}/words/invite", body="{link}", subject="a\nb"),
        ada(f"/desk/events/{slug}/words/invite", body="{link}" + "x" * 5_000),
    ]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert "Keep {manage_link}" in answers[0].text
    assert dump(app) == before


def test_a_page_with_frames_may_show_our_own_and_no_other_page_may(ada: Any, slug: str) -> None:
    pages = {path: ada(path).headers["Content-Security-Policy"] for path in (f"/desk/events/{slug}/words", "/desk/")}
    frame = ada(f"/desk/events/{slug}/mail/reminder")

    assert ["frame-src 'self'" in policy for policy in pages.values()] == [True, False]
    assert "; sandbox;" in frame.headers["Content-Security-Policy"]
    assert "Hello Uma Example" in frame.text
    assert ada(f"/desk/events/{slug}/mail/post").status_code == 404
    assert ada(f"/desk/events/{slug}/mail/nothing").status_code == 404


def test_the_gallery_holds_every_text_of_every_label(ada: Any) -> None:
    pages = [ada(f"/desk/gallery?tab={tab}").text for tab in ("at-hand", "registration", "beyond")]

    page = "".join(pages)
    assert page.count('<pre class="copy-text"') == len(RULES) * len(Channel)
    assert page.count("<iframe") == page.count("sandbox") == len(RULES) * sum(p.mail for p in CHANNELS.values())
    assert ada(f"/desk/gallery/{Label.COMMERCIAL}/reminder").text.count("would like your business.") == 1
    assert max(map(len, pages)) < 35_000


def test_the_preview_follows_half_a_form_quietly(app: Flask, ada: Any) -> None:
    before = dump(app)
    path = "/desk/events/preview?part=preview"

    none, half, whole = (
        ada(path, title="x"),
        ada(path, label="community", title="", starts_at="2027-03-11T1", venue="Quay 4"),
        ada(path, **EVENT),
    )

    assert [answer.status_code for answer in (none, half, whole)] == [200, 200, 200]
    assert "Say first what it is" in none.text
    assert all(
        said in half.text for said in ("“(title)”, (time).", "Quay 4", "Give the event a title.", "Still missing")
    )
    assert "2030" not in half.text
    assert all(said in whole.text for said in ("“An evening”", "Thursday 11 March 2027"))
    assert "Still missing" not in whole.text
    assert not any("<html" in answer.text or "role=" in answer.text for answer in (none, half, whole))
    assert dump(app) == before


def test_the_overview_keeps_the_invitation_at_hand(ada: Any, slug: str) -> None:
    page = ada(f"/desk/events/{slug}").text

    assert page.count('<pre class="copy-text"') == 1
    assert f'href="/desk/events/{slug}/words"' in page
