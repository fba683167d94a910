"""Words to be quoted: given by one's own act, shown where something is sold, and gone from there once withdrawn."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as happenings
from sqlalchemy import select

from eventdesk.consent.queries import choice_of
from eventdesk.db import db
from eventdesk.errors import Conflict, Refused
from eventdesk.evenings.forms import NOT_AGREED
from eventdesk.evenings.models import EventQuotation, Quotation
from eventdesk.evenings.queries import quoted_on, to_quote
from eventdesk.evenings.service import give, put_on, take_off, withdraw
from eventdesk.events.models import Event
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.lists.guard import OWNERS
from eventdesk.lists.service import Outcome
from eventdesk.retention.service import close_events, remove_due
from eventdesk.rights.rules import dated
from eventdesk.rights.service import erase
from tests.cast import BEA, BERT, UGO, UMA, Person
from tests.conftest import ON_BOTH, Clock
from tests.crawl import csrf_of
from tests.dumps import dump
from tests.evenings.conftest import SIGNED, WORDS, Held, Quoted
from tests.factories import signing

AtDesk = Callable[[Person], FlaskClient]
SAID = RULES[Label.COMMUNITY].quoted_said
FORM = {"words": WORDS, "name": SIGNED, "said": SAID, "agreed": "yes"}


def own(links: Links, event: Event, outcome: Outcome) -> str:
    """The path of somebody's own page."""
    return links.manage(event.rules.audience, outcome.ref, outcome.generation).removeprefix(links.base_url)


def author(person: Person, audience: Audience = Audience.USERS) -> int:
    """The reference of a person's choice."""
    choice = choice_of(db.session(), audience, person.email)
    assert choice
    return choice.ref


def _only(there: tuple[Event, list[Outcome]]) -> tuple[Event, Outcome]:
    """An event, and the one person who was there."""
    event, [outcome] = there
    return event, outcome


def standing() -> list[tuple[str, str]]:
    """Who stands by what, of all."""
    db.session.rollback()
    kept = select(Quotation.words, Quotation.name).where(Quotation.withdrawn_at.is_(None))
    return [(words, name) for words, name in db.session.execute(kept.order_by(Quotation.id))]


def test_words_cross_by_their_givers_act_alone_and_come_back_whole(
    app: Flask, client: FlaskClient, at_desk: AtDesk, links: Links, held: Held
) -> None:
    session, [ugo] = held(Label.COMMUNITY, UGO)
    briefing, _ = held(Label.COMMERCIAL, BEA)
    mine, slug = own(links, session, ugo), briefing.slug
    desk, page = f"/desk/events/{slug}/evening", f"/events/{slug}"
    bert = at_desk(BERT)
    token = csrf_of(bert)

    def seen() -> list[tuple[bool, bool]]:
        return [(WORDS in text, SIGNED in text) for text in (bert.get(desk).text, client.get(page).text)]

    # Without the box, nothing crosses; nor with words that were other ones.
    offered = unescape(client.get(mine).text)
    unticked = client.post(f"{mine}/quotation", data=FORM | {"agreed": ""})
    otherwise = client.post(f"{mine}/quotation", data=FORM | {"said": "Whatever."})
    assert re.search(rf'<input(?![^>]*checked)[^>]*id="quotation-agreed"[^>]*><label [^>]*>{re.escape(SAID)}', offered)
    assert (unticked.status_code, otherwise.status_code, standing()) == (422, 422, [])
    assert NOT_AGREED in unescape(unticked.text)
    assert seen() == [(False, False), (False, False)]

    # Given: at the desk of what sells to choose from, and on no page before somebody does.
    assert client.post(f"{mine}/quotation", data=FORM).status_code == 303
    ref = db.session.scalars(select(Quotation.ref)).one()
    assert seen() == [(True, True), (False, False)]
    assert bert.post(f"{desk}/quotations", data={"csrf_token": token, "ref": ref}).status_code == 303
    assert seen() == [(True, True), (True, True)]
    assert "who comes to" not in client.get(page).text  # that is no word of its giver's
    assert bert.post(f"{desk}/quotations", data={"csrf_token": token, "ref": "9" * 30}).status_code == 409
    everything = bert.get(desk).text + client.get(page).text
    assert not [each for each in (UGO.name, UGO.email, session.title) if each in everything]
    assert WORDS in client.get(mine).text
    assert WORDS not in client.get(f"/events/{session.slug}").text

    # Withdrawn: gone from the page at once, and the database knows neither words nor name.
    assert client.post(f"{mine}/quotation", data={"act": "withdraw"}).status_code == 303
    assert seen() == [(False, False), (False, False)]
    rows = str(dump(app))
    assert (WORDS in rows, SIGNED in rows, SAID in rows) == (False, False, True)
    assert bert.post(f"{desk}/quotations", data={"csrf_token": token, "ref": ref}).status_code == 409


