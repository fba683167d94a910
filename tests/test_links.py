"""Personal links: good for one thing, one list, one row and one generation; and what logs keep of them."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventdesk.errors import NotFound
from eventdesk.labels import Audience
from eventdesk.links import Keys, Links, Purpose, Subscribe, redact

KEYS = Keys([b"a key of thirty-two characters..", b"the one before it..............."])
REFS = st.integers(0, 2**63 - 1)


@settings(max_examples=60, deadline=None)
@given(purpose=st.sampled_from(Purpose), audience=st.sampled_from(Audience), ref=REFS, generation=st.integers(0, 2**31))
def test_a_token_names_its_row_and_holds_for_its_generation(
    purpose: Purpose, audience: Audience, ref: int, generation: int
) -> None:
    token = KEYS.token(purpose, audience, ref, generation)

    assert KEYS.row(purpose, token) == (audience, ref)
    assert KEYS.holds(token, generation)
    assert not KEYS.holds(token, generation + 1)
    other = next(each for each in Purpose if each is not purpose)
    with pytest.raises(NotFound):
        KEYS.row(other, token)


@settings(max_examples=120, deadline=None)
@given(place=st.integers(0, 34), sign=st.sampled_from("ABCxyz019-_"))
def test_a_token_with_one_sign_changed_holds_nothing(place: int, sign: str) -> None:
    token = KEYS.token(Purpose.MANAGE, Audience.USERS, 12345, 0)
    forged = token[:place] + sign + token[place + 1 :]
    if forged == token:
        return

    with suppress(NotFound):
        assert not KEYS.holds(forged, 0)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_what_is_no_token_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        KEYS.row(Purpose.MANAGE, text)


def test_the_lists_do_not_share_tokens() -> None:
    users, buyers = (KEYS.token(Purpose.MANAGE, audience, 7, 0) for audience in Audience)

    assert users != buyers
    assert [KEYS.row(Purpose.MANAGE, each)[0] for each in (users, buyers)] == list(Audience)


def test_a_key_before_the_newest_still_verifies_and_a_stranger_does_not() -> None:
    old, stranger = Keys([b"the one before it..............."]), Keys([b"somebody else's ................"])

    token = old.token(Purpose.MANAGE, Audience.USERS, 7, 0)

    assert (KEYS.holds(token, 0), stranger.holds(token, 0)) == (True, False)


def test_every_address_is_absolute() -> None:
    links = Links("https://events.example", "events@events.example", KEYS)

    written = [links.page("x"), links.event_calendar("x"), links.invite("c"), links.label_calendar("community")]
    written += [links.programme("x"), links.programme_calendar("x"), links.label_news("community")]
    written += [links.manage(Audience.USERS, 1, 0), links.personal_calendar(Audience.USERS, 1, 0), links.set_up()]

    assert all(each.startswith("https://events.example/") for each in written)
    assert links.host == "events.example"


def test_a_feed_is_followed_in_several_ways() -> None:
    subscribe = Subscribe("https://events.example/calendars/community.ics")

    assert subscribe.webcal == "webcal://events.example/calendars/community.ics"
    assert subscribe.google.endswith("cid=webcal%3A%2F%2Fevents.example%2Fcalendars%2Fcommunity.ics")
    assert subscribe.outlook.endswith("url=https%3A%2F%2Fevents.example%2Fcalendars%2Fcommunity.ics")


def test_logs_keep_no_secret_of_a_link() -> None:
    token = KEYS.token(Purpose.MANAGE, Audience.USERS, 1, 0)

    kept = redact(f"GET https://x.example/r/{token}.ics, /setup/{token} and /events/plain")

    assert kept == "GET https://x.example/r/[redacted].ics, /setup/[redacted] and /events/plain"


def test_a_digest_tells_nothing_and_depends_on_every_part() -> None:
    assert KEYS.digest("a", "bc") != KEYS.digest("ab", "c")
    assert "10.0.0.1" not in KEYS.digest("network", "10.0.0.1")
