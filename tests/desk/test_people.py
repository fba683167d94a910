"""The people page: pages of a long list, acts on those who are ticked or on all of a tab, and one made of two."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventdesk.db import db, writing
from eventdesk.events.queries import by_slug
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.queries import listed, people_of
from tests.cast import BEA, BERT, BOB, CORA, UDO, UGO, UMA, Person
from tests.conftest import Clock
from tests.dumps import dump
from tests.factories import make_event, make_invitation, make_standing, sign_up

CROWD = [Person(f"Guest {number:03}", f"guest{number:03}@users.example", "Company", "Role") for number in range(120)]
REF = re.compile(r'name="ref"[^>]* value="(\d+)"')


def standings(app: Flask, slug: str) -> dict[str, str]:
    with app.app_context():
        event = by_slug(db.session(), slug, RULES)
        return {person.name.partition(" ")[0]: person.standing.value for person in listed(db.session(), event)}


def test_a_long_list_comes_in_pages_that_keep_tab_and_search(app: Flask, ada: Any, links: Links) -> None:
    with app.app_context():
        event = make_event(links, capacity=100)
        for person in CROWD:
            sign_up(event, person)
        path = f"/desk/events/{event.slug}/people"

    pages = {
        query: unescape(ada(f"{path}?{query}").text) for query in ("", "page=2", "page=3", "tab=confirmed&q=guest")
    }
    odd = [ada(f"{path}?page={typed}").text for typed in ("99", "0", "-1", "x", "²", "9" * 40)]

    shown = [re.findall(r"Guest (\d+)</a>", page) for page in pages.values()]
    assert [(each[0], each[-1]) for each in shown] == [("000", "029"), ("030", "059"), ("060", "089"), ("000", "029")]
    assert "31 to 60 of 120" in pages["page=2"]
    assert f'href="{path}?page=3" rel="next"' in pages["page=2"]
    assert f'href="{path}" rel="prev"' in pages["page=2"]
    assert f'href="{path}?page=2&tab=confirmed&q=guest" rel="next"' in pages["tab=confirmed&q=guest"]
    assert "1 to 30 of 100" in pages["tab=confirmed&q=guest"]
    assert [len(re.findall(r"Guest \d+</a>", page)) for page in odd] == [30] * 6


@pytest.mark.parametrize("label", list(RULES))
def test_a_page_of_a_list_of_a_thousand_is_light(app: Flask, ada: Any, links: Links, label: Label) -> None:
    with app.app_context():
        event = make_event(links, label, title="An event whose title is as long as most of ours")
        people = people_of(event)
        with writing() as session:
            for number in range(1_000):
                session.add(
                    people(
                        ref=2**62 + number, event_id=event.id, label=event.label, name=f"Somebody Called {number:04}",
                        email=f"somebody.called.{number:04}@people.example", email_key=str(number), state="confirmed",
                        place=number + 1, made_at=event.made_at, answers={},
                        **{ask.name: "Head of whatever it is" for ask in event.rules.asks},
                    )
                )  # fmt: skip
        path = f"/desk/events/{event.slug}/people"

    page = ada(path)

    fetched = set(re.findall(r'(?:href|src)="/static/([^"#?]+)', page.text))
    weight = len(page.data) + sum((Path(app.static_folder or "") / each).stat().st_size for each in fetched)
    assert "1 to 30 of 1,000" in page.text
    assert weight < 60_000, weight


def test_a_standing_list_comes_in_pages(app: Flask, ada: Any, links: Links, now: Clock) -> None:
    with app.app_context():
        for person in CROWD[:35]:
            now.pass_by(minutes=2)
            make_standing(links, Label.COMMUNITY, person)

    first, second = (ada(f"/desk/standing/community{query}").text for query in ("", "?page=2"))

    assert [page.count("Take off this list") for page in (first, second)] == [30, 5]
    assert ("1 to 30 of 35" in first, "31 to 35 of 35" in second) == (True, True)


@pytest.fixture
def evening(app: Flask, links: Links, now: Clock) -> tuple[str, list[int]]:
    """Two have a seat, one waits, one is held; the doors are open. The slug and the references."""
    with app.app_context():
        event = make_event(links, capacity=2, starts_at=now.time.replace(tzinfo=None) + timedelta(hours=2))
        refs = [sign_up(event, each).ref for each in (UGO, UMA, UDO)]
        refs.append(sign_up(event, BOB, invitation_ref=make_invitation(event, BEA).ref).ref)
        return event.slug, refs


def test_what_can_be_done_is_offered_done_and_told(app: Flask, ada: Any, evening: tuple[str, list[int]]) -> None:
    slug, refs = evening
    path = f"/desk/events/{slug}/people"
    offered = {
        tab: re.findall(r'name="act" value="([\w-]+)"', ada(f"{path}?tab={tab}").text)
        for tab in ("", "confirmed", "waitlisted", "pending", "attended")
    }
    before = REF.findall(ada(path).text)

    marked = ada(f"{path}/act", act="attended", ref=[*refs, 5], tab="confirmed", page="1")
    told = unescape(ada(f"{path}?tab=confirmed").text)
    everybody = ada(f"{path}/act", act="end", all="yes", q="udo")
    again = ada(f"{path}/act", act="end", ref=refs[2], on="person")

    assert offered == {
        "": ["approve", "decline", "attended", "merge", "end"],
        "confirmed": ["attended", "merge", "end"],
        "waitlisted": ["end"],
        "pending": ["approve", "decline", "end"],
        "attended": [],
    }
    assert before == [str(ref) for ref in refs]
    assert marked.location == f"{path}?tab=confirmed&page=1"
    assert "2 marked as attended; left out: 2 without a seat, 1 not on this list." in told
    assert (everybody.location, again.location) == (f"{path}?q=udo#p{refs[2]}", f"{path}/{refs[2]}")
    assert "Nobody taken off the list; left out: 1 off it already." in ada(f"{path}/{refs[2]}").text
    assert standings(app, slug) == {"Ugo": "attended", "Uma": "attended", "Udo": "cancelled", "Bob": "pending"}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"act": "attended"}, "Tick somebody first, or all."),
        ({"act": "attended", "ref": ["x", "-1", "9" * 19, "²"]}, "Tick somebody first, or all."),
        ({"act": "attended", "all": "yes", "q": "nobody"}, "Nobody here matches"),
        ({"act": "delete", "ref": "1"}, "Choose what to do with them."),
        ({"act": "", "all": "yes"}, "Choose what to do with them."),
        ({"act": "merge", "ref": "1"}, "Tick two: the same person, registered twice."),
    ],
)
def test_who_ticks_nobody_is_told_and_nothing_changes(
    app: Flask, ada: Any, evening: tuple[str, list[int]], form: dict[str, Any], said: str
) -> None:
    before = dump(app)

    answer = ada(f"/desk/events/{evening[0]}/people/act", **form)
    ticked = ada(f"/desk/events/{evening[0]}/people/act", act="", ref=evening[1][:2]).text

    assert (answer.status_code, said in answer.text) == (422, True)
    assert ticked.count(" checked") == 2
    assert ticked.index('name="act"') < ticked.index("<table") < ticked.rindex('name="act"')
    assert dump(app) == before


def test_what_the_moment_does_not_allow_is_a_conflict(
    app: Flask, ada: Any, evening: tuple[str, list[int]], now: Clock
) -> None:
    slug, refs = evening
    before = dump(app)

    early = ada(f"/desk/events/{slug}/people/act", act="no-show", ref=refs)
    assert (early.status_code, "nobody has missed it yet" in early.text) == (409, True)
    assert dump(app) == before


def test_only_who_organises_the_label_acts(
    app: Flask, at_desk: Callable[[Person], FlaskClient], evening: tuple[str, list[int]]
) -> None:
    slug, _ = evening
    paths = [f"/desk/events/{slug}/people/{each}" for each in ("act", "merge")]

    answers = {who.name: [at_desk(who).post(path).status_code for path in paths] for who in (CORA, BERT)}

    assert answers == {CORA.name: [403, 403], BERT.name: [403, 403]}  # no token; with it, the matrix asks


def test_one_is_made_of_two_found_by_name_or_ticked(app: Flask, ada: Any, links: Links) -> None:
    with app.app_context():
        event = make_event(links, capacity=1)
        ugo, twice, other = (sign_up(event, each).ref for each in (UGO, Person("ugo USER", "ugo@work.example"), UMA))
        path, elsewhere = f"/desk/events/{event.slug}/people", sign_up(make_event(links, title="Another"), UDO).ref
    alike = ada(f"{path}/merge").text
    chosen = ada(f"{path}/act", act="merge", ref=[ugo, twice])
    side_by_side = ada(chosen.location).text
    open_end = ada(f"{path}/merge", ref=[ugo, twice])

    done = ada(f"{path}/merge", ref=[ugo, twice], keep=twice)

    assert REF.findall(alike) == [str(ugo), str(twice)]
    assert chosen.location == f"{path}/merge?ref={ugo}&ref={twice}"
    assert all(each in side_by_side for each in (UGO.email, "ugo@work.example", "Waitlisted", "Confirmed"))
    assert (open_end.status_code, "Choose which address stays." in open_end.text) == (422, True)
    assert done.location == f"{path}#p{ugo}"
    page = ada(path).text
    assert ("ugo USER is on the list once now." in page, "ugo@work.example" in page) == (True, True)
    assert ada(f"{path}/merge", ref=[ugo, twice], keep=ugo).status_code == 409
    for pair in ([ugo, elsewhere], [ugo, 5]):
        assert ada(f"{path}/merge?ref={pair[0]}&ref={pair[1]}").status_code == 404
    assert ada(f"{path}/merge", ref=[ugo], keep=ugo).status_code == 422
    assert ada(f"{path}/merge", ref=[ugo, elsewhere], keep=ugo).status_code == 404
    assert "No two people here are called the same." in ada(f"{path}/merge").text
    assert standings(app, event_slug(path))["Uma"] == "waitlisted"
    assert other


def event_slug(path: str) -> str:
    return path.split("/")[3]
