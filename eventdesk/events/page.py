"""What an event's page shows, whichever address it is reached by: words, answers, addresses, structured data."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..db import db
from ..links import Links, Subscribe
from ..speakers.queries import speakers_of
from ..speakers.rules import presented
from ..wording import Channel, EventFacts, PageLine, write, write_line
from .models import Event
from .queries import other_dates
from .twins import named_by

DESCRIPTION_MOST = 300


@dataclass(frozen=True)
class TwinLine:
    """The one line by which a page names the twin: words before its title, the title as a link, and when it is."""

    words: str
    title: str
    url: str
    when: str


def shown(event: Event, links: Links, now: datetime) -> dict[str, Any]:
    """The page's context, but for the form."""
    facts = event.facts(links)
    return {
        "event": event,
        "rules": event.rules,
        "promise": event.promise,
        "intro": write(Channel.PAGE, facts).after_promise,
        "host_line": facts.inviting,
        "questions": facts.answers,
        "full": event.seats.full,
        "waiting": event.waiting,
        "past": event.is_past(now),
        "cancelled": event.is_cancelled,
        "page_url": facts.url,
        "calendar_url": links.event_calendar(event.slug) if event.is_public else None,
        "programme": event.programme,
        "version": event.programme.newest.id if event.programme.newest else None,
        "subscribe": Subscribe(links.label_calendar(event.label)),
        "appearing": presented(event.rules, event.speakers, event.hosts, speakers_of(db.session(), event.id)),
        "twin": twin_line(event, links, now),
        "other_dates": other_dates(db.session(), event, now),
        "structured": structured(facts),
    }


def twin_line(event: Event, links: Links, now: datetime) -> TwinLine | None:
    """How an event's page names its twin; None while it does not."""
    twin = named_by(db.session(), event, now)
    if twin is None:
        return None
    words = write_line(PageLine.TWIN, event.rules, over=twin.is_past(now))
    return TwinLine(words, twin.title, twin.url(links), twin.when)


def for_sponsors(event: Event, links: Links) -> dict[str, Any]:
    """What a sponsor's sheet shows: what one may and may not do, and the charter it rests on."""
    facts = event.facts(links)
    return {
        "event": event,
        "rules": event.rules,
        "promise": event.promise,
        "words": write(Channel.SPONSOR, replace(facts, charter=())).after_promise,
        "charter": facts.charter,
        "page_url": facts.url,
    }


def structured(facts: EventFacts) -> dict[str, Any]:
    """The event as schema.org tells search engines (https://schema.org/Event)."""
    places: list[dict[str, Any]] = []
    if facts.venue:
        places.append({"@type": "Place", "name": facts.venue, "address": facts.venue})
    if facts.online_url:
        places.append({"@type": "VirtualLocation", "url": facts.url})
    modes = {(True, True): "Mixed", (False, True): "Online"}
    mode = modes.get((bool(facts.venue), bool(facts.online_url)), "Offline")
    about: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": f"{facts.rules.summary_prefix}: {facts.title}",
        "description": f"{facts.promise} {facts.description}"[:DESCRIPTION_MOST],
        "startDate": facts.starts.isoformat(),
        "endDate": facts.ends.isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if facts.cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "organizer": {"@type": "Organization", "name": facts.inviting},
        "url": facts.url,
    }
    return about | {"location": places} if places else about
