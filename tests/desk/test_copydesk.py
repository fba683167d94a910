"""The copy desk in its pages: notes beside the form, the publish step, files, and advice beside other words."""

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventdesk.copycheck import package
from eventdesk.db import db
from eventdesk.findings import reading
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.speakers.queries import speakers_of
from tests.cast import BERT, UGO, Person
from tests.conftest import BASE_URL
from tests.crawl import csrf_of
from tests.dumps import dump
from tests.factories import SAID, make_event, sign_up

SELLS = "Use the discount code CLUB10 at the checkout and save 20 percent."
OFFERS = (
    "Our sales team shows our award-winning platform and its price. Book a demo today, and our account managers call "
    "you back with an offer. Subscribe by the month, from 40 euros per vehicle, with a discount for those who order."
)
DENIES = "There is no sales pitch, only talk."
EVENT = {name: value for name, value in SAID.items() if name != "label"} | {"visibility": "public", "remind_days": "1"}
FORM = "/desk/events/new"
PREVIEW = "/desk/events/preview"


def noted(page: str) -> str:
    """What stands in the margin, as text."""
    found = page.partition("data-notes>")[2].partition("</div>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found)).split())


def test_what_breaks_the_label_is_noted_as_one_types_and_on_the_preview(app: Flask, ada: Any) -> None:
    said = EVENT | {"label": "community", "description": f"Bring a question. {SELLS}"}
    before = dump(app)

    typing, preview = ada(f"{PREVIEW}?part=preview", **said).text, ada(PREVIEW, **said).text

    for page in (typing, preview):
        assert f"<mark>{SELLS}</mark>" in page
        assert "1 finding" in noted(page)
        assert all(part in noted(page) for part in ("Why", "Use instead:", RULES[Label.COMMUNITY].charter[0]))
    assert 'data-replace="description"' in typing
    assert "<html" not in typing
    assert dump(app) == before


def test_a_clean_text_is_said_to_be_clean_and_an_empty_form_is_left_in_peace(ada: Any) -> None:
    clean = EVENT | {"label": "community", "description": "We show how we mend a tire, and what did not work."}

    assert "Nothing here speaks against its label" in noted(ada(f"{PREVIEW}?part=preview", **clean).text)
    assert noted(ada(FORM).text) == ""
    assert noted(ada(f"{PREVIEW}?part=preview", label="community").text) == ""


def test_a_briefing_that_poses_is_told_so_and_which_questions_it_leaves_open(ada: Any) -> None:
    said = EVENT | {"label": "commercial", "title": "Tire user meetup", "description": DENIES}

    notes = noted(ada(f"{PREVIEW}?part=preview", **said).text)

    assert DENIES in notes
    assert RULES[Label.COMMERCIAL].brief[2].title in notes


def test_nothing_is_published_until_the_finding_is_answered_or_stands_with_a_reason(app: Flask, ada: Any) -> None:
    ada(FORM, **EVENT, label="community", description=SELLS)
    at = "/desk/events/an-evening"
    page = ada(at).text
    [way] = set(re.findall(rf'action="({at}/findings/\w+)"', page))

    refused = ada(f"{at}/publish", charter="yes")
    blank = ada(way, act="let stand", reason=" ")
    stands = ada(way, act="let stand", reason="A talk about <fraud>.")
    shown = ada(at).text
    back = ada(way, act="take back")
    again = ada(f"{at}/publish", charter="yes")
    ada(way, act="let stand", reason="A talk about fraud.")
    published = ada(f"{at}/publish", charter="yes")

    assert ("1 finding to be answered" in unescape(page), "Publish the community session" in page) == (True, False)
    assert (refused.status_code, blank.status_code, stands.status_code) == (422, 422, 303)
    assert SELLS in refused.text.partition("That cannot be done yet")[2].partition("</ul>")[0]
    assert ("A talk about &lt;fraud&gt;." in shown, "Publish the community session" in shown) == (True, True)
    assert (back.status_code, again.status_code, published.status_code) == (303, 422, 303)
    assert ada(f"{at}/findings/0123456789abcdef", act="let stand", reason="No.").status_code == 409


def test_a_change_of_a_published_event_is_refused_at_its_field_or_given_a_reason(
    ada: Any, links: Links, app: Flask
) -> None:
    ada(FORM, **EVENT, label="community", description="Bring a question.")
    at = "/desk/events/an-evening"
    ada(f"{at}/publish", charter="yes")
    before = dump(app)

    refused = ada(f"{at}/edit", **EVENT, revision="2", description=SELLS)
    assert dump(app) == before
    [reason] = set(re.findall(r'name="(reason-\w+)"', refused.text))
    saved = ada(f"{at}/edit", **EVENT, revision="2", description=SELLS, **{reason: "A talk about fraud."})

    assert (refused.status_code, saved.status_code) == (422, 303)
    assert SELLS in refused.text.partition('id="description-error"')[2].partition("</p>")[0]
    assert "A talk about fraud." in ada(at).text


def test_others_of_the_other_label_cannot_let_anything_stand(
    app: Flask, links: Links, at_desk: Callable[[Person], FlaskClient]
) -> None:
    with app.app_context():
        slug = make_event(links, published=False, description=SELLS).slug
    bert, before = at_desk(BERT), dump(app)

    answer = bert.post(f"/desk/events/{slug}/findings/0123456789abcdef", data={"csrf_token": csrf_of(bert)})

    assert answer.status_code == 404
    assert dump(app) == before


def test_a_file_fills_the_form_and_asks_which_label_it_is(app: Flask, ada: Any) -> None:
    question = {"question": "Are you vegan?", "reason": "For the food.", "kind": "yes_no"}
    said = SAID | {"title": "What our release costs", "description": f"{OFFERS} {SELLS}", "questions": [question]}
    before = dump(app)

    page = ada(f"{FORM}/file", json=json.dumps(said)).text
    wrong = [ada(f"{FORM}/file", json=text) for text in ("{", '{"colour": "red"}', "[]", "")]

    assert dump(app) == before
    assert "The file says community session. Its words sound more like a commercial briefing" in page
    assert ("with 1 question of its own" in page, SELLS in noted(page)) == (True, True)
    assert [answer.status_code for answer in wrong] == [422] * 4
    kept = unescape(page.partition('name="questions" value="')[2].partition('"')[0])
    assert ada(FORM, **EVENT, label="community", questions=kept).status_code == 303
    assert "Are you vegan?" in ada("/desk/events/an-evening/questions").text


@pytest.mark.parametrize("label", RULES)
def test_the_sheet_for_sponsors_is_public_as_far_as_its_event_is(
    app: Flask, links: Links, client: FlaskClient, ada: Any, label: Label
) -> None:
    with app.app_context():
        shown = make_event(links, label, speakers=("Dilek", "Jonas")).slug
        hidden = make_event(links, label, title="Hidden", visibility="invitation", speakers=()).slug
        draft = make_event(links, label, title="Draft", published=False).slug

    page = client.get(f"/events/{shown}/sponsors")

    assert RULES[label].promise.partition(".")[0] in page.text
    assert [line for line in RULES[label].charter if line not in unescape(page.text)] == []
    assert "Set-Cookie" not in page.headers
    assert [client.get(f"/events/{slug}/sponsors").status_code for slug in (hidden, draft)] == [404, 404]
    rooms = [ada(f"/desk/events/{slug}/sponsors").text for slug in (shown, hidden, draft)]
    assert [f"{BASE_URL}/events/{shown}/sponsors" in room for room in rooms] == [True, False, False]
    assert all('href="mailto:?subject=Sponsoring%20' in room for room in rooms)


def test_speakers_and_messages_get_advice_and_are_never_stopped(
    app: Flask, links: Links, client: FlaskClient, ada: Any
) -> None:
    with app.app_context():
        event = make_event(links, speakers=("Dilek",))
        sign_up(event, UGO)
        known, slug = speakers_of(db.session(), event.id)["Dilek"], event.slug
        own = links.pledge(event.rules.audience, known.ref, known.generation).removeprefix(BASE_URL)

    saved = client.post(own, data={"act": "pledge", "biography": f"She knows tires. {SELLS}"})
    message = {"subject": "Parking", "body": f"Use the yard. {SELLS}"}
    preview = ada(f"/desk/events/{slug}/messages/preview", **message).text
    sent = ada(f"/desk/events/{slug}/messages", **message)
    worded = ada(f"/desk/events/{slug}/words/invite", body=f"Come: {{link}}. {SELLS}")

    assert (saved.status_code, sent.status_code, worded.status_code) == (303, 303, 303)
    pages = (client.get(own).text, preview, ada(f"/desk/events/{slug}/words/invite").text)
    for page in (*pages, ada(f"/desk/events/{slug}/speakers").text):
        assert f"<mark>{SELLS}</mark>" in page
        assert ("Advice only" in page, "Keeps it from being published" in page) == (True, False)
    assert "mailto:?subject=Speaking%20at" in ada(f"/desk/events/{slug}/speakers").text


def test_a_faulty_file_of_own_rules_is_named_and_stops_nothing(ada: Any, tmp_path: Path) -> None:
    folder = tmp_path / reading.FOLDER
    folder.mkdir()
    (folder / "community-ours.toml").write_text("[[rule]\n")

    try:
        reading.use(tmp_path)
        start, typing = (
            ada("/desk/").text,
            ada(f"{PREVIEW}?part=preview", **EVENT, label="community", description=SELLS),
        )
    finally:
        reading.use(tmp_path / "nowhere")

    assert "copycheck/community-ours.toml" in start
    assert SELLS in noted(typing.text)
    assert "community-ours.toml" not in ada("/desk/").text


def test_own_rules_are_held_to_in_the_whole_desk(ada: Any, tmp_path: Path) -> None:
    folder = tmp_path / reading.FOLDER
    folder.mkdir()
    kind = next(iter(package()[Label.COMMUNITY].kinds))
    (folder / "community-ours.toml").write_text(
        f'[[rule]]\nid = "our-raffle"\nkind = "{kind}"\nlevel = "blocks"\nphrases = ["tombola"]\n'
        'fires = ["Then the tombola begins."]\nnear = ["Then the talk begins."]\n'
    )

    try:
        reading.use(tmp_path)
        ours = ada(f"{PREVIEW}?part=preview", **EVENT, label="community", description="Then the tombola begins.").text
    finally:
        reading.use(tmp_path / "nowhere")

    assert "Then the tombola begins." in noted(ours)
