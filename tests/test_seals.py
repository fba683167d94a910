"""Sealed texts: read again by us alone, for one purpose and some days, under a new key as under the old."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from eventdesk.errors import NotFound
from eventdesk.links import Keys, redact
from eventdesk.seals import seal, unseal
from tests.conftest import NOW

OLD, NEW = b"the one before it...............", b"a key of thirty-two characters.."
KEYS, BEFORE, STRANGER = Keys([NEW, OLD]), Keys([OLD]), Keys([b"somebody else's ................"])
WEEK, TEXT = timedelta(days=7), "Ugo “Ünïcode” <ugo@users.example>"


def opened(sealed: str, keys: Keys = KEYS, purpose: str = "crossing", later: timedelta = timedelta()) -> str:
    return unseal(keys, purpose, sealed, NOW + later, lasts=WEEK, said="No more.")


def test_what_is_sealed_is_read_again_by_us_alone_and_only_so_long() -> None:
    sealed, again = (seal(KEYS, "crossing", TEXT, NOW) for _ in range(2))

    assert (opened(sealed), opened(again), sealed == again) == (TEXT, TEXT, False)
    assert (quote(sealed, safe=""), "ugo" in sealed.casefold()) == (sealed, False)
    assert opened(sealed, later=WEEK) == TEXT
    assert opened(seal(BEFORE, "crossing", TEXT, NOW)) == TEXT  # the key was rotated since
    for wrong in ({"later": WEEK + timedelta(seconds=1)}, {"purpose": "other"}, {"keys": STRANGER}, {"keys": BEFORE}):
        with pytest.raises(NotFound, match="No more"):
            opened(sealed, **wrong)


def test_a_sealed_text_with_one_sign_changed_is_none() -> None:
    sealed = seal(KEYS, "crossing", TEXT, NOW)
    forged = [sealed[:place] + ("A" if sign != "A" else "B") + sealed[place + 1 :] for place, sign in enumerate(sealed)]

    for each in [*forged, sealed[:-1], sealed + "A", sealed + "=", "", "Ü", "A" * 100]:
        with pytest.raises(NotFound):
            opened(each)


def test_keys_of_one_purpose_are_of_no_use_to_another() -> None:
    derived = {key for purpose in ("link/1", "seal/1/crossing", "seal/1/other") for key in KEYS.derived(purpose)}

    assert len(derived) == 6


def test_no_log_keeps_one() -> None:
    sealed = seal(KEYS, "crossing", TEXT, NOW)

    assert redact(f"POST /cross/{sealed} 303") == "POST /cross/[redacted] 303"
