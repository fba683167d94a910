"""What the desk's pages share: their blueprint, tabs, and the one setting whose absence they speak of."""

from dataclasses import dataclass

from flask import Blueprint, request

from ..access import settings

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@dataclass(frozen=True)
class Tab:
    """One state of a list, with how many are in it."""

    key: str
    title: str
    count: int
    url: str
    current: bool


def mail_missing() -> str | None:
    """The name of the setting without which mail waits; None when it is there."""
    return None if settings().smtp_url else "EVENTDESK_SMTP_URL"


def asked(name: str) -> str:
    """One word of the address's query: short, and without what no database stores."""
    return "".join(letter for letter in request.args.get(name, "")[:100] if letter.isprintable()).strip()
