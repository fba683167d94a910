"""The matrix of access, made from the application itself: routes × methods × roles × one's own event and others.

What is expected follows from the policy a route was declared with, and from whose thing its path names (`places.py`).
Only what cannot follow from these stands in `NAMED`. A route whose cells are not determined so is `Undeclared`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from eventdesk.access import (
    DESK,
    ENTRANCE,
    FOLLOWERS,
    HELPERS,
    LISTENERS,
    ONE_CLICK,
    OWNERS,
    PERSONAL,
    PUBLIC,
    SHOWN,
    Policy,
    policy_of,
)
from eventdesk.labels import RULES, Label
from tests.cast import PASSPHRASE
from tests.conftest import BASE_URL
from tests.places import Place, Places, named_in

#: Nobody in particular; who helps at the door of the event, or at another of its label; who organises its label, or the
#: other one; the owner.
ROLES = ("nobody", "helper", "helper elsewhere", "own", "other", "owner")
POLICIES = (FOLLOWERS, LISTENERS, PUBLIC, PERSONAL, SHOWN, ONE_CLICK, ENTRANCE, DESK, HELPERS, OWNERS)
#: Kinds of answer. "in": the route did its work, or said what is wrong with the form or the moment.
IN, SIGN_IN, NOT_THERE = "in", "sign in", "not there"
LET_IN = (200, 303, 409, 422)

#: Routes of which the policy does not say all: whom they let in.
NAMED: dict[str, tuple[str, ...]] = {
    "organisers.set_up": (),  # it is set up already
    "desk.end_sign_in": (),  # it is somebody else’s
}
#: Routes for everybody, or behind a personal link, that are there only under a label whose people are heard.
HEARD = ("routes.", "suggestions.")
#: What is sent so that a route does its work; to the others, a form with nothing in it but the token.
FORMS: dict[str, dict[str, str]] = {
    "invites.submit": {"name": "Zed", "email": "zed@elsewhere.example", "company": "Zed & Co", "role": "Owner"},
    "invites.submit_personal": {
        "name": "Zed",
        "email": "zed@elsewhere.example",
        "company": "Zed & Co",
        "role": "Owner",
    },
    "standing.ask": {"name": "Zed", "email": "zed@elsewhere.example"},
    "standing.act": {"act": "end"},
    "lists.cross": {"agreed": "yes", "said": "Other words."},
    "consent.stop_now": {"act": "stop"},
    "rights.act_own": {"act": "erase", "sure": "yes"},
    "rights.act": {"act": "erase", "sure": "yes"},
    "desk.make_link": {"name": "Newsletter"},
    "desk.make_invitation": {"name": "Zed", "email": "zed@elsewhere.example"},
    "desk.make_round": {"from": "standing"},
    "desk.act_on_round": {"act": "send"},
    "desk.look_at_import": {
        "text": "name,email\nZed,zed@elsewhere.example",
        "source": "They registered at Luma.",
        "signed": "y",
        "act": "add",
    },
    "desk.add_person": {
        "one-name": "Zed",
        "one-email": "zed@elsewhere.example",
        "one-source": "By telephone.",
        "one-signed": "y",
    },
    "lists.act": {"act": "cancel"},
    "suggestions.say": {"words": "An evening on sensors."},
    "suggestions.act": {"act": "vote"},
    "feedback.keep": {"kept": "yes"},
    "desk.cancel": {"sure": "yes"},
    "desk.decide": {"act": "let stand", "reason": "It is the name of a talk."},
    "speakers.act": {"act": "save", "biography": "She knows tires."},
    "desk.questions": {"question": "Are you vegan?", "reason": "For the food.", "kind": "yes_no"},
    "desk.question": {"question": "Are you vegan?", "reason": "For the food.", "kind": "yes_no"},
    "desk.question_act": {"act": "remove"},
    "desk.bank": {"question": "What broke?", "reason": "To speak about it."},
    "desk.bank_question": {"question": "What broke?", "reason": "To speak about it."},
    "desk.bank_act": {"act": "retire"},
    "desk.give_role": {"role": "community"},
    "desk.take_role": {"role": "owner"},
    "desk.own_words": {"body": "Come: {link}"},
    "desk.own_programme_words": {"body": "Come: {link}"},
    "desk.retry_all": {"reason": "550 5.1.1"},
    "desk.act_on_people": {"act": "end", "all": "yes"},
    "desk.export_people": {"columns": "email", "reason": "For the door.", "passphrase": PASSPHRASE},
    "desk.export_standing": {"columns": "email", "reason": "For the post.", "passphrase": PASSPHRASE},
    "desk.follow": {"stage": "proposal", "next_step": "Call them.", "owner": "", "made_from": "whatever it was"},
    "desk.note": {"note": "Sits by the door."},
    "desk.preview_message": {"subject": "Parking", "body": "Use the yard."},
    "desk.send_message": {"subject": "Parking", "body": "Use the yard."},
    "desk.walk_in": {"name": "Zed", "company": "Zed & Co", "role": "Owner", "once": "0" * 32},
    "desk.reply_to_suggestion": {"state": "planned", "words": "In May.", "seen": "0"},
    "desk.route_suggestion": {"name": "Zed", "email": "zed@elsewhere.example"},
    "desk.hide_suggestion": {"breach": "attack"},
    "routes.act": {"state": "planned", "words": "In May.", "seen": "0"},
    "desk.programme": {"postal_address": "Mill Road 9, Oslo"},
}


class Undeclared(AssertionError):
    """A route of which nothing says who may open it."""


@dataclass(frozen=True)
class Cell:
    """One request of a role about an event of a label, and the kind of answer it must get."""

    role: str
    label: Label
    method: str
    rule: Rule
    policy: Policy
    arguments: dict[str, Any]
    expected: str

    def __str__(self) -> str:
        return f"{self.role}, {self.label}: {self.method} {self.rule.endpoint} {self.arguments}"


def cells(app: Flask, places: Places, label: Label, role: str, only: str = "") -> Iterator[Cell]:
    """All requests of a role about the event of a label, to endpoints that begin with `only`. Raises Undeclared."""
    here, other = places[label, True], next(place for (each, _), place in places.items() if each is not label)
    for rule in app.url_map.iter_rules():
        named, policy = dict(named_in(rule)), policy_of(app, rule.endpoint)
        if not rule.endpoint.startswith(only):
            continue
        if policy not in POLICIES:
            raise Undeclared(f"undeclared cell: {rule.rule} has the policy {policy}")
        if missing := [fragment for fragment in named.values() if fragment not in here.values]:
            raise Undeclared(f"undeclared cell: {rule.rule} names {missing}; say in tests/places.py what stands there")
        own = {name: here.values[fragment] for name, fragment in named.items()}
        belongs = any(here.values[fragment] != other.values[fragment] for fragment in named.values())
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            expected = expectation(policy, rule.endpoint, role, label, belongs=belongs)
            yield Cell(role, label, method, rule, policy, own, expected)
            for wrong in _crossed(own, named, places[label, False], other):
                crossed = SIGN_IN if expected == SIGN_IN else NOT_THERE
                yield Cell(role, label, method, rule, policy, wrong, crossed)


def _crossed(own: dict[str, Any], named: dict[str, str], *others: Place) -> Iterator[dict[str, Any]]:
    """The same path with what hangs on another event below this one."""
    for name, fragment in list(named.items())[1:]:
        for other in others:
            if other.values[fragment] != own[name]:
                yield own | {name: other.values[fragment]}


def expectation(policy: Policy, endpoint: str, role: str, label: Label, *, belongs: bool) -> str:
    """The kind of answer that a role must get from a route; `belongs`: whether its path names something of the label."""
    if policy.signed_in and role == "nobody":
        return SIGN_IN
    if endpoint in NAMED:
        return IN if role in NAMED[endpoint] else NOT_THERE
    if not policy.signed_in:
        return IN if RULES[label].heard or not endpoint.startswith(HEARD) else NOT_THERE
    opened = [RULES[each] for each in _labels(role, label) if each is label or not belongs]
    followed, heard = any(each.stages for each in opened), any(each.heard for each in opened)
    if (policy.follows and not followed) or (policy.hears and not heard) or (policy.owners and role != "owner"):
        return NOT_THERE
    if role.startswith("helper"):
        return IN if policy.helpers and (role == "helper" or not belongs) else NOT_THERE
    return NOT_THERE if role == "other" and belongs else IN


def _labels(role: str, label: Label) -> list[Label]:
    """The labels that a role opens, beside the event of one."""
    return [each for each in RULES if role in ("owner", "own" if each is label else "other")]


def kind(answer: TestResponse) -> str:
    """What kind of answer it is."""
    if (answer.location or "").startswith("/sign-in"):
        return SIGN_IN
    kinds = dict.fromkeys(LET_IN, IN) | {404: NOT_THERE}
    return kinds.get(answer.status_code, str(answer.status_code))


def leaked(cell: Cell, answer: TestResponse, places: Places) -> set[str]:
    """The marks in an answer that this role may not see there; all of them where people of both lists are shown."""
    said = answer.get_data().decode(errors="replace")  # a spreadsheet is no text
    shown = [(place, what, mark) for place in places.values() for what, mark in place.marks.items() if mark in said]
    labels = {place.label for place, what, _ in shown if what != "title"}
    return {mark for place, what, mark in shown if len(labels) > 1 or not _may_see(cell, place, what)}


def _may_see(cell: Cell, place: Place, what: str) -> bool:
    same = place.label is cell.label
    if cell.policy is SHOWN and cell.role != "nobody":
        keeps = cell.role in ("helper", "own", "owner")
        return what != "email" and same and place.here and keeps
    if not cell.policy.signed_in:
        return what == "title" or (cell.policy in (PERSONAL, ONE_CLICK) and place.here and same)
    if cell.role.startswith("helper"):
        return cell.policy.helpers and what != "email" and same and place.here == (cell.role == "helper")
    return cell.role == "owner" or same == (cell.role == "own")


class Kept:
    """The database as it was. It is put back after each request that changed it, so that no cell depends on another."""

    def __init__(self, app: Flask) -> None:
        file = make_url(app.extensions["eventdesk"].database_url).database
        self.live, self.copy = sqlite3.connect(str(file)), sqlite3.connect(":memory:")
        self.live.backup(self.copy)
        self.before = self._rows(self.copy)
        self.version = self._version()

    def changed(self) -> bool:
        """Whether there is another dump than before; the database is put back then."""
        if self._version() == self.version:
            return False  # nothing was committed
        same = self._rows(self.live) == self.before
        if not same:
            self.copy.backup(self.live)
        self.version = self._version()
        return not same

    def _rows(self, connection: sqlite3.Connection) -> list[str]:
        """All but that something was refused, which is kept for the firewall report."""
        return [line for line in connection.iterdump() if not line.startswith('INSERT INTO "refused_attempt"')]

    def _version(self) -> int:
        version: int = self.live.execute("PRAGMA data_version").fetchone()[0]
        return version

    def close(self) -> None:
        """Let go of both."""
        self.live.close()
        self.copy.close()


def faults(app: Flask, browser: FlaskClient, asked: Iterator[Cell], places: Places, token: str) -> list[str]:
    """Ask for all of these cells with the cookie of a browser, whatever they do to it; what is wrong with the answers."""
    cookie = browser.get_cookie(app.config["SESSION_COOKIE_NAME"], domain=urlsplit(BASE_URL).hostname or "")
    asker, headers = app.test_client(use_cookies=False), {"Cookie": f"{cookie.key}={cookie.value}"} if cookie else {}
    wrong = []
    with closing(Kept(app)) as kept:
        for cell in asked:
            form = FORMS.get(cell.rule.endpoint, {}) | {"csrf_token": token} if cell.method == "POST" else None
            with app.test_request_context(base_url=BASE_URL):
                path = app.url_for(cell.rule.endpoint, **cell.arguments)
            answer = asker.open(path, method=cell.method, data=form, headers=headers, buffered=True)
            status, changed, leak = answer.status_code, kept.changed(), leaked(cell, answer, places)
            if kind(answer) != cell.expected:
                wrong.append(f"{cell} answered {status}, not “{cell.expected}”")
            if changed and (cell.method == "GET" or status >= 400):
                wrong.append(f"{cell} answered {status} and changed something")
            if leak:
                wrong.append(f"{cell} answered {status} and showed {sorted(leak)}")
    return wrong
