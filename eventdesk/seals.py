"""Texts that only we can read again, for links that carry an address which nothing else may know. Pure.

A sealed text is encrypted and signed (Fernet: AES-128-CBC, HMAC-SHA256), in base64url without padding, and dated by our
clock. Each secret gives a key of its own to each purpose; they are kept newest first, as those of signed links are: the
first seals, all of them open.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from .errors import NotFound
from .links import Keys


def seal(keys: Keys, purpose: str, text: str, now: datetime) -> str:
    """The text as a part of an address; of each call another."""
    token = _lock(keys, purpose).encrypt_at_time(text.encode(), int(now.timestamp()))
    return token.rstrip(b"=").decode()


def unseal(keys: Keys, purpose: str, sealed: str, now: datetime, *, lasts: timedelta, said: str) -> str:
    """What was sealed for this purpose, no longer than it `lasts` ago. Raises NotFound, as it is `said`, for all else."""
    token = (sealed + "=" * (-len(sealed) % 4)).encode()
    try:
        if urlsafe_b64encode(urlsafe_b64decode(token)) != token:  # one text has one address, to the letter
            raise NotFound(said)
        return _lock(keys, purpose).decrypt_at_time(token, int(lasts.total_seconds()), int(now.timestamp())).decode()
    except (BadBase64, InvalidToken, ValueError) as error:
        raise NotFound(said) from error


def _lock(keys: Keys, purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in keys.derived(f"seal/1/{purpose}")])
