"""What the pages of twins say of each other, and that nothing else does."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event, publish_event
from eventdesk.events.twins import make_twin, named_by
from eventdesk.labels import Label, Naming
from eventdesk.links import Links
from eventdesk.lists.letters import letter_of
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job
from tests.cast import BEA, UGO
from tests.conftest import Clock
from tests.factories import make_draft, make_event, make_twins, sign_up

BY: dict[str, Any] = {"actor": COMMAND_LINE}
#: A line that names a twin begins so, under either label.
LINE = ("This topic is also held as a", "This topic was also held as a")


def decide(event: Event, naming: Naming | None) -> None:
    """Let its organiser have decided when its page names the twin."""
    with writing() as writer:
        writer.get_one(Event, event.id).names_twin = naming


@pytest.mark.parametrize(
    ("naming", "before", "after"),
    [
        (None, [], ["commercial", "community"]),
        (Naming.ALWAYS, ["commercial", "community"], ["commercial", "community"]),
        (Naming.NEVER, [], []),
    ],
)
def test_a_page_names_the_twin_when_its_label_or_its_organiser_says(
    session: Session, links: Links, now: Clock, naming: Naming | None, before: list[str], after: list[str]
) -> None:
    community, briefing = make_twins(links, names_twin=naming)
    decide(community, naming)
    by_itself = ["commercial"] if naming is None else []

    def naming_now() -> list[str]:
        return sorted(each.label for each in (community, briefing) if named_by(session, each, now.time))

    first = naming_now()
    now.time = briefing.ends_at

    assert first == sorted(by_itself + before)
    assert naming_now() == after


def test_a_twin_that_not_everybody_may_find_is_not_named(
    client: FlaskClient, session: Session, links: Links, now: Clock
) -> None:
    hidden, drafted, gone, shown = (make_event(links, title=f"Session {number}") for number in range(4))
    briefing = {"names_twin": Naming.ALWAYS}
    for event, said in ((hidden, {"visibility": "invitation"}), (drafted, {}), (gone, {}), (shown, {})):
        decide(event, Naming.ALWAYS)
        twin = make_twin(event.slug, make_draft(Label.COMMERCIAL, **briefing, **said), **BY, links=links, now=now.time)
        if event is not drafted:
            _publish(twin, links, now)
        if event is gone:
            cancel_event(twin.slug, **BY, links=links, now=now.time)
    cancelled, _ = make_twins(links)
    decide(cancelled, Naming.ALWAYS)
    cancel_event(cancelled.slug, **BY, links=links, now=now.time)
    slugs = [each.slug for each in (hidden, drafted, gone, cancelled, shown)]
    session.rollback()

    naming = [any(line in client.get(f"/events/{slug}").text for line in LINE) for slug in slugs]

    assert naming == [False, False, False, False, True]


def _publish(event: Event, links: Links, now: Clock) -> None:
    publish_event(event.slug, charter_accepted=True, **BY, links=links, now=now.time)


def test_the_line_is_one_neutral_sentence_with_the_way_there(
    client: FlaskClient, session: Session, links: Links, now: Clock
) -> None:
    community, briefing = make_twins(links)
    there, when, slugs = links.page(community.slug), community.when, (briefing.slug, community.slug)
    now.time = briefing.ends_at
    session.rollback()

    page, other = (client.get(f"/events/{slug}").text for slug in slugs)

    assert (
        f'<p id="twin">This topic was also held as a community session: <a href="{there}">Get the most out of Tire '
        f"Server</a>, {when}.</p>"
    ) in page
    assert '<p id="twin">This topic was also held as a commercial briefing: ' in other


def test_nothing_but_the_page_knows_of_the_twin(
    client: FlaskClient, session: Session, links: Links, now: Clock
) -> None:
    community, briefing = make_twins(links, title="Fleet-canary")
    for each in (community, briefing):
        decide(each, Naming.ALWAYS)
    session.rollback()
    canaries = {community.id: "Fleet-canary", briefing.id: community.title}
    for event, person in ((community, UGO), (briefing, BEA)):
        sign_up(event, person)
    said = {}
    for event in (community, briefing):
        paths = [f"/calendars/{event.label}.ics", f"/events/{event.slug}.ics", f"/feeds/{event.label}.atom"]
        paths += [
            f"/{event.label}",
            f"/calendars/programmes/{event.programme.slug}.ics",
            f"/events/{event.slug}/sponsors",
        ]
        jobs = session.scalars(select(Job).where(Job.event_id == event.id)).all()
        letters = [letter_of(session, job, links, now.time) for job in jobs]
        mails = [f"{each.text.subject}{each.text.body}{each.html}{each.calendar!r}" for each in letters if each]
        assert mails
        said[event.id] = (paths, mails)
        session.rollback()  # a transaction reads one list
    assert (community.taken, briefing.taken) == (1, 1)
    session.rollback()

    for event_id, (paths, mails) in said.items():
        answers = [client.get(path) for path in paths]
        assert [answer.status_code for answer in answers] == [200] * len(paths)
        everything = " ".join([*mails, *(answer.text for answer in answers)])
        assert canaries[event_id] not in everything
        assert not any(line in everything for line in LINE)
