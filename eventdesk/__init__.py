"""Eventdesk: events that say what they are, community sessions for users and commercial briefings for buyers."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import config, db, web
from .assets import asset_dir
from .findings import reading
from .invites.arrivals import Arrivals
from .links import is_loopback
from .lists.guard import keep_lists_apart
from .organisers.rules import SIGN_IN_LASTS

MEBIBYTE = 1 << 20


def create_app(settings: config.Settings | None = None) -> Flask:
    """The whole application, made from its settings (by default those of this process)."""
    settings = settings or config.load()
    app = Flask(
        __name__,
        template_folder=str(asset_dir("templates")),
        static_folder=str(asset_dir("static")),
        instance_path=str(settings.instance),
    )
    app.config.update(_flask_settings(settings), **db.engine_settings(settings.database_url))
    app.extensions["eventdesk"] = settings
    app.extensions["arrivals"] = Arrivals()
    reading.use(settings.instance)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    db.db.init_app(app)
    with app.app_context():
        db.prepare(db.db.engines)
        for engine in db.db.engines.values():
            keep_lists_apart(engine)
    web.init_app(app, settings)
    return app


def _flask_settings(settings: config.Settings) -> dict[str, Any]:
    at = urlsplit(settings.base_url)
    host = at.hostname or ""
    return {
        "SECRET_KEY": settings.secret_keys[0],
        "SECRET_KEY_FALLBACKS": list(settings.secret_keys[1:]),
        "TRUSTED_HOSTS": ["localhost", "127.0.0.1", "[::1]"] if is_loopback(host) else [host],
        "MAX_CONTENT_LENGTH": MEBIBYTE,
        "MAX_FORM_MEMORY_SIZE": MEBIBYTE,
        "MAX_FORM_PARTS": 200,
        "PERMANENT_SESSION_LIFETIME": SIGN_IN_LASTS,
        # cookies know no ports: two installations on one host keep theirs apart by name
        "SESSION_COOKIE_NAME": f"{'__Host-' if settings.is_https else ''}eventdesk{at.port or ''}",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_REFRESH_EACH_REQUEST": False,  # public answers carry no cookie, whoever asks
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_CHECK_DEFAULT": False,  # `access` asks for the token where a route's policy does
        "WTF_CSRF_SSL_STRICT": False,  # our private pages send no referrer; `access` compares origins instead
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session
    }
