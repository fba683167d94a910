"""That a worker lives is written down again and again, told to whoever watches, and forgotten when it is long gone."""

import threading

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.outbox.models import Kind, WorkerBeat
from eventdesk.outbox.queries import pulse
from eventdesk.outbox.rules import SILENT
from eventdesk.outbox.service import beat, enqueue, forget_silent
from eventdesk.worker import Worker
from tests.conftest import NOW, ON_BOTH, Clock

pytestmark = ON_BOTH


def test_a_worker_lives_while_it_is_heard_of(app: Flask, session: Session, now: Clock) -> None:
    never = pulse(session, now.time)
    worker = Worker(app)
    threading.Timer(0.3, worker.stopping.set).start()
    worker.run()
    session.rollback()
    at_work = pulse(session, now.time + SILENT)
    gone = pulse(session, now.pass_by(days=2))
    beat("another", now.time, now.time)
    beat("another", now.time, now.pass_by(seconds=15))
    forget_silent(now.time)

    assert (never.heard_at, never.lives) == (None, False)
    assert (at_work.heard_at, at_work.lives, gone.lives) == (NOW, True, False)
    [kept] = session.scalars(select(WorkerBeat)).all()
    assert (kept.name, (kept.beat_at - kept.started_at).total_seconds()) == ("another", 15)


def test_health_tells_that_the_database_answers_and_how_long_mail_waits(
    app: Flask, client: FlaskClient, now: Clock
) -> None:
    assert client.get("/healthz").json == {"status": "ok", "oldest_unsent_seconds": 0.0, "worker_heard_seconds": None}

    with app.app_context(), writing() as session:
        enqueue(session, Kind.JOIN, label=None, event_id=0, ref=1, version=0, now=now.time)
        beat("a.secret.host:12", now.time, now.time)
    now.time += SILENT
    well = client.get("/healthz")
    now.pass_by(seconds=1)
    ill = client.get("/healthz")

    assert well.json == {"status": "ok", "oldest_unsent_seconds": 180.0, "worker_heard_seconds": 180.0}
    assert (well.status_code, ill.status_code) == (200, 503)
    assert ill.json
    assert ill.json["status"] == "no worker carries out what waits"
    assert "secret" not in ill.text
