"""An event as a JSON file: read into the form that checks it, and written as what the command line answers."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from ..errors import DomainError, Refused
from ..labels import BRIEF_NAMES
from ..links import Links
from ..questions.forms import from_json as asked_in
from ..questions.rules import QuestionDraft
from .forms import TICKED, EventForm
from .models import Event
from .rules import Draft, Status, Visibility


def parsed(text: str) -> Any:
    """What a text of JSON says. Raises DomainError in words."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DomainError(f"This is not JSON: {error}") from error


def from_json(said: Any, over: Mapping[str, str] | None = None) -> EventForm:
    """The form of an event's JSON, laid over what is known of it (`over`). Raises Refused for what has no place in it."""
    if not isinstance(said, dict):
        raise Refused({"JSON": ["Give one object, in braces."]})
    problems: dict[str, list[str]] = {}
    typed_in = dict(over or {})
    asked = None
    for name, value in said.items():
        if name == "questions":
            try:
                asked = None if value is None else asked_in(value)
            except Refused as error:
                problems |= error.problems
            continue
        reader = _READERS.get(name)
        if reader is None:
            problems[str(name)[:40]] = ["An event has no such field."]
            continue
        try:
            typed_in |= reader(name, value)
        except ValueError as error:
            problems[name] = [str(error)]
    if problems:
        raise Refused(problems)
    typed_in = {"visibility": Visibility.PUBLIC.value, "thanks": TICKED, "offers_crossing": TICKED} | typed_in
    form = EventForm(MultiDict(typed_in))
    form.asked = asked
    return form


def carried(questions: str) -> tuple[QuestionDraft, ...] | None:
    """The questions of a file, as a form carries them on in JSON; None where it carries none. Raises DomainError."""
    return asked_in(parsed(questions)) if questions else None


def draft_of(said: Any, over: Mapping[str, str] | None = None) -> Draft:
    """The checked draft of an event's JSON. Raises Refused, by the names that the JSON uses."""
    try:
        return from_json(said, over).draft()
    except Refused as error:
        raise Refused(
            {name.replace("brief_", "brief."): problems for name, problems in error.problems.items()}
        ) from error


def _one(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, str | None):
        raise ValueError("Give a text in quotation marks.")
    return {name: value or ""}


def _number(name: str, value: Any) -> dict[str, str]:
    if isinstance(value, bool) or not isinstance(value, int | None):
        raise ValueError("Give a whole number, or null.")
    return {name: "" if value is None else str(value)}


def _truth(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, bool):
        raise ValueError("Give true or false.")
    return {name: TICKED if value else ""}


def _lines(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, list) or any(not isinstance(line, str) or "\n" in line or "\r" in line for line in value):
        raise ValueError("Give a list of names, each on one line.")
    return {name: "\n".join(value)}


def _brief(_name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict | None) or not set(value or {}) <= set(BRIEF_NAMES):
        raise ValueError(f"Give an object with {', '.join(BRIEF_NAMES)}.")
    return {key: text for name, answer in (value or {}).items() for key, text in _one(f"brief_{name}", answer).items()}


_READERS: Mapping[str, Callable[[str, Any], dict[str, str]]] = {
    **dict.fromkeys(
        (
            "label",
            "programme",
            "title",
            "description",
            "starts_at",
            "ends_at",
            "timezone",
            "venue",
            "online_url",
            "visibility",
            "names_twin",
        ),
        _one,
    ),
    **dict.fromkeys(("capacity", "fold", "remind_days", "offer_hours"), _number),
    **dict.fromkeys(("thanks", "offers_crossing"), _truth),
    **dict.fromkeys(("hosts", "speakers"), _lines),
    "brief": _brief,
}


def answer(event: Event, links: Links) -> dict[str, Any]:
    """What a command answers about an event: absolute addresses; null where there is none to show."""
    published = event.status is not Status.DRAFT
    public = published and event.is_public
    return {
        "slug": event.slug,
        "uid": event.uid,
        "sequence": event.sequence,
        "status": event.status.value,
        "urls": {
            "page": links.page(event.slug) if public else None,
            "invite": links.invite(event.code) if published else None,
            "calendar": links.event_calendar(event.slug) if public else None,
        },
    }
