"""Notes of the evening in a label's news feed: an entry of their own, beside their event's."""

import xml.etree.ElementTree as ET

import pytest
from flask.testing import FlaskClient

from eventdesk.evenings.rules import Slides
from eventdesk.evenings.service import take_back
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.suggestions import hosting
from eventdesk.suggestions.models import Breach, Kind, State
from eventdesk.suggestions.service import take_back as leave_out
from tests.cast import UGO
from tests.conftest import Clock
from tests.evenings.conftest import WAY, Held, Written, held, written
from tests.factories import make_contribution, make_event, sign_up, signing
from tests.payloads import SCRIPTS
from tests.suggestions.conftest import Opened, opened

__all__ = ["held", "opened", "written"]
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


def test_who_asked_is_not_named_and_an_entry_is_never_older_than_it_was(
    client: FlaskClient, links: Links, held: Held, written: Written, opened: Opened, now: Clock
) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    opened(event)
    words = ["Which sensor is that?", "What does it need?"]
    asked = [make_contribution(event, ugo, Kind.QUESTION, each, event_id=event.id, name="Ugo, Oslo") for each in words]
    path, title = f"/feeds/{Label.COMMUNITY}.atom", f"Notes: {event.title}"
    now.time = event.ends_at
    written(event)

    def told() -> tuple[str, str]:
        entry = entries(client.get(path).data)[title]
        return entry.findtext(f"{ATOM}updated", ""), entry.findtext(f"{ATOM}content", "")

    seen = [told()]
    for each in asked:
        now.pass_by(minutes=1)
        hosting.reply(each.ref, State.ANSWERED, "The cheap one.", actor=signing(), now=now.time)
    seen.append(told())
    now.pass_by(minutes=1)
    hosting.hide(asked[0].ref, Breach.ATTACK, actor=signing(), now=now.time)
    seen.append(told())
    now.pass_by(minutes=1)
    leave_out(Audience.USERS, ugo.ref, asked[1].ref, now=now.time)
    seen.append(told())

    assert [[each in content for each in words] for _, content in seen] == [
        [False, False],
        [True, True],
        [False, True],
        [False, False],
    ]
    assert not any("Ugo" in content for _, content in seen)
    times = [each for each, _ in seen]
    assert times == sorted(set(times))


def test_notes_of_one_label_are_in_its_feed_alone(client: FlaskClient, held: Held, written: Written) -> None:
    event, _ = held(Label.COMMUNITY)
    hidden, _ = held(Label.COMMUNITY, visibility="invitation", title="Secret gathering")
    for each in (event, hidden):
        written(each)

    assert [len(entries(client.get(f"/feeds/{label}.atom").data)) for label in RULES] == [2, 0]
