"""A post never exceeds 300 characters; its promise comes first and its link is whole."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventdesk.labels import RULES, Label
from eventdesk.posts import LINK_MOST, POST_MOST
from eventdesk.wording import Channel, Words, write
from tests.facts import facts

NAMES = st.text(min_size=1, max_size=120).map(lambda name: " ".join(name.split())).filter(bool)
TITLES = st.text(min_size=1, max_size=200).map(lambda title: " ".join(title.split())).filter(bool)
LINKS = st.integers(1, 400).map(lambda length: "https://desk.example/events/".ljust(length, "x"))
OWN = st.sampled_from(["", "{title} {title} {link}", "{description}\n{link}", "Come. {link} {answers} {title}"])


@settings(max_examples=60, deadline=None)
@given(
    label=st.sampled_from(list(RULES)),
    title=TITLES,
    link=LINKS,
    hosts=st.lists(NAMES, max_size=4),
    sender=NAMES,
    own=OWN,
)
def test_a_post_is_short_begins_with_the_promise_and_holds_its_link(
    label: Label, title: str, link: str, hosts: Sequence[str], sender: str, own: str
) -> None:
    words = {Channel.POST: Words("", own)} if own else {}
    said: dict[str, Any] = {
        "title": title,
        "url": link,
        "hosts": tuple(hosts),
        "sender": sender,
        "description": "x" * 5_000,
    }

    body = write(Channel.POST, facts(label, **said, words=words)).body.removesuffix("\n")

    assert len(body) <= POST_MOST
    assert body.startswith(RULES[label].promise.partition("{host}")[0])
    assert link in body or (len(link) > LINK_MOST and "https:" not in body)


@pytest.mark.parametrize("label", RULES)
def test_a_long_title_ends_in_an_ellipsis_and_a_usual_one_stays(label: Label) -> None:
    long, usual = (write(Channel.POST, facts(label, title=title)).body for title in ("Words " * 33, "An evening"))

    assert "Words Words" in long
    assert "…”, Thursday 11 March 2027" in long
    assert "http://desk.example/events/an-evening" in long
    assert "“An evening”, Thursday 11 March 2027" in usual


def test_names_give_way_before_the_link_does() -> None:
    crowd = facts(Label.COMMERCIAL, hosts=("A very long name of a host",) * 12)
    endless = facts(Label.COMMERCIAL, sender="Lathe " * 50, url="https://desk.example/".ljust(190, "x"))

    assert write(Channel.POST, crowd).body.startswith(
        "This is a commercial briefing. Lathe Lane Software would like your business.\n"
    )
    assert write(Channel.POST, endless).body.startswith("This is a commercial briefing. Lathe")
    assert "… would like your business." in write(Channel.POST, endless).body
