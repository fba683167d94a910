"""The HTML part of a mail, from the same words as its text. Pure: no request, no database.

Words stay words: only the addresses this program put into a text become links, and only the event's description is
Markdown, by the allow-list that its page uses. Nothing is fetched from anywhere; styles stand in the elements, since
some readers drop the rest.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from .assets import asset_dir
from .labels import LabelRules
from .markdown import markdown
from .wording import Text

ITEM = "- "
#: What is longer is cut off by large readers.
BYTES_MOST = 100_000
_inliner = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Piece:
    """Some words of a line; `link` when they are an address that may be followed."""

    words: str
    link: bool


@dataclass(frozen=True)
class Block:
    """A paragraph, a list of items, or the description, which is Markdown."""

    kind: str
    lines: Sequence[Sequence[Piece]] = ()
    html: str = ""


def page_of(text: Text, rules: LabelRules, code: str = "") -> str:
    """The whole HTML document of a label's mail, its promise in the band on top; blank where it would be too long.

    `code`: the Content-ID of the code for the door, where it comes with the mail.
    """
    promise = text.body.partition("\n")[0]
    return _page(text, text.after_promise, rules=rules, promise=promise, code=code)


def desk_page_of(text: Text, organisation: str) -> str:
    """The same of a mail to somebody of the desk: no label, and so no band, but whose desk it is."""
    return _page(text, text.body, organisation=organisation)


def _page(text: Text, words: str, **head: object) -> str:
    """The document, the description in it as Markdown, else as words; blank where both are more than readers show."""
    aside = list(_words(text.aside, text.links))
    for each in (text, replace(text, markdown="")):
        said = list(blocks(each, words.removesuffix(f"{text.aside}\n")))
        page = _inliner.inline(_template().render(subject=text.subject, blocks=said, aside=aside, **head))
        if len(page.encode()) < BYTES_MOST:
            return page
    return ""


def blocks(text: Text, words: str) -> Iterator[Block]:
    """These words of a text in blocks."""
    before, after = f"\n{words}", ""
    if text.markdown:
        before, found, after = before.partition(f"\n\n{text.markdown}\n")
        yield from _words(before, text.links)
        if found:
            yield Block("markdown", html=markdown(text.markdown))
        yield from _words(after, text.links)
    else:
        yield from _words(before, text.links)


def _words(words: str, links: Sequence[str]) -> Iterator[Block]:
    for paragraph in re.split(r"\n\s*\n", words.strip("\n")):
        said: list[str] = []
        kind = "p"
        for line in filter(str.strip, paragraph.split("\n")):
            now = "ul" if line.startswith(ITEM) else "p"
            if said and now != kind:
                yield _block(kind, said, links)
                said = []
            kind = now
            said.append(line.removeprefix(ITEM) if now == "ul" else line)
        if said:
            yield _block(kind, said, links)


def _block(kind: str, lines: Sequence[str], links: Sequence[str]) -> Block:
    return Block(kind, [list(_pieces(line, links)) for line in lines])


def _pieces(line: str, links: Sequence[str]) -> Iterator[Piece]:
    """The line, taken apart at our own addresses, each of them whole."""
    longest_first = sorted(links, key=len, reverse=True)
    whole = "|".join(map(re.escape, longest_first))
    split = re.split(rf"(?<![^\s(“])({whole})(?=[.,;:!?)”]*(?:\s|$))", line) if links else [line]
    for number, words in enumerate(split):
        if words:
            yield Piece(words, number % 2 == 1)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(asset_dir("templates") / "copy"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("mail.html")