def test_the_desk_reads_of_those_who_are_quoted_what_they_gave_and_nothing_else(
    app: Flask, at_desk: AtDesk, held: Held, quoted: Quoted
) -> None:
    quoted(*_only(held(Label.COMMUNITY, UGO)), "Ugo would come again.")
    event, bea = _only(held(Label.COMMERCIAL, BEA))
    quoted(event, bea, "Bea would come again.")
    path, bert, said = f"/desk/events/{event.slug}/evening", at_desk(BERT), list[str]()
    db.session.rollback()

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    engines = list(db.engines.values())
    for engine in engines:
        happenings.listen(engine, "before_cursor_execute", keep)
    text = bert.get(path).text
    for engine in engines:
        happenings.remove(engine, "before_cursor_execute", keep)

    assert [text.count(f"{name} would come again.") for name in ("Ugo", "Bea")] == [1, 1]
    assert ["who comes to community" in text, "who comes to commercial" in text] == [True, True]
    assert len(said) > 3
    assert [each for each in said if any(table in each for table in OWNERS)] == []


@ON_BOTH
def test_somebody_stands_by_one_quotation_and_a_new_one_takes_its_place(held: Held, quoted: Quoted, now: Clock) -> None:
    event, [ugo, uma] = held(Label.COMMUNITY, UGO, UMA)
    other, [again] = held(Label.COMMUNITY, UGO, title="Another")
    briefing, _ = held(Label.COMMERCIAL, BEA)
    slug, here = briefing.slug, dict[str, Any](actor=signing(), now=now.time)

    quoted(event, uma, name="Uma")
    for _ in range(2):
        quoted(event, ugo)
    first = db.session.scalars(select(Quotation).where(Quotation.name == SIGNED)).one().ref
    for _ in range(2):
        put_on(slug, first, **here)
    assert standing() == [(WORDS, "Uma"), (WORDS, SIGNED)]
    offered = to_quote(db.session(), db.session.merge(briefing), skip=0, limit=9)
    assert [(each.name, each.is_on) for each in offered] == [(SIGNED, True), ("Uma", False)]
    quoted(other, again, "Two leaks by now.")

    assert standing() == [(WORDS, "Uma"), ("Two leaks by now.", SIGNED)]
    assert db.session.scalars(select(EventQuotation)).all() == []
    for _ in range(2):
        withdraw(Audience.USERS, author(UGO), now=now.time)
    assert standing() == [(WORDS, "Uma")]


def test_only_who_was_there_gives_words_once_it_is_over(
    client: FlaskClient, links: Links, held: Held, now: Clock
) -> None:
    event, [ugo, uma] = held(Label.COMMUNITY, UGO, UMA, capacity=1)
    paths = [own(links, event, each) for each in (ugo, uma)]

    def asked() -> list[bool]:
        return ["Let me be quoted" in client.get(path).text for path in paths]

    assert asked() == [True, False]
    assert client.post(f"{paths[1]}/quotation", data=FORM).status_code == 409
    mark(Audience.USERS, ugo.ref, False, actor=signing(), now=now.time)
    assert asked() == [False, False]
    assert client.post(f"{paths[0]}/quotation", data=FORM).status_code == 409
    mark(Audience.USERS, ugo.ref, True, actor=signing(), now=now.time)
    now.time = event.starts_at
    assert asked() == [False, False]
    assert standing() == []


