"""Notes of the evening in a label's news feed: an entry of their own, beside their event's."""

import xml.etree.ElementTree as ET

import pytest
from flask.testing import FlaskClient

from eventdesk.evenings.rules import Slides
from eventdesk.evenings.service import take_back
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from tests.conftest import Clock
from tests.evenings.conftest import WAY, Held, Written, held, written
from tests.factories import signing
from tests.payloads import SCRIPTS

__all__ = ["held", "written"]
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(raw: bytes) -> dict[str, ET.Element]:
    """The entries of a feed, by title."""
    return {each.findtext(f"{ATOM}title", ""): each for each in ET.fromstring(raw).iter(f"{ATOM}entry")}  # noqa: S314


@pytest.mark.parametrize("label", RULES)
def test_notes_are_an_entry_that_changes_and_goes(
    client: FlaskClient, links: Links, held: Held, written: Written, now: Clock, label: Label
) -> None:
    event, _ = held(label)
    held(label, visibility="invitation", title="Secret gathering")
    feed, title = f"/feeds/{label}.atom", f"Notes: {event.title}"
    promise, url, slug = event.promise, event.url(links), event.slug

    written(event, publish=False)
    answers = [client.get(feed)]
    notes = {
        "words": f"We *tried* it. \x0b\x01 ]]> & {SCRIPTS[0]}",
        "slides": [Slides("Leaks", "https://x.example/1?a&b")],
    }
    written(event, revision=1, **notes)
    answers.append(client.get(feed))
    again = client.get(feed, headers={"If-None-Match": answers[1].headers["ETag"]})
    now.pass_by(hours=1)
    written(event, revision=2, words="Twice.")
    answers.append(client.get(feed))
    take_back(slug, actor=signing(), now=now.time)
    answers.append(client.get(feed))

    found = [entries(each.data) for each in answers]
    assert [title in each for each in found] == [False, True, True, False]
    assert [len(each) for each in found] == [1, 2, 2, 1]
    assert (again.status_code, len({each.headers["ETag"] for each in answers})) == (304, 3)
    assert answers[0].headers["ETag"] == answers[3].headers["ETag"]
    assert found[1][title].findtext(f"{ATOM}id") == found[2][title].findtext(f"{ATOM}id")
    ids = {each.findtext(f"{ATOM}id", "") for each in found[1].values()}
    assert len(ids) == 2
    assert all(each.startswith("urn:uuid:") for each in ids)
    updated = [each[title].findtext(f"{ATOM}updated", "") for each in found[1:3]]
    assert updated[0] < updated[1] == ET.fromstring(answers[2].data).findtext(f"{ATOM}updated")  # noqa: S314
    content = found[1][title].findtext(f"{ATOM}content", "")
    assert content.strip().startswith(f"<p><b>{promise}</b></p>")
    assert found[1][title].findtext(f"{ATOM}summary", "").startswith(promise)
    assert all(each in content for each in ("<em>tried</em>", 'href="https://x.example/1?a&amp;b"', "]]&gt;"))
    assert ("<script>" in content, WAY["way_to_buy"] in content) == (False, event.rules.sells)
    link = found[1][title].find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{url}#evening"
    assert b"Secret" not in answers[1].data


def test_notes_of_one_label_are_in_its_feed_alone(client: FlaskClient, held: Held, written: Written) -> None:
    event, _ = held(Label.COMMUNITY)
    hidden, _ = held(Label.COMMUNITY, visibility="invitation", title="Secret gathering")
    for each in (event, hidden):
        written(each)

    assert [len(entries(client.get(f"/feeds/{label}.atom").data)) for label in RULES] == [2, 0]
