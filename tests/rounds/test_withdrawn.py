"""A consent withdrawn stops a mail that waits already: at a real SMTP server, by each of the links that withdraw it."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventdesk.consent.models import ConsentAct, ConsentEntry, Source
from eventdesk.consent.queries import stop_url
from eventdesk.db import db
from eventdesk.invites.models import Source as From
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.organisers.rules import Actor
from eventdesk.outbox.models import Job, Kind, Progress
from eventdesk.rounds.service import make, send
from eventdesk.worker import Worker
from tests.cast import UDO, UGO, UMA, ZED
from tests.conftest import BASE_URL, Clock
from tests.factories import make_event, make_standing
from tests.servers import Mailbox


@pytest.mark.parametrize("label", RULES)
def test_who_takes_it_back_gets_nothing_of_a_round_that_is_queued(
    app: Flask, client: FlaskClient, links: Links, now: Clock, ada: Actor, mailbox: Mailbox, label: Label
) -> None:
    audience = RULES[label].audience
    entries = [make_standing(links, label, person) for person in (UGO, UMA, UDO, ZED)]
    own = [links.standing(audience, each.ref, each.generation).removeprefix(BASE_URL) for each in entries]
    event = make_event(links, label)
    made = make(event.slug, From.STANDING, keys=links.keys, actor=ada, now=now.time)
    send(event.slug, made.id, at=None, actor=ada, now=now.time)
    carry_out(app)  # there is no mail server yet: the round is queued, one letter each
    waiting = select(Job.progress).where(Job.kind == Kind.INVITED)
    assert db.session.scalars(waiting).all() == [Progress.WAITING] * 4
    stops = [stop_url(db.session(), audience, each.email, links).removeprefix(BASE_URL) for each in (UMA, UDO)]
    elsewhere = {"Origin": "https://mail.example"}

    answers = [
        client.post(own[0], data={"act": "end"}),
        client.post(stops[0], data={"List-Unsubscribe": "One-Click"}, headers=elsewhere),
        client.post(stops[1], data={"act": "stop"}),
    ]
    app.extensions["eventdesk"] = replace(app.extensions["eventdesk"], smtp_url=mailbox.url, mail_per_minute=0)
    carry_out(app)

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    invited = [each.recipients for each in mailbox.deliveries if each.message["List-Unsubscribe"]]
    assert invited == [(ZED.email,)]
    assert db.session.scalars(waiting).all() == [Progress.DONE] * 4
    withdrawn = select(ConsentEntry.source).where(ConsentEntry.act == ConsentAct.WITHDRAWN).order_by(ConsentEntry.id)
    assert db.session.scalars(withdrawn).all() == [Source.LINK, Source.ONE_CLICK, Source.LINK]


def carry_out(app: Flask) -> None:
    """Let a worker do all that is due."""
    db.session.rollback()
    while Worker(app).carry_out():
        pass
    db.session.rollback()
