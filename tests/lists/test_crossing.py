"""Crossing: asked for on one's own page, said again by one's own mailbox; no list reads the other, and none learns of it."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventdesk.consent.models import ConsentAct, Source
from eventdesk.db import db
from eventdesk.errors import Conflict, NotFound
from eventdesk.events.filled import typed
from eventdesk.events.models import Event
from eventdesk.history.models import Entry
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.crossing import ask_to_cross
from eventdesk.lists.guard import OWNERS
from eventdesk.lists.service import Outcome, leave
from tests.cast import ADA, BERT, CORA, UDO, UGO, UMA, Person
from tests.conftest import BASE_URL, Clock
from tests.crawl import csrf_of
from tests.dumps import dump
from tests.factories import make_crossing, make_event, make_invitation, make_standing, sign_up
from tests.lists.crossed import OTHER, call_senders, jobs, ledger, link_of, on_list
from tests.test_separation import statements

#: With all that a page escapes and a mail folds.
SENDER = "Müller & Søn’s “Lathe” <Lane>"
BOTH_WAYS = pytest.mark.parametrize("label", RULES)
BOX = re.compile(r'<label for="agreed">(.*?)</label>', re.DOTALL)
SAID_AGAIN = re.compile(r'<p class="lead" id="said"[^>]*>(.*?)</p>', re.DOTALL)


def own_page(links: Links, event: Event, outcome: Outcome) -> str:
    """The path of the own page of a registration."""
    return links.manage(event.rules.audience, outcome.ref, outcome.generation).removeprefix(BASE_URL)


@BOTH_WAYS
def test_one_crosses_by_ones_own_act_and_comes_back(
    app: Flask, client: FlaskClient, links: Links, now: Clock, label: Label
) -> None:
    target = RULES[OTHER[label]]
    with app.app_context():
        call_senders(SENDER)
        event = make_event(links, label)
        own = own_page(links, event, sign_up(event, UGO))
    page = client.get(own)
    shown = BOX.findall(page.text)[0]
    asked = client.post(f"{own}/cross", data={"agreed": "yes", "said": html.unescape(shown)})
    assert (page.text.count('type="checkbox"'), "checked" in page.text) == (1, False)
    assert (asked.status_code, asked.headers["Cache-Control"]) == (200, "no-store")
    assert f'href="{own}">Your registration</a>' in asked.text
    assert "Set-Cookie" not in asked.headers
    asked_at = now.time
    now.pass_by(hours=1)

    with app.app_context():
        path = link_of(links, now)
        db.session.rollback()
        with statements(app) as said:
            confirming = client.get(path)
            come = client.post(path, data={"said": html.unescape(SAID_AGAIN.findall(confirming.text)[0])})
            again = client.post(path, data={})
        touched = {whose for each in said for table, whose in OWNERS.items() if table in each}
        assert touched == {target.audience}
        assert on_list(target.audience) == [UGO.email]
        [given] = ledger(target.audience)
        assert (given.act, given.source, given.label) == (ConsentAct.GIVEN, Source.CROSSING, target.label)
        assert (given.asked_at, given.at) == (asked_at, now.time)
        # to the byte what stood beside the box, and beside the button behind the link
        assert given.said.encode() == html.unescape(shown).encode() == target.agreed(SENDER).encode()
        assert shown == SAID_AGAIN.findall(confirming.text)[0]
        assert f'<html lang="{given.locale}">' in page.text
    assert f'class="label-{target.label}"' in confirming.text
    assert confirming.text.count("<button") == 1
    assert (come.status_code, again.status_code, come.location == again.location) == (303, 303, True)
    assert client.get(path).location == come.location

    end = client.get(come.location).text
    assert "Take me off this list" in end
    assert client.post(come.location, data={"act": "end"}).status_code == 200
    assert [answer.status_code for answer in (client.get(path), client.post(path), client.get(come.location))] == [
        404
    ] * 3
    with app.app_context():
        assert on_list(target.audience) == []
        assert [(each.act, each.source) for each in ledger(target.audience)] == [
            (ConsentAct.GIVEN, Source.CROSSING),
            (ConsentAct.WITHDRAWN, Source.LINK),
        ]


def test_the_address_is_in_the_mail_alone_and_the_first_list_learns_nothing(
    app: Flask, client: FlaskClient, links: Links, now: Clock, at_desk: Callable[[Person], FlaskClient]
) -> None:
    with app.app_context():
        event = make_event(links)
        outcome = sign_up(event, UGO)
        own, slug, ref = own_page(links, event, outcome), event.slug, outcome.ref
    before, page = dump(app), client.get(own).text
    with app.app_context():
        make_crossing(links, db.session.merge(event), outcome)
        [job] = jobs()
        assert (job.label, job.event_id, job.ref) == (Label.COMMUNITY, 0, ref)
        assert (UGO.email in str(job.details), UGO.name in str(job.details)) == (False, False)
        path = link_of(links, now)
    after = dump(app)
    assert {table for table in after if after[table] != before[table]} == {"outbox", "attempt"}
    assert path.removeprefix("/cross/") not in str(after)

    client.post(path)

    people = "user_registration", "user_standing", "user_mail_choice", "history", "message", "finding_override"
    crossed = dump(app)
    assert {table for table in people if crossed[table] != before[table]} == set()
    assert client.get(own).text == page  # it never knows
    cora, bert, ada = (at_desk(person) for person in (CORA, BERT, ADA))
    seen = [
        cora.get(path).text
        for path in (f"/desk/events/{slug}/people/{ref}", f"/desk/events/{slug}/people", "/desk/messages")
    ]
    assert not any("hear of commercial" in each.casefold() for each in seen)
    assert "commercial" not in seen[0].casefold()
    assert "A link they asked for" in seen[2]
    assert UGO.email not in cora.get("/desk/standing").text
    assert [UGO.email in browser.get("/desk/standing/commercial").text for browser in (bert, ada)] == [True, True]


def test_the_page_and_the_answer_are_the_same_for_who_is_on_the_other_list(
    app: Flask, client: FlaskClient, links: Links
) -> None:
    with app.app_context():
        event = make_event(links)
        make_standing(links, Label.COMMERCIAL, UMA)
        owns = {person: own_page(links, event, sign_up(event, person)) for person in (UGO, UMA)}
    words = {}
    for person, own in owns.items():
        page = client.get(own).text
        answer = client.post(f"{own}/cross", data={"agreed": "yes", "said": html.unescape(BOX.findall(page)[0])})
        words[person] = [
            text.replace(own, "").replace(person.email, "").replace(person.name, "") for text in (page, answer.text)
        ]
        assert answer.status_code == 200

    assert words[UGO] == words[UMA]


@BOTH_WAYS
def test_what_cannot_be_taken_is_said_at_the_box_and_changes_nothing(
    app: Flask, client: FlaskClient, links: Links, label: Label
) -> None:
    with app.app_context():
        event = make_event(links, label)
        own = own_page(links, event, sign_up(event, UGO))
    said = html.unescape(BOX.findall(client.get(own).text)[0])
    before = dump(app)
    for sent, words in (
        ({"said": said}, "Tick this if you wish it."),
        ({"agreed": "yes", "said": "Anybody may write to me."}, "Please read it again"),
        ({"agreed": "yes"}, "Please read it again"),
    ):
        answer = client.post(f"{own}/cross", data=sent)
        assert (answer.status_code, words in answer.text, 'id="agreed-error"' in answer.text) == (422, True, True)
        assert html.unescape(BOX.findall(answer.text)[0]) == said
        assert "checked" not in answer.text
    assert (
        client.post(f"{own}/cross", data={"agreed": "yes"}, headers={"Origin": "https://evil.example"}).status_code
        == 403
    )
    assert dump(app) == before


def test_words_that_changed_since_are_shown_and_asked_again(
    app: Flask, client: FlaskClient, links: Links, now: Clock
) -> None:
    with app.app_context():
        event = make_event(links)
        old = make_crossing(links, event, sign_up(event, UGO))
        path = link_of(links, now)
        call_senders("Somebody Else")
    target = RULES[OTHER[Label.COMMUNITY]]
    new = target.agreed("Somebody Else")

    looked = client.get(path)
    refused = [client.post(path, data=data) for data in ({"said": old}, {})]

    assert (looked.status_code, [each.status_code for each in refused]) == (200, [422, 422])
    for page in (looked, *refused):
        assert ("Please read it again" in page.text, new in html.unescape(page.text)) == (True, True)
    with app.app_context():
        assert (on_list(target.audience), ledger(target.audience)) == ([], [])
    assert client.post(path, data={"said": new}).status_code == 303
    with app.app_context():
        assert [each.said for each in ledger(target.audience)] == [new]


def test_it_is_offered_where_the_organisers_offer_it_to_who_has_a_part_in_the_event(
    app: Flask, client: FlaskClient, links: Links, now: Clock
) -> None:
    with app.app_context():
        event, without = make_event(links), make_event(links, offers_crossing=False)
        invitation = make_invitation(event, UGO)
        said = make_crossing(links, event, sign_up(event, UMA))
        held = sign_up(event, UDO, invitation_ref=invitation.ref)
        left, silent = sign_up(event, UGO), sign_up(without, UGO)
        leave(Audience.USERS, left.ref, now=now.time)
        owns = [own_page(links, each, outcome) for each, outcome in ((event, held), (event, left), (without, silent))]
        for outcome in (held, left, silent):
            with pytest.raises(Conflict, match="not offered"):
                ask_to_cross(Audience.USERS, outcome.ref, said=said, network="x", links=links, now=now.time)
        with pytest.raises(NotFound):  # a reference of the other list
            ask_to_cross(Audience.BUYERS, left.ref, said=said, network="x", links=links, now=now.time)

    assert [BOX.findall(client.get(own).text) for own in owns] == [[], [], []]
    assert client.post(f"{owns[0]}/cross", data={"agreed": "yes", "said": said}).status_code == 409


def test_an_organiser_decides_whether_it_is_offered_and_the_history_says_so(
    app: Flask, links: Links, at_desk: Callable[[Person], FlaskClient]
) -> None:
    with app.app_context():
        slug = make_event(links).slug
    cora = at_desk(CORA)
    [box] = re.findall(r'<input[^>]*name="offers_crossing"[^>]*>', cora.get(f"/desk/events/{slug}/edit").text)
    with app.app_context():
        said = typed(db.session.scalars(select(Event)).one())
    assert ("checked" in box, said.pop("offers_crossing")) == (True, "yes")

    saved = cora.post(f"/desk/events/{slug}/edit", data=said | {"csrf_token": csrf_of(cora)})

    assert saved.status_code == 303
    with app.app_context():
        event = db.session.scalars(select(Event)).one()
        assert not event.offers_crossing
        newest = db.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
        assert newest
        assert newest.details["fields"] == ["offers_crossing"]
    assert "whether one may ask to hear of the other kind of event" in cora.get(f"/desk/events/{slug}/history").text