def test_what_cannot_be_quoted_is_said_at_its_field(client: FlaskClient, links: Links, held: Held) -> None:
    event, [ugo] = held(Label.COMMUNITY, UGO)
    refused = {
        ("words", "Too short"): "Write 10 characters at least.",
        ("words", "x" * 501): "Use 500 characters at most",
        ("words", "See https://evil.example now"): "Leave web and mail addresses out of this.",
        ("words", "Look at evil.com for more"): "Leave web and mail addresses out of this.",
        ("name", ""): "Say by which name you are quoted.",
        ("name", "Zed www.evil.example"): "Leave web and mail addresses out of this.",
        ("name", "x" * 81): "Use 80 characters at most",
    }

    for (field, typed), sentence in refused.items():
        answer = client.post(f"{own(links, event, ugo)}/quotation", data=FORM | {field: typed})

        assert answer.status_code == 422, typed
        [said] = re.findall(rf'id="quotation-{field}-error">([^<]*)<', answer.text)
        assert sentence in unescape(said)
    assert standing() == []


def test_it_is_withdrawn_also_when_the_registration_is_long_gone(
    client: FlaskClient, links: Links, held: Held, quoted: Quoted, now: Clock
) -> None:
    event, [ugo] = held(Label.COMMUNITY, UGO)
    briefing, _ = held(Label.COMMERCIAL)
    quoted(event, ugo)
    mine = own(links, event, ugo)
    [kept] = re.findall(r'id="quotation-link" value="http://desk.example([^"]+)"', client.get(mine).text)
    put_on(briefing.slug, db.session.scalars(select(Quotation.ref)).one(), actor=signing(), now=now.time)

    close_events(now.time)
    remove_due(now.pass_by(days=200))
    whole = links.held(Audience.USERS, author(UGO), dated(0, now.time.date())).removeprefix(links.base_url)
    db.session.rollback()

    assert client.get(mine).status_code == 404
    assert [WORDS in client.get(path).text for path in (kept, whole, f"/events/{briefing.slug}")] == [True] * 3
    assert client.get(whole).text.count('value="withdraw"') == 1
    assert client.post(whole, data={"act": "withdraw"}).status_code == 303
    assert [WORDS in client.get(path).text for path in (kept, whole, f"/events/{briefing.slug}")] == [False] * 3
    assert "Nothing of yours is quoted" in client.get(kept).text
    assert client.post(kept).status_code == 303  # twice is once
    remove_due(now.pass_by(days=1))
    assert client.get(kept).status_code == 404
    assert client.get(kept[:-1] + ("A" if kept[-1] != "A" else "B")).status_code == 404


def test_who_is_erased_is_quoted_no_more(
    client: FlaskClient, links: Links, held: Held, quoted: Quoted, now: Clock
) -> None:
    event, [bea] = held(Label.COMMERCIAL, BEA)
    quoted(event, bea)
    put_on(event.slug, db.session.scalars(select(Quotation.ref)).one(), actor=signing(), now=now.time)
    assert SIGNED in client.get(f"/events/{event.slug}").text

    erase(Audience.BUYERS, author(BEA, Audience.BUYERS), keys=links.keys, now=now.time)

    assert (standing(), SIGNED in client.get(f"/events/{event.slug}").text) == ([], False)


def test_words_stand_on_the_pages_of_what_sells_alone_and_do_not_belie_them(
    held: Held, quoted: Quoted, now: Clock
) -> None:
    event, [ugo, uma] = held(Label.COMMUNITY, UGO, UMA)
    briefing, _ = held(Label.COMMERCIAL)
    quoted(event, ugo)
    quoted(event, uma, "Nobody may sell to you here, I was told.")
    good, belying = db.session.scalars(select(Quotation.ref).order_by(Quotation.id)).all()
    here: dict[str, Any] = {"actor": signing(), "now": now.time}
    id_, slug = briefing.id, briefing.slug

    with pytest.raises(Conflict, match="Nobody is quoted on the page of a community session"):
        put_on(event.slug, good, **here)
    with pytest.raises(Conflict, match="is what a community session promises"):
        put_on(slug, belying, **here)
    put_on(slug, good, **here)
    assert [(each.words, each.label) for each in quoted_on(db.session(), briefing)] == [(WORDS, Label.COMMUNITY)]
    for _ in range(2):
        take_off(slug, good, **here)

    assert quoted_on(db.session(), briefing) == []
    did = select(Entry.details).where(Entry.event_id == id_, Entry.act == Act.QUOTED).order_by(Entry.id)
    assert [each["did"] for each in db.session.scalars(did)] == ["put on", "taken off"]
    with pytest.raises(Refused):
        give(Audience.USERS, ugo.ref, WORDS, SIGNED, said=RULES[Label.COMMERCIAL].quoted_said, now=now.time)
