"""Notes of an evening: written once it has begun, published, changed and taken back; what the label asks of them."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.datastructures import MultiDict

from eventdesk.db import db, writing
from eventdesk.errors import Conflict
from eventdesk.evenings.forms import form_of
from eventdesk.evenings.models import Evening
from eventdesk.evenings.rules import Notes, Objection, Slides, followed
from eventdesk.evenings.service import CHANGED_MEANWHILE, save, take_back
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE
from tests.cast import BEA, UGO
from tests.conftest import ON_BOTH, Clock
from tests.evenings.conftest import WAY, Held, Written
from tests.factories import make_event
from tests.payloads import SCRIPTS


def did(event_id: int) -> list[str]:
    """What the history keeps of an event's notes."""
    kept = select(Entry.details).where(Entry.event_id == event_id, Entry.act == Act.WRITTEN_UP)
    return [each["did"] for each in db.session.scalars(kept.order_by(Entry.id))]


@ON_BOTH
def test_notes_are_kept_published_changed_and_taken_back(
    client: FlaskClient, held: Held, written: Written, now: Clock
) -> None:
    event, _ = held(Label.COMMUNITY, UGO)
    page, id_, title = f"/events/{event.slug}", event.id, event.title
    seen = [client.get(page).text]

    written(event, publish=False, words="Half a *draft*")
    seen.append(client.get(page).text)
    written(event, revision=1, words="We *tried* it.", slides=[Slides("Leaks", "https://slides.example/1")])
    seen.append(client.get(page).text)
    news = client.get("/feeds/community.atom").text
    written(event, revision=2, publish=False, words="We tried it twice.")
    seen.append(client.get(page).text)
    take_back(event.slug, actor=COMMAND_LINE, now=now.time)
    take_back(event.slug, actor=COMMAND_LINE, now=now.time)
    seen.append(client.get(page).text)

    assert ["Notes of the evening" in each for each in seen] == [False, False, True, True, False]
    assert "We <em>tried</em> it." in seen[2]
    assert re.search(r'href="https://slides.example/1"[^>]*>Leaks<', seen[2])
    assert ("We tried it twice." in seen[3], "Leaks" in seen[3]) == (True, False)
    assert "draft" not in "".join(seen)
    assert f"<title>Notes: {title}</title>" in news
    assert did(id_) == ["published", "changed", "taken back"]
    assert db.session.get_one(Evening, id_).words == "We tried it twice."


def test_they_are_written_once_it_has_begun(ada: Any, links: Links, held: Held, now: Clock) -> None:
    soon = (now.time + timedelta(days=2)).replace(tzinfo=None)
    coming, gone = make_event(links, starts_at=soon), make_event(links)
    cancel_event(gone.slug, actor=COMMAND_LINE, links=links, now=now.time)
    draft = make_event(links, published=False)
    paths = [f"/desk/events/{each.slug}/evening" for each in (coming, gone, draft)]

    asked, sent = [unescape(ada(path).text) for path in paths], [ada(path, words="Said.") for path in paths]

    assert f"Notes are written once the community session has begun: {coming.when}." in asked[0]
    assert "This event was cancelled" in asked[1]
    assert "This event is a draft" in asked[2]
    assert ["<textarea" in each for each in asked] == [False] * 3
    assert [each.status_code for each in sent] == [409] * 3
    now.time = coming.starts_at
    assert "<textarea" in ada(paths[0]).text


def test_the_form_asks_what_the_label_decides(ada: Any, held: Held) -> None:
    session, briefing = held(Label.COMMUNITY)[0], held(Label.COMMERCIAL)[0]

    pages = [ada(f"/desk/events/{each.slug}/evening").text for each in (session, briefing)]

    asked = [set(re.findall(r'<(?:input|textarea) [^>]*name="(\w+)"', each)) for each in pages]
    assert asked[0] == {"csrf_token", "revision", "words", "slides"}
    pairs = {f"{name}_{number}" for name in ("asked", "answer") for number in range(2)}
    assert asked[1] - asked[0] == {"way_to_buy", "way_to"} | pairs
    assert ["In their words" in each for each in pages] == [False, True]


