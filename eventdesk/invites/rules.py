"""Why an invite link takes nobody any more, and how an address is hinted at. Pure."""

import enum
from datetime import datetime

from ..errors import Conflict


class Ending(enum.StrEnum):
    """Why a link takes nobody any more; the value is said to whoever opens it."""

    REVOKED = "This invite link has been withdrawn. Ask whoever sent it to you for another."
    EXPIRED = "This invite link has ended. Ask whoever sent it to you for another."
    USED_UP = (
        "This invite link has been used as often as it may be. "
        "If you registered by it, the message you have still holds; if not, ask whoever sent it to you."
    )


class Ended(Conflict):
    """The link takes nobody any more."""


def ending(
    now: datetime, *, revoked_at: datetime | None, ends_at: datetime | None, most_uses: int | None, uses: int
) -> Ending | None:
    """Why a campaign link takes nobody any more; None while it does."""
    if revoked_at is not None:
        return Ending.REVOKED
    if ends_at is not None and ends_at <= now:
        return Ending.EXPIRED
    if most_uses is not None and uses >= most_uses:
        return Ending.USED_UP
    return None


def hint(email: str) -> str:
    """What may be shown of an address to somebody who may not be its owner: 'u…@users.example'."""
    local, _, host = email.rpartition("@")
    return f"{local[:1]}…@{host}"
