"""The words a label generates, for every channel: an event's facts in, text out. Pure: no request, no database.

The words themselves are text files, `templates/copy/<label>/<channel>.txt`: a first line `Subject: …` where the channel
has one, then the body; or an organiser's own, with placeholders. The promise is put before every body here, so neither
can leave it out.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .assets import asset_dir
from .channels import CHANNELS, NO_SUBJECT, SHOWN_AT_DESK, Channel
from .facts import EventFacts, Reader, Told, Words, differences, moment, span, summary
from .labels import LabelRules
from .placeholders import fill, offered, used
from .posts import GAP, promise_within, words_within

__all__ = [
    "NO_SUBJECT",
    "SHOWN_AT_DESK",
    "Channel",
    "DeskLetter",
    "EventFacts",
    "LabelLetter",
    "PageLine",
    "Reader",
    "Text",
    "Told",
    "Words",
    "differences",
    "moment",
    "span",
    "summary",
    "write",
    "write_line",
    "write_of_label",
    "write_to_desk",
]
SUBJECT = "Subject: "
#: The language of all our words (RFC 5646); `templates/base.html` says the same.
LOCALE = "en"


class DeskLetter(StrEnum):
    """Letters to people of the desk. They are about no event, carry no label, and so no promise."""

    JOIN = "join"
    RESET = "reset"
    RESET_MADE = "reset_made"


class LabelLetter(StrEnum):
    """Letters of a label that are about no event."""

    OPT_IN = "opt_in"
    CROSSING = "crossing"
    RIGHTS = "rights"
    #: Of a label whose people are heard; others have no such texts.
    ROUTED = "routed"
    HEARD = "heard"
    HIDDEN = "hidden"


class PageLine(StrEnum):
    """Lines that the pages of a label say of something else than their event; no mail, feed or calendar does."""

    TWIN = "twin"


@dataclass(frozen=True)
class Text:
    """A text of one channel. `body` begins with the promise; `subject` is blank where the channel has none."""

    subject: str
    body: str
    #: The addresses that this program put there: in HTML they alone are links.
    links: tuple[str, ...] = ()
    #: The description, if the body holds it: in HTML it is Markdown, all else is words.
    markdown: str = ""
    #: The seller's, if the body holds it.
    postal_address: str = ""
    #: What stands last and is not what it is about, if it does: in HTML it is quieter.
    aside: str = ""

    @property
    def after_promise(self) -> str:
        """The body without its first line, for a page that shows the promise in its band."""
        return self.body.partition("\n")[2].lstrip("\n")


def write(channel: Channel, facts: EventFacts, reader: Reader | None = None) -> Text:
    """The words of one channel about one event, to one reader: the organiser's own, else the label's."""
    reader = reader or Reader()
    if channel is Channel.POST:
        promise = promise_within(facts.rules.promise_of, facts.hosts, facts.sender, facts.url)
        said = words_within(
            promise, lambda title: _words(channel, replace(facts, title=title), reader)[1], facts.title, facts.url
        )
        return Text("", f"{promise}{GAP}{said}")
    subject, words = _words(channel, facts, reader)
    ours = (
        reader.manage_url,
        reader.calendar_url,
        reader.calendar_end_url,
        reader.stop_url,
        facts.online_url,
        facts.url,
    )
    links = tuple(filter(None, ours))
    told = facts.postal_address if facts.postal_address in words else ""
    aside = _how_to_stop(facts.rules, reader.stop_url) if CHANNELS[channel].stoppable else ""
    door = _part("_door.txt", facts, reader) if reader.has_code else ""
    body = GAP.join(filter(None, (facts.promise, words, door, aside)))
    return Text(subject, f"{body}\n", links, facts.description, told, aside)


def _words(channel: Channel, facts: EventFacts, reader: Reader) -> tuple[str, str]:
    """Subject and body, before the promise is put in front."""
    subject, body = _generated(channel, facts, reader)
    own = facts.words.get(channel)
    if own and not (reader.taken_off or reader.merged):  # those are said to who acted themself
        values = offered(channel, facts, reader)
        subject = fill(own.subject, values) or subject
        body = fill(own.body, values).strip() + _kept(channel, own, facts, reader)
    if CHANNELS[channel].greets and reader.name:
        body = f"{_part('_hello.txt', facts, reader)}{GAP}{body}"
    return " ".join(subject.split()), body


def _part(name: str, facts: EventFacts, reader: Reader) -> str:
    return _environment().get_template(name).render(event=facts, reader=reader).strip()


def _generated(channel: Channel, facts: EventFacts, reader: Reader) -> tuple[str, str]:
    words = _environment().get_template(f"{facts.label}/{channel}.txt").render(event=facts, reader=reader)
    subject = ""
    if CHANNELS[channel].mail:
        first, _, words = words.partition("\n")
        subject = first.removeprefix(SUBJECT)
    return subject, words.strip()


def _kept(channel: Channel, own: Words, facts: EventFacts, reader: Reader) -> str:
    """What own words may not leave out, where they do: a label's answers, the one question, the seller's address."""
    place, kept = CHANNELS[channel], ""
    if place.answered and facts.answers and "answers" not in used(own.body):
        kept += GAP + facts.answers_told
    if place.asks_kept and reader.asked_kept:
        kept += GAP + _part("_kept.txt", facts, reader)
    if place.mail and facts.rules.needs_postal_address and facts.postal_address:
        kept += f"{GAP}{facts.sender}\n{facts.postal_address}"
    return kept


def write_of_label(
    letter: LabelLetter, rules: LabelRules, *, sender: str, url: str, stop_url: str = "", **said: object
) -> Text:
    """The words of a label's letter about no event, `templates/copy/<label>/<letter>.txt`; the sender makes the promise."""
    template = _environment().get_template(f"{rules.label}/{letter}.txt")
    subject, _, words = template.render(rules=rules, sender=sender, url=url, **said).partition("\n")
    aside = _how_to_stop(rules, stop_url)
    body = GAP.join(filter(None, (rules.promise_of((), sender), words.strip(), aside)))
    links = tuple(filter(None, (url, stop_url)))
    return Text(" ".join(subject.removeprefix(SUBJECT).split()), f"{body}\n", links, aside=aside)


def _how_to_stop(rules: LabelRules, stop_url: str) -> str:
    """By which link mail like this ends; blank where there is none."""
    return _environment().get_template("_stop.txt").render(rules=rules, url=stop_url).strip() if stop_url else ""


def write_line(line: PageLine, rules: LabelRules, **said: object) -> str:
    """A line of a label's pages: `templates/copy/<label>/<line>.txt`."""
    return " ".join(_environment().get_template(f"{rules.label}/{line}.txt").render(**said).split())


def write_to_desk(letter: DeskLetter, **said: str) -> Text:
    """The words of a letter to somebody of the desk: `templates/copy/desk/<letter>.txt`. Its `url` may be followed."""
    subject, _, words = _environment().get_template(f"desk/{letter}.txt").render(**said).partition("\n")
    return Text(" ".join(subject.removeprefix(SUBJECT).split()), f"{words.strip()}\n", (said["url"],))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(asset_dir("templates") / "copy"),
        autoescape=False,  # noqa: S701 - plain text; pages escape it when they show it
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