def test_a_briefing_is_written_up_with_a_way_to_buy_or_not_published(ada: Any, client: FlaskClient, held: Held) -> None:
    event = held(Label.COMMERCIAL)[0]
    path, id_ = f"/desk/events/{event.slug}/evening", event.id
    said = {"words": "We showed the sensors.", "revision": "0"}

    without = ada(path, **said, act="publish")
    draft = ada(path, **said, act="draft")
    half = ada(path, **said | {"revision": "1", "way_to": "Mill Road 9"}, act="publish")
    objection = {"asked_0": "Our vans are old.", "answer_0": "So were the first that had it."}
    whole = ada(path, **said | {"revision": "1"}, **WAY, **objection, act="publish")
    shown = unescape(client.get(f"/events/{event.slug}").text)

    assert (without.status_code, draft.status_code, half.status_code, whole.status_code) == (422, 303, 422, 303)
    assert re.search(r'id="way_to_buy-error">Name a way to buy: whoever reads the notes of a commercial', without.text)
    assert "Say what this way to buy is called." in half.text
    assert f'href="{WAY["way_to"]}" rel="noopener nofollow">Ask for an offer</a>' in shown
    assert shown.index("Our vans are old.") < shown.index("So were the first that had it.")
    assert all(each in ada(path).text for each in ('value="Our vans are old."', 'name="asked_2"'))
    with pytest.raises(Conflict), writing() as session:  # the database says so, too
        session.execute(text("UPDATE evening SET way_to_buy = '', way_to = '' WHERE event_id = :id"), {"id": id_})


#: What is typed, by label; the field it is said at; what is said.
REFUSED: Mapping[Label, Sequence[tuple[dict[str, str], str, str]]] = {
    Label.COMMUNITY: (
        ({"act": "publish"}, "words", "Write what was said before you publish it."),
        ({"words": "x" * 10_001}, "words", "Use 10,000 characters at most"),
        ({"words": "This is a commercial briefing. Come."}, "words", "is what a commercial briefing promises"),
        ({"slides": "https://x.example/1"}, "slides", "Line 1: write what it is called"),
        ({"slides": "One https://x.example/1\n\nTwo http://x.example/2"}, "slides", "Line 2: write what it is called"),
        ({"slides": "Two javascript:alert(1)"}, "slides", "Line 1"),
        ({"slides": "\n".join(["A https://x.example/1"] * 11)}, "slides", "Link 10 at most."),
    ),
    Label.COMMERCIAL: (
        ({"way_to_buy": "Ask"}, "way_to", "Say where that is"),
        ({"way_to_buy": "Ask", "way_to": "http://tires.example"}, "way_to", "Begin the address with https://"),
        ({"way_to_buy": "Ask", "way_to": "See https://tires.example"}, "way_to", "and write nothing beside it"),
        *(
            ({"way_to_buy": "Ask", "way_to": half}, "way_to", "Begin the address with https://")
            for half in (
                "lathelane.example",
                "LatheLane.example/offer",
                "lathelane.example:8443",
                "See www.lathelane.example",
                "Ask at lathelane.example/offer, please",
                "javascript:alert(1)",
                "https:lathelane.example",
            )
        ),
        ({"way_to_buy": "Ask", "way_to": "sales@"}, "way_to", "not an email address"),
        ({"asked_1": "Too dear."}, "answer_1", "Say what you answer to that."),
        ({"answer_0": "It is not."}, "asked_0", "Say what speaks against it."),
        ({"answer_0": "Nobody may sell to you here!", "asked_0": "x"}, "answer_0", "is what a community session"),
    ),
}


