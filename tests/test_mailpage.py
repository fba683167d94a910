"""The HTML of a mail: the same words as its text, links to nothing but our own addresses, and nothing from elsewhere."""

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from eventdesk.channels import CHANNELS, Channel
from eventdesk.events.forms import DESCRIPTION_MOST, TITLE_MOST
from eventdesk.fields import NAME_MOST, NAMES_MOST
from eventdesk.labels import RULES, Label
from eventdesk.mailpage import page_of
from eventdesk.samples import sample
from eventdesk.wording import Reader, Words, write
from tests.facts import FULL, facts

MANAGE = "http://desk.example/r/abc"
MAILS = [channel for channel, place in CHANNELS.items() if place.mail]
VOID = {"br", "meta", "img", "hr", "link", "input"}


class Page(HTMLParser):
    """An HTML document as a parser sees it: elements, links, and the words of the body."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As HTMLParser."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """As HTMLParser."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """As HTMLParser."""
        if "body" in self.open:
            self.said += data

    @property
    def tags(self) -> set[str]:
        """The names of its elements."""
        return {tag for tag, _ in self.elements}

    @property
    def hrefs(self) -> list[str | None]:
        """Where its links lead."""
        return [attributes["href"] for tag, attributes in self.elements if tag == "a"]


def page(channel: Channel, event: Any, reader: Reader) -> Page:
    found = Page(page_of(write(channel, event, reader), event.rules))
    assert found.open == []
    return found


READER = Reader(
    name="Ugo User", manage_url=MANAGE, changes=("The new place is here.",), subject="News", message="Come."
)


@pytest.mark.parametrize("label", RULES)
@pytest.mark.parametrize("channel", MAILS)
@pytest.mark.parametrize("said", [{}, FULL], ids=["least", "most"])
def test_html_says_what_the_text_says_and_the_promise_first(
    label: Label, channel: Channel, said: dict[str, Any]
) -> None:
    event = facts(label, **said)
    text, rules = write(channel, event, READER), event.rules

    found = page(channel, event, READER)

    spoken = found.said.split()
    assert " ".join(spoken).startswith(f"{rules.band.sign} {rules.word} {event.promise}")
    assert [word for word in text.body.split() if word != "-" and word not in spoken] == []
    assert set(found.hrefs) <= {MANAGE, event.url, event.online_url}
    assert (MANAGE in found.hrefs) == (MANAGE in text.body)
    assert found.tags.isdisjoint({"img", "script", "link", "iframe", "form"})


@pytest.mark.parametrize("label", RULES)
def test_it_is_readable_everywhere_and_fetches_nothing(label: Label) -> None:
    source = page_of(write(Channel.INVITE, facts(label, **FULL), READER), RULES[label])
    band = RULES[label].band

    assert len(source.encode()) < 10_000
    assert f"background: {band.paper};color: {band.ink}" in source
    assert "prefers-color-scheme: dark" in source
    assert not any(sign in source for sign in ("url(", "@import", "src=", "http-equiv"))


@pytest.mark.parametrize("label", RULES)
def test_no_html_is_longer_than_readers_show_however_much_is_said(label: Label) -> None:
    most = FULL | {
        "title": "W" * TITLE_MOST,
        "hosts": ("W" * NAME_MOST,) * NAMES_MOST,
        "speakers": ("W" * NAME_MOST,) * NAMES_MOST,
        "brief": type(FULL["brief"])(**dict.fromkeys(vars(FULL["brief"]), "W\n\n" * 333)),
        "description": ("Word " * 19 + "word\n\n") * 200,
    }
    reader = replace(READER, name="W" * 100, subject="W" * 150, message="<\n\n" * 1_666, stop_url=f"{MANAGE}/u")

    pages = {channel: page_of(write(channel, facts(label, **most), reader), RULES[label]) for channel in MAILS}

    assert {
        channel: len(html.encode()) for channel, html in pages.items() if not 0 < len(html.encode()) < 100_000
    } == {}


#: What they become is many times as long.
GROWING = {"> " * 20 + "a\n\n": "as words", "- a\n\n  - b\n\n": "as words", "&": "by no HTML at all"}


@pytest.mark.parametrize(("grows", "told"), GROWING.items())
def test_a_description_that_would_grow_too_long_is_told_otherwise(grows: str, told: str) -> None:
    event = facts(description=grows * (DESCRIPTION_MOST // len(grows)), hosts=("W" * NAME_MOST,))

    html = page_of(write(Channel.INVITE, event, READER), event.rules)

    assert len(html.encode()) < 100_000
    assert (html == "") == (told == "by no HTML at all")
    assert "<blockquote>" not in html


def test_a_description_is_markdown_in_html_and_own_words_are_not() -> None:
    own = {Channel.INVITE: Words("", "*Come* to {link}.\n\n{description}\n\n<b>Bring</b> [x](https://a.example)")}
    event = sample(RULES[Label.COMMUNITY], words=own)

    found = page(Channel.INVITE, event, READER)

    assert [tag for tag, _ in found.elements].count("em") == 1
    assert "*Come* to" in found.said
    assert "<b>Bring</b> [x](https://a.example)" in found.said
    assert found.hrefs == [event.url]
    assert "*questions*" in write(Channel.INVITE, event, READER).body
