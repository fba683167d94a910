"""What an event's page tells machines: search engines by schema.org, others by OpenGraph."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventdesk.events.page import structured
from eventdesk.labels import Label
from eventdesk.links import Links
from tests.factories import make_event
from tests.facts import facts


def test_a_page_carries_its_label_promise_and_time_for_machines_too(
    session: Session, client: FlaskClient, links: Links
) -> None:
    event = make_event(links, Label.COMMERCIAL, title="Tires </script> & more")
    promise, slug = event.promise, event.slug

    page = client.get(f"/events/{slug}").text
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    said = json.loads(data)

    assert f'<meta property="og:url" content="{links.page(slug)}">' in page
    assert '<meta property="og:title" content="Commercial briefing: Tires &lt;/script&gt; &amp; more">' in page
    assert (said["@type"], said["name"]) == ("Event", "Commercial briefing: Tires </script> & more")
    assert said["description"].startswith(promise)
    assert said["startDate"] == event.starts.isoformat()


@pytest.mark.parametrize(
    ("said", "mode", "places"),
    [
        ({"venue": "Quay"}, "Offline", ["Place"]),
        ({"online_url": "https://meet.example/x"}, "Online", ["VirtualLocation"]),
        ({"venue": "Quay", "online_url": "https://meet.example/x"}, "Mixed", ["Place", "VirtualLocation"]),
        ({}, "Offline", []),
    ],
)
def test_where_it_is_follows_venue_and_link(said: dict[str, Any], mode: str, places: list[str]) -> None:
    found = structured(facts(**said))

    assert found["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert [place["@type"] for place in found.get("location", [])] == places


def test_a_cancelled_event_is_said_to_be_so() -> None:
    assert structured(facts(cancelled=True))["eventStatus"] == "https://schema.org/EventCancelled"
