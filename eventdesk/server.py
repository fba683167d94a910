"""The application on a current database, and the web server with the worker beside it."""

import logging
import signal
import threading
from typing import Any

import click
from flask import Flask
from waitress.server import create_server

from . import clock, create_app
from .config import DEFAULT_HOST, Settings
from .db import db
from .errors import DomainError
from .events.entries import rebuild_entries
from .events.service import complete_speakers
from .migrations import is_current, upgrade
from .organisers.queries import installation
from .organisers.service import remember_address
from .rights.replay import Replayed, complete, replay
from .worker import Worker

THREADS = 8
#: Open connections: browsers keep theirs after the answer, and must not keep others waiting.
CONNECTIONS = 800
IDLE_SECONDS = 30
#: More than the application takes, so that it is the application that answers a body that is too large.
BODY_MOST = 4 << 20
ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not listened at


def opened(settings: Settings) -> Flask:
    """The application on a current database, with the addresses of where it was last served if it is not told.

    SQLite is brought up to date by itself; raises DomainError for others.
    """
    if settings.is_sqlite:
        upgrade(settings.database_url)
    elif not is_current(settings.database_url):
        raise DomainError("The database is not up to date. Run: eventdesk db upgrade")
    app = create_app(settings)
    with app.app_context():
        own = installation(db.session())
    if own and own.base_url:
        app.extensions["eventdesk"] = settings.served_at(own.base_url)
    return app


def caught_up(app: Flask) -> Replayed:
    """Let nothing come back with an older database: who was erased or stopped mail since is and has again. Before it serves."""
    told: Settings = app.extensions["eventdesk"]
    with app.app_context():
        replayed = replay(told.instance, told.links.keys, clock.now())
        complete(told.instance, told.links.keys)
    return replayed


def run_server(told: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C, then finish what is being done. Raises DomainError when the place is taken."""
    at = DEFAULT_HOST if host in ANYWHERE else f"[{host}]" if ":" in host else host
    here = told.served_at(f"http://{at}:{port}")
    app = opened(here)
    server = _listening(app, here, host, port)
    with app.app_context():
        rebuild_entries(here.links, clock.now())
        complete_speakers()
        caught_up(app)
        ready = installation(db.session()) is not None
        if ready and not told.base_url_given:
            remember_address(here.base_url)
    worker = Worker(app)
    thread = threading.Thread(target=worker.run, name="worker")
    signal.signal(signal.SIGTERM, _stop)
    thread.start()
    click.echo(f"Eventdesk is at {here.base_url}", err=True)
    if not ready:
        click.echo(f"Set it up here, once: {here.links.set_up()}", err=True)
    try:
        server.run()
    except (SystemExit, KeyboardInterrupt):
        pass
    finally:
        worker.stopping.set()
        server.close()
        thread.join()


def _listening(app: Flask, settings: Settings, host: str, port: int) -> Any:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # else a line for each request that waits for a thread
    try:
        return create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            channel_timeout=IDLE_SECONDS,
            asyncore_use_poll=True,
            ident="Eventdesk",
            max_request_body_size=BODY_MOST,
            clear_untrusted_proxy_headers=not settings.trusted_proxies,
        )
    except (OSError, ValueError) as error:
        said = str(error).rstrip(".")
        raise DomainError(
            f"Nothing can be served at {host}:{port}: {said}. Choose another --host or --port."
        ) from error


def _stop(_signal: int, _frame: Any) -> None:
    raise SystemExit
