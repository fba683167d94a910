"""Markdown as safe HTML: no raw HTML, no images, links to http, https and mailto only."""

from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup
from nh3 import clean

_TAGS = set("p br em strong a ul ol li blockquote code pre h3 h4 h5 hr table thead tbody tr th td".split())
_SCHEMES = {"http", "https", "mailto"}
_parser = MarkdownIt("commonmark", {"html": False}).enable("table")


@lru_cache(maxsize=256)
def markdown(source: str) -> Markup:
    """The text rendered, and cleaned by an allow-list."""
    html = clean(_parser.render(source), tags=_TAGS, url_schemes=_SCHEMES, link_rel="noopener nofollow")
    return Markup(html)  # noqa: S704 - nothing but the tags above is left
