"""Who may do what: one policy on every route, checked before the route runs. A route without one is not served."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response

from . import clock
from .config import Settings
from .db import db
from .errors import Forbidden, NotFound
from .labels import RULES
from .links import Links
from .organisers.models import Organiser
from .organisers.queries import signed_in

csrf = CSRFProtect()
View = TypeVar("View", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS")
#: The whole body of a POST by which a mail program stops mail for its user (RFC 8058 section 3.1).
ONE_CLICK_FIELD, ONE_CLICK_SAID = "List-Unsubscribe", "One-Click"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What a route asks of a request, and how private its answer is."""

    name: str
    #: Only for who is signed in at the desk; as such, for who organises events of a label.
    signed_in: bool = False
    #: Also for who only helps at a door. To them, no other route of the desk is there.
    helpers: bool = False
    #: Only for owners. To others the route is not there.
    owners: bool = False
    #: Only for who organises events of a label whose people are followed up. To others the route is not there.
    follows: bool = False
    #: Only for who organises events of a label whose people are heard. To others the route is not there.
    hears: bool = False
    #: Its forms carry a token bound to the browser's session; all other POSTs must come from our own pages.
    token: bool = False
    #: Whether answers may be kept by nobody, indexed by nobody, and tell no other site their address.
    private: bool = False
    #: Whether mail programs may POST here for their users, from anywhere and with nothing but the address (RFC 8058).
    one_click: bool = False

    def __call__(self, view: View) -> View:
        """Decorates a view with this policy."""
        view.policy = self  # type: ignore[attr-defined]
        return view


PUBLIC = Policy(name="public")
PERSONAL = Policy(name="personal", private=True)
#: For everybody: but who is signed in is looked at, and is shown more where they may see it.
SHOWN = Policy(name="shown", private=True)
ONE_CLICK = Policy(name="one click", private=True, one_click=True)
ENTRANCE = Policy(name="entrance", token=True, private=True)
DESK = Policy(name="desk", signed_in=True, token=True, private=True)
HELPERS = Policy(name="helpers", signed_in=True, helpers=True, token=True, private=True)
FOLLOWERS = Policy(name="followers", signed_in=True, follows=True, token=True, private=True)
LISTENERS = Policy(name="listeners", signed_in=True, hears=True, token=True, private=True)
OWNERS = Policy(name="owners", signed_in=True, owners=True, token=True, private=True)


def init_app(app: Flask) -> None:
    """Check every request against its route's policy."""
    csrf.init_app(app)
    app.before_request(_check)


def policy_of(app: Flask, endpoint: str | None) -> Policy | None:
    """The policy a route was declared with."""
    if endpoint == "static":
        return PUBLIC
    return getattr(app.view_functions.get(endpoint or ""), "policy", None)


def opens(policy: Policy, person: Organiser) -> bool:
    """Whether a route of the desk is there for this person at all; which event it shows is asked by the route."""
    labels = [
        label
        for label in person.labels
        if (RULES[label].stages or not policy.follows) and (RULES[label].heard or not policy.hears)
    ]
    return (policy.helpers or bool(labels)) and (person.is_owner or not policy.owners)


def links() -> Links:
    """The installation's addresses."""
    return settings().links


def settings() -> Settings:
    """The settings this application was made with."""
    found: Settings = current_app.extensions["eventdesk"]
    return found


def organiser() -> Organiser:
    """Who is signed in; only on routes whose policy asks for it."""
    found: Organiser = g.organiser
    return found


def visitor() -> Organiser | None:
    """Who is signed in, where nobody need be."""
    return signed_in(db.session(), session.get("sign_in", ""), clock.now())


def network() -> str:
    """A digest of the network the request came from (IPv6: its /64), for rate limits; the address itself is not kept."""
    address = ip_address(request.remote_addr or "::")
    wide = 64 if address.version == 6 else 32
    return links().keys.digest("network", str(ip_network((address, wide), strict=False)))


def named_ref() -> int:
    """Which row a form is about, by its `ref`; 0, which is nobody's, for what no database stores as one."""
    ref = request.form.get("ref", 0, int)
    return ref if 0 < ref < 2**63 else 0


def is_one_click() -> bool:
    """Whether a mail program asks for its user (RFC 8058): the address is all that it proves, and all that is needed."""
    return request.form.get(ONE_CLICK_FIELD) == ONE_CLICK_SAID


def _check() -> Response | None:
    policy = policy_of(current_app, request.endpoint)
    if request.endpoint is None:
        return None  # no route: the answer is 404
    if policy is None:
        raise LookupError(f"the route {request.endpoint} declares no policy")
    g.policy = policy
    if request.method not in SAFE and not (policy.one_click and is_one_click()):
        _same_origin(policy)
    if policy.signed_in:
        found = signed_in(db.session(), session.get("sign_in", ""), clock.now())
        if found is None:
            wanted = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("organisers.sign_in", next=wanted), 303)
        g.organiser = found
        if not opens(policy, found):
            raise NotFound("There is no such page.")
    if policy.token and request.method not in SAFE:
        try:
            csrf.protect()
        except CSRFError as error:
            raise Forbidden(
                "This form has been open for too long, or came from elsewhere. Open the page again; nothing was changed."
            ) from error
    return None


def _same_origin(policy: Policy) -> None:
    """Refuse a POST that a page of another site made. Raises Forbidden.

    Browsers say where a request comes from (Sec-Fetch-Site, else Origin); what is no browser says nothing, and carries
    nobody's cookies. Our private pages send no referrer, so that over plain http their Origin is "null": there a token
    in the form, or the secret in the address, stands for it.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        good = site in ("same-origin", "none")
    elif origin == "null":
        good = policy.private
    else:
        good = origin is None or origin.partition("://")[2] == request.host
    if not good:
        raise Forbidden("This form was sent by another site. Nothing was changed.")
