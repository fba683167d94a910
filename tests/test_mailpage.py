"""The HTML of a mail: the same words as its text, links to nothing but our own addresses, and nothing from elsewhere."""

from html.parser import HTMLParser
from typing import Any

import pytest

from eventdesk.channels import CHANNELS, Channel
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


NASTY = (
    "<script>alert(1)</script>",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example",
    "<https://evil.example>",
    "[x]: https://evil.example",
    "&#x3c;b&#x3e; &lt;b&gt;",
    '"><img src=x onerror=alert(1)>',
    "</td></tr></table><a href=https://evil.example>x</a>",
    "=?utf-8?q?=0D=0ABcc:_zed=40x.example?=",
    "\n\n- <b>\n\n# x",
    f"{MANAGE}.evil.example",
    "{manage_link} {{ 7*7 }} {% raw %}",
)


@pytest.mark.parametrize("label", RULES)
@pytest.mark.parametrize("nasty", NASTY)
def test_what_people_type_is_words_and_never_a_link_or_markup(label: Label, nasty: str) -> None:
    typed: dict[str, Any] = {"title": nasty, "venue": nasty, "hosts": (nasty,), "speakers": (nasty,), "sender": nasty}
    answers = type(FULL["brief"])(**dict.fromkeys(vars(FULL["brief"]), nasty))
    event = facts(label, **typed, brief=answers, postal_address=nasty)
    reader = Reader(name=nasty, manage_url=MANAGE, changes=(nasty,), subject=nasty, message=nasty)
    plain = facts(label, title="x", venue="x", hosts=("x",), speakers=("x",), sender="x")
    usual = Reader(name="x", manage_url=MANAGE, changes=("x",), subject="x", message="x")

    for channel in MAILS:
        found, expected = page(channel, event, reader), page(channel, plain, usual)

        assert found.tags <= expected.tags | {"ul", "li", "br"}
        assert set(found.hrefs) == set(expected.hrefs)
        assert "".join(nasty.split()) in "".join(found.said.split()).replace("-<b>", "") or nasty.startswith("\n")


def test_a_description_is_markdown_in_html_and_own_words_are_not() -> None:
    own = {Channel.INVITE: Words("", "*Come* to {link}.\n\n{description}\n\n<b>Bring</b> [x](https://a.example)")}
    event = sample(RULES[Label.COMMUNITY], words=own)

    found = page(Channel.INVITE, event, READER)

    assert [tag for tag, _ in found.elements].count("em") == 1
    assert "*Come* to" in found.said
    assert "<b>Bring</b> [x](https://a.example)" in found.said
    assert found.hrefs == [event.url]
    assert "*questions*" in write(Channel.INVITE, event, READER).body
