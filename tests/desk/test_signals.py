"""The desk's page of signals, and the text to hand on: nobody is on them, and only who organises what is heard reads them."""

from collections.abc import Callable
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from eventdesk.labels import Audience
from eventdesk.links import Links
from eventdesk.suggestions.models import Kind
from eventdesk.suggestions.service import contribute
from tests.cast import ADA, BEA, BERT, CORA, UDO, UGO, UMA, Person
from tests.conftest import Clock
from tests.factories import make_event, sign_up

PATHS = ("/desk/signals", "/desk/signals.txt")


def test_neither_page_nor_text_names_anybody_though_their_words_do(
    app: Flask, ada: Any, links: Links, now: Clock
) -> None:
    people = (UGO, UMA, UDO, BEA, ADA)
    everybody = ", ".join(f"{each.name} <{each.email}> or {each.name.upper()}" for each in people)
    with app.app_context():
        event = make_event(links)
        for person in people:
            ref, words = sign_up(event, person).ref, f"{everybody} could show restore drills & <i>logs</i>."
            contribute(Audience.USERS, ref, Kind.SUGGESTION, words, name=person.name, now=now.time)

    page, text = (unescape(ada(path).text.partition("<main")[2] or ada(path).text) for path in PATHS)
    main = page.partition("</main>")[0]

    for said in (main, text):
        assert "restore drills" in said
        assert "… could show restore drills & " in said.replace("&amp;", "&").replace("\n", " ")
        named = [
            part for each in people for part in (each.name, each.email, *each.name.split(), each.email.split("@")[0])
        ]
        assert [part for part in named if part.casefold() in said.casefold().split()] == []
        assert [each.email for each in people if each.email in said.casefold()] == []
    assert "<i>logs" not in ada(PATHS[0]).text
    assert "5  restore drills" in text
    assert "Feb 2027: " in text
    assert ada(PATHS[1]).headers["Content-Disposition"] == 'attachment; filename="signals-2027-02-09.txt"'


def test_only_who_organises_a_label_that_is_heard_reads_them(at_desk: Callable[[Person], FlaskClient]) -> None:
    assert [at_desk(CORA).get(path).status_code for path in PATHS] == [200, 200]
    assert [at_desk(BERT).get(path).status_code for path in PATHS] == [404, 404]
    assert "No word was used by 3 people yet." in at_desk(CORA).get(PATHS[0]).text
