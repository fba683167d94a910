"""Absolute addresses of the installation, and personal links that need no table (standard library only).

A personal link is base64url(purpose | audience | reference | HMAC tag over those and the row's generation). Nothing of it
is stored: it can be written again for a reminder, raising the row's generation revokes it, and a copy of the database
is of no use without the key. Secrets are kept newest first: the first signs, all of them verify.
"""

import hmac
import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from struct import pack, unpack
from urllib.parse import quote, urlsplit

from .errors import NotFound
from .labels import Audience

_HEAD = ">BBQ"
_HEAD_LENGTH = 10
_TAG_LENGTH = 16
#: How long a token is, in characters; an invite code is shorter.
TOKEN_LENGTH = 35
_AUDIENCES = tuple(Audience)
#: The last: an invite link that is one person's own; shorter codes are public.
PERSONAL = re.compile(
    r"(/(?:r|u|setup|pledge|join|reset|standing|cross|door|held|route|quoted|calendars/mine)/|/i/(?=[\w-]{30}))[\w-]+"
)


class Purpose(IntEnum):
    """What a personal link is good for; a link of one purpose is refused for another."""

    SET_UP = 1
    MANAGE = 2
    INVITE = 3
    PLEDGE = 4
    CALENDAR = 5
    JOIN = 6
    RESET = 7
    STOP = 8
    STANDING = 9
    DOOR = 10
    RIGHTS = 11
    ROUTE = 12
    QUOTED = 13