@pytest.mark.parametrize("label", RULES)
def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_is_kept(ada: Any, held: Held, label: Label) -> None:
    path = f"/desk/events/{held(label)[0].slug}/evening"

    for typed, field, sentence in REFUSED[label]:
        answer = ada(path, **{"words": "", "act": "draft"} | typed)

        assert answer.status_code == 422, typed
        [said] = re.findall(rf'id="{field}-error">([^<]*)<', answer.text)
        assert sentence in unescape(said)
    assert db.session.scalars(select(Evening)).all() == []


def test_a_way_to_buy_is_a_link_a_mailbox_or_where_to_write_to() -> None:
    ways = {
        "https://tires.example/form": "https://tires.example/form",
        "sales@tires.example": "mailto:sales@tires.example",
        "sales?cc=x@tires.example": "mailto:sales%3Fcc%3Dx@tires.example",
        "Mill Road 9, Oslo": "",
        "javascript:alert(1)": "",
    }

    assert {each: followed(each) for each in ways} == ways


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("c/o Lathe Ltd.\nP.O.Box 9, St.Gallen", "c/o Lathe Ltd.\nP.O.Box 9, St.Gallen"),
        ("Attn: Sales, Mill Road 9", "Attn: Sales, Mill Road 9"),
        ("sales@tires.example", "sales@tires.example"),
        ("mailto:sales@tires.example", "sales@tires.example"),
        ("https://tires.example:8443/?a=b#c", "https://tires.example:8443/?a=b#c"),
    ],
)
def test_where_one_buys_is_kept_as_it_was_typed(typed: str, kept: str) -> None:
    rules = RULES[Label.COMMERCIAL]
    form = form_of(rules)(MultiDict({"way_to_buy": "Ask", "way_to": typed})).under(rules)

    assert form.validate(), form.errors
    assert form.notes.way_to == kept


def test_who_wrote_meanwhile_is_not_overwritten_unseen(ada: Any, held: Held, written: Written) -> None:
    event, _ = held(Label.COMMUNITY)
    path = f"/desk/events/{event.slug}/evening"
    written(event, words="Hers.")

    late = ada(path, words="His.", revision="0", act="publish")
    again = ada(
        path, words="His.", revision=re.findall(r'name="revision"[^>]*value="(\d)"', late.text)[0], act="publish"
    )

    assert (late.status_code, again.status_code) == (409, 303)
    assert CHANGED_MEANWHILE in late.text
    assert ">\r\nHis.</textarea>" in late.text
    assert [each.words for each in db.session.scalars(select(Evening))] == ["His."]


def test_notes_that_sell_are_noted_at_a_session_and_nothing_typed_becomes_markup(
    ada: Any, client: FlaskClient, held: Held, written: Written
) -> None:
    event, _ = held(Label.COMMUNITY)
    payload = " ".join(SCRIPTS)
    written(event, words=f"Buy now and get 20% off. {payload}", slides=[Slides(payload, "https://x.example/")])

    desk, page = ada(f"/desk/events/{event.slug}/evening").text, client.get(f"/events/{event.slug}").text

    assert re.search(r"findings? in the notes", desk)
    assert not [each for each in ("<script>alert", "<img src=x", "<svg/onload") if each in desk + page]


def test_an_event_by_invitation_tells_of_its_evening_behind_its_link_alone(
    client: FlaskClient, held: Held, written: Written
) -> None:
    event, _ = held(Label.COMMERCIAL, BEA, visibility="invitation")
    written(event, objections=[Objection("Dear?", "No.")])

    assert "Notes of the evening" in client.get(f"/i/{event.code}").text
    assert client.get(f"/events/{event.slug}").status_code == 404


def test_notes_of_another_label_cannot_be_written(held: Held, now: Clock) -> None:
    event: Event = held(Label.COMMUNITY)[0]

    with pytest.raises(Conflict):
        save(event.slug, Notes(words="x", **WAY), publish=True, revision=0, actor=COMMAND_LINE, now=now.time)

    assert db.session.scalars(select(Evening)).all() == []
