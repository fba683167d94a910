"""Twins at the desk: made on the form of a new event, by who organises both labels; to who organises one, the other is not there."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from eventdesk.db import db
from eventdesk.events.models import Event
from eventdesk.events.queries import by_slug
from eventdesk.events.service import publish_event
from eventdesk.events.twins import twin_of
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.organisers.service import add_organiser
from tests.cast import CORA, PASSPHRASE, Person
from tests.conftest import NOW, Clock
from tests.crawl import csrf_of
from tests.desk.test_views import BRIEF, EVENT
from tests.dumps import dump
from tests.factories import make_draft, make_event, make_twins

TWIN = {"label": "commercial", **EVENT, **BRIEF, "title": "Tire Server for fleets"}


def slug_of_event(app: Flask, links: Links, **said: Any) -> str:
    with app.app_context():
        return make_event(links, **said).slug


def pair(app: Flask, links: Links, **said: Any) -> tuple[str, str]:
    """The slugs of a pair."""
    with app.app_context():
        community, briefing = make_twins(links, **said)
        return community.slug, briefing.slug


def test_a_twin_is_made_on_the_form_that_says_what_the_two_share(app: Flask, ada: Any, links: Links) -> None:
    slug = slug_of_event(app, links, description="Nobody may sell to you here.")
    page = ada(f"/desk/events/{slug}").text

    form = ada(f"/desk/events/new?twin={slug}").text
    preview = ada("/desk/events/preview", **TWIN, twin_of=slug)
    made = ada("/desk/events/new", **TWIN, twin_of=slug)

    assert f'href="/desk/events/new?twin={slug}">Make the twin</a>' in page
    assert f'name="twin_of" type="hidden" value="{slug}"' in form
    assert 'value="Get the most out of Tire Server"' in form
    assert "Harbour User Group" in form
    assert 'value="Quay Street 4, Oslo"' in form
    assert re.findall(r'name="label" type="radio" value="(\w+)"', form) == ["commercial"]
    assert 'id="repeat"' not in form
    assert "Nobody may sell to you here.</textarea>" not in form
    assert (preview.status_code, f'value="{slug}"' in preview.text) == (200, True)
    assert (made.status_code, made.location) == (303, "/desk/events/tire-server-for-fleets")
    with app.app_context():
        twin = twin_of(db.session(), by_slug(db.session(), slug, RULES))
        assert twin
        assert (twin.slug, twin.label, twin.brief.offer) == (
            "tire-server-for-fleets",
            Label.COMMERCIAL,
            BRIEF["brief_offer"],
        )
    assert "Made its twin." in ada(f"/desk/events/{slug}/history").text


def test_what_cannot_be_taken_keeps_nothing_and_stays_on_the_form(app: Flask, ada: Any, links: Links) -> None:
    slug, (first, _) = slug_of_event(app, links), pair(app, links)
    before = dump(app)

    unsaid = ada("/desk/events/new", **TWIN | {"ends_at": ""}, twin_of=slug)
    same = ada("/desk/events/new", **TWIN | dict.fromkeys(BRIEF, "") | {"label": "community"}, twin_of=slug)
    second = ada("/desk/events/new", **TWIN, twin_of=first)
    form = ada(f"/desk/events/new?twin={first}")
    nowhere = ada("/desk/events/new", **TWIN, twin_of="no-such-event")

    assert [each.status_code for each in (unsaid, same, second, form, nowhere)] == [422, 422, 409, 409, 404]
    assert f'name="twin_of" type="hidden" value="{slug}"' in unsaid.text
    assert 'id="label-error"' in same.text
    assert "It has a twin already" in second.text
    assert dump(app) == before


def test_who_organises_one_label_neither_makes_a_twin_nor_opens_one(
    app: Flask, at_desk: Callable[[Person], FlaskClient], links: Links, now: Clock
) -> None:
    alone, (community, briefing) = slug_of_event(app, links), pair(app, links, published=False)
    cora = at_desk(CORA)
    token = csrf_of(cora)
    before = dump(app)

    page, pairs = (cora.get(f"/desk/events/{slug}").text for slug in (alone, community))
    answers = [
        cora.get(f"/desk/events/new?twin={alone}"),
        cora.post("/desk/events/new", data={**TWIN, "twin_of": alone, "csrf_token": token}),
        cora.post("/desk/events/preview", data={**TWIN, "twin_of": alone, "csrf_token": token}),
        cora.get(f"/desk/events/{briefing}"),
        cora.post(f"/desk/events/{community}/part", data={"csrf_token": token}),
    ]

    assert "Make the twin" not in page
    assert [answer.status_code for answer in answers] == [404] * 5
    assert dump(app) == before
    assert "It is not public." in pairs
    assert "Tire Server for fleets" not in pairs
    assert "Part the twins" not in pairs
    with app.app_context():
        publish_event(briefing, charter_accepted=True, actor=COMMAND_LINE, links=links, now=now.time)
    assert f'<a href="{links.page(briefing)}">Tire Server for fleets</a>' in cora.get(f"/desk/events/{community}").text


def test_a_pair_is_shown_parted_and_made_to_name_the_twin(app: Flask, ada: Any, links: Links) -> None:
    community, briefing = pair(app, links, published=False)

    page = ada(f"/desk/events/{community}").text
    form = ada(f"/desk/events/{community}/edit").text
    with app.app_context():
        event = by_slug(db.session(), community, RULES)
        revision = str(event.revision)
    said = {"label": "community", **EVENT, "revision": revision, "names_twin": "never"}
    saved = ada(f"/desk/events/{community}/edit", **said)
    after = ada(f"/desk/events/{community}").text
    parted = ada(f"/desk/events/{community}/part", csrf_token="")
    alone = ada(f"/desk/events/{community}/part", sure="")

    assert f'<a href="/desk/events/{briefing}">Tire Server for fleets</a>' in page
    assert "names it: once it is over." in page
    assert 'id="names_twin"' in form
    assert 'id="names_twin"' not in ada("/desk/events/new").text
    assert (saved.status_code, "names it: never." in after) == (303, True)
    assert [parted.status_code, alone.status_code] == [403, 303]
    with app.app_context():
        assert db.session.query(Event).filter(Event.topic_id.is_not(None)).all() == []
    assert "Make the twin" in ada(f"/desk/events/{community}").text


def test_a_new_event_like_a_twin_is_alone(app: Flask, ada: Any, links: Links) -> None:
    community, _ = pair(app, links)

    made = ada("/desk/events/new", label="community", **EVENT, like=community)

    assert made.status_code == 303
    with app.app_context():
        event = by_slug(db.session(), made.location.rpartition("/")[2], RULES)
        assert event.topic_id is None
        assert make_draft().names_twin is None


def test_who_organises_both_labels_need_not_be_an_owner_to_make_a_twin(
    app: Flask, at_desk: Callable[[Person], FlaskClient], links: Links
) -> None:
    slug = slug_of_event(app, links)
    cora = at_desk(CORA)
    with app.app_context():
        add_organiser(name=CORA.name, email=CORA.email, passphrase=PASSPHRASE, role=Label.COMMERCIAL.value, now=NOW)

    made = cora.post("/desk/events/new", data={**TWIN, "twin_of": slug, "csrf_token": csrf_of(cora)})

    assert (made.status_code, "Make the twin" in cora.get(f"/desk/events/{slug}").text) == (303, False)
    assert cora.get(made.location).status_code == 200