class Keys:
    """Signs and verifies personal links."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        """`secrets` newest first, 16 bytes or more each."""
        self._secrets = tuple(secrets)
        self._keys = self.derived("link/1")

    def derived(self, purpose: str) -> list[bytes]:
        """A key of 32 bytes for this purpose alone, of each secret, newest first."""
        return [hmac.digest(secret, f"eventdesk/{purpose}".encode(), "sha256") for secret in self._secrets]

    def token(self, purpose: Purpose, audience: Audience, ref: int, generation: int) -> str:
        """The token of a row (`ref` below 2**63) at its present generation."""
        head = pack(_HEAD, purpose, _AUDIENCES.index(audience), ref)
        return urlsafe_b64encode(head + _tag(self._keys[0], head, generation)).rstrip(b"=").decode()

    def row(self, purpose: Purpose, token: str) -> tuple[Audience, int]:
        """The list and reference the token names, still to be verified with `holds`. Raises NotFound on anything else."""
        head, _ = _split(token)
        got, audience, ref = unpack(_HEAD, head)
        if got != purpose or audience >= len(_AUDIENCES) or ref >= 2**63:
            raise NotFound("This link is not valid.")
        return _AUDIENCES[audience], ref

    def holds(self, token: str, generation: int) -> bool:
        """Whether the token was signed for this generation by any of the keys."""
        head, tag = _split(token)
        return any(hmac.compare_digest(tag, _tag(key, head, generation)) for key in self._keys)

    def digest(self, *parts: str) -> str:
        """A keyed digest of something that must not be stored as it is (an IP address)."""
        return self.digests(*parts)[0]

    def digests(self, *parts: str) -> tuple[str, ...]:
        """The same by each of the keys, newest first: to find again what was kept before the key was changed."""
        said = "\0".join(parts).encode()
        return tuple(hmac.digest(key, said, "sha256").hex()[:32] for key in self._keys)


def _tag(key: bytes, head: bytes, generation: int) -> bytes:
    return hmac.digest(key, head + pack(">I", generation), "sha256")[:_TAG_LENGTH]


def _split(token: str) -> tuple[bytes, bytes]:
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (BadBase64, ValueError):
        raw = b""
    if len(raw) != _HEAD_LENGTH + _TAG_LENGTH or urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        raise NotFound("This link is not valid.")
    return raw[:_HEAD_LENGTH], raw[_HEAD_LENGTH:]


@dataclass(frozen=True)
class Links:
    """Every address that leaves the installation: in mail, calendars and on the command line."""

    base_url: str
    mailbox: str
    keys: Keys

    @property
    def host(self) -> str:
        """The host of the base URL, the right-hand side of UIDs and Message-IDs."""
        return urlsplit(self.base_url).hostname or "localhost"

    def page(self, slug: str) -> str:
        """A public event's page."""
        return f"{self.base_url}/events/{slug}"

    def sponsors(self, slug: str) -> str:
        """A public event's sheet for sponsors."""
        return f"{self.page(slug)}/sponsors"

    def event_calendar(self, slug: str) -> str:
        """A public event's calendar file."""
        return f"{self.base_url}/events/{slug}.ics"

    def invite(self, code: str) -> str:
        """An invite link."""
        return self.base_url + self.invite_path(code)

    def invite_path(self, code: str) -> str:
        """An invite link without the host, for a form on our own page."""
        return f"/i/{code}"

    def personal_invite(self, audience: Audience, ref: int, generation: int) -> str:
        """An invite link that is one person's own."""
        return self.invite(self.keys.token(Purpose.INVITE, audience, ref, generation))

    def label_calendar(self, label: str) -> str:
        """A label's calendar feed."""
        return f"{self.base_url}/calendars/{label}.ics"

    def programme(self, slug: str) -> str:
        """A programme's page."""
        return f"{self.base_url}/programmes/{slug}"

    def programme_calendar(self, slug: str) -> str:
        """A programme's calendar feed."""
        return f"{self.base_url}/calendars/programmes/{slug}.ics"

    def label_news(self, label: str) -> str:
        """A label's Atom feed."""
        return f"{self.base_url}/feeds/{label}.atom"

    def personal_calendar(self, audience: Audience, ref: int, generation: int) -> str:
        """The calendar feed of one address under one label."""
        return f"{self.base_url}/calendars/mine/{self.keys.token(Purpose.CALENDAR, audience, ref, generation)}.ics"

    def manage(self, audience: Audience, ref: int, generation: int) -> str:
        """A registered person's own page."""
        return f"{self.base_url}/r/{self.keys.token(Purpose.MANAGE, audience, ref, generation)}"

    def door(self, audience: Audience, ref: int, generation: int) -> str:
        """What the code shown at the door holds. It opens no page of the person's own, and none can be made from it."""
        return f"{self.base_url}/door/{self.keys.token(Purpose.DOOR, audience, ref, generation)}"

    def join(self, ref: int) -> str:
        """Where somebody who was invited to the desk says yes."""
        return f"{self.base_url}/join/{self.desk_token(Purpose.JOIN, ref)}"

    def reset(self, ref: int) -> str:
        """Where somebody of the desk chooses a new passphrase."""
        return f"{self.base_url}/reset/{self.desk_token(Purpose.RESET, ref)}"

    def desk_token(self, purpose: Purpose, ref: int) -> str:
        """The token of somebody of the desk, who is on no list. It has no generation: its row says whether it is still good."""
        return self.keys.token(purpose, _AUDIENCES[0], ref, 0)

    def desk_ref(self, purpose: Purpose, token: str) -> int:
        """The reference in such a token. Raises NotFound where it was not signed by us."""
        _, ref = self.keys.row(purpose, token)
        if not self.keys.holds(token, 0):
            raise NotFound("This link is not valid.")
        return ref

    def pledge(self, audience: Audience, ref: int, generation: int) -> str:
        """A host's or speaker's own page: their pledge, and what is said of them."""
        return f"{self.base_url}/pledge/{self.keys.token(Purpose.PLEDGE, audience, ref, generation)}"

    def route(self, audience: Audience, ref: int, generation: int) -> str:
        """Where somebody who was asked to act on what a member said answers it."""
        return f"{self.base_url}/route/{self.keys.token(Purpose.ROUTE, audience, ref, generation)}"

    def stop(self, audience: Audience, ref: int, generation: int) -> str:
        """Where an address says that it wants no more mail of a label (RFC 8058)."""
        return f"{self.base_url}/u/{self.keys.token(Purpose.STOP, audience, ref, generation)}"

    def standing(self, audience: Audience, ref: int, generation: int) -> str:
        """Where somebody who asked to be told of a label's next events says that it was they."""
        return f"{self.base_url}/standing/{self.keys.token(Purpose.STANDING, audience, ref, generation)}"

    def cross(self, sealed: str) -> str:
        """Where somebody who asked to hear of the other label's events says that it was they; see `seals.py`."""
        return f"{self.base_url}/cross/{sealed}"

    def held(self, audience: Audience, ref: int, dated: int) -> str:
        """Where an address sees what one list holds about it, and has it erased; `ref` is that of its choice about mail.

        `dated` is that choice's generation with the day in it (`rights/rules.py`).
        """
        return f"{self.base_url}/held/{self.keys.token(Purpose.RIGHTS, audience, ref, dated)}"

    def quoted(self, audience: Audience, ref: int, generation: int) -> str:
        """Where somebody withdraws the words they gave to be quoted; `ref` is that of their choice about mail."""
        return f"{self.base_url}/quoted/{self.keys.token(Purpose.QUOTED, audience, ref, generation)}"

    def set_up(self) -> str:
        """The one-time link of the first start."""
        return f"{self.base_url}/setup/{self.set_up_token()}"

    def set_up_token(self) -> str:
        """Valid until the installation is set up, then refused with everything else at that address."""
        return self.keys.token(Purpose.SET_UP, _AUDIENCES[0], 0, 0)


@dataclass(frozen=True)
class Subscribe:
    """The ways to follow a calendar feed; the two vendors' addresses are theirs and undocumented."""

    address: str

    @property
    def webcal(self) -> str:
        """Opens the machine's own calendar program."""
        return "webcal://" + self.address.partition("://")[2]

    @property
    def google(self) -> str:
        """Google Calendar's page to add by address."""
        return "https://calendar.google.com/calendar/r?cid=" + quote(self.webcal, safe="")

    @property
    def outlook(self) -> str:
        """Outlook on the web's page to add by address."""
        return "https://outlook.live.com/calendar/0/addfromweb?url=" + quote(self.address, safe="")


def slugged(text: str, otherwise: str, most: int = 60) -> str:
    """A text as part of an address: letters and digits of ASCII, joined by hyphens; `otherwise` if none is left."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only)[:most].strip("-") or otherwise


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    return host in ("localhost", "127.0.0.1", "::1")


def redact(text: str) -> str:
    """The text with the secret part of personal links taken out, for logs."""
    return PERSONAL.sub(r"\1[redacted]", text)
