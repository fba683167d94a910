"""The desk's pages about words: every text of an event or a programme, and one's own in its place."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, links, organiser
from ..channels import CHANNELS, Channel
from ..db import db
from ..errors import Conflict, Refused
from ..events import queries as events
from ..events.models import Event
from ..events.service import NOT_CHANGED_ANY_MORE
from ..findings.reading import advised
from ..placeholders import offered
from ..posts import cut
from ..programmes import queries as programmes
from ..programmes.models import Programme
from ..samples import READER, sample
from ..wording import EventFacts, Words
from ..words.begun import begun
from ..words.forms import WordsForm
from ..words.service import reword_event, reword_programme
from .blueprint import blueprint, show_problems
from .copies import Copy, copy_of, framed

VALUE_MOST = 100


class Room(NamedTuple):
    """Where words are written: an event's, or a programme's with sample facts; and the pages of it."""

    owner: Event | Programme
    facts: EventFacts
    template: str
    words: str
    form: str
    back: str
    mail: str
    reword: Callable[..., object]

    @property
    def written(self) -> Mapping[Channel, object]:
        """Its own words; what is written for a whole programme is another room's."""
        return self.owner.words

    def url(self, endpoint: str, channel: Channel | None = None) -> str:
        """One of its pages."""
        return url_for(endpoint, slug=self.owner.slug, channel=channel)


class Sheet(NamedTuple):
    """One channel as a room shows it."""

    copy: Copy
    whose: str
    at_hand: bool
    mail_url: str | None
    form_url: str


def of_event(slug: str) -> Room:
    """The words of one event. Raises NotFound."""
    event = events.by_slug(db.session(), slug, organiser().labels)
    pages = (".words", ".own_words", ".generated_words", ".mail_page")
    return Room(event, event.facts(links()), "desk/words.html", *pages, reword_event)


def of_programme(slug: str) -> Room:
    """The words of all events of a programme. Raises NotFound."""
    programme = programmes.by_slug(db.session(), slug, organiser().labels)
    pages = (".programme_words", ".own_programme_words", ".generated_programme_words", ".programme_mail_page")
    facts = sample(
        programme.rules,
        sender=programme.sender,
        postal_address=programme.postal_address,
        words=programme.own_words,
    )
    return Room(programme, facts, "desk/programme_words.html", *pages, reword_programme)


@blueprint.get("/events/<slug:slug>/words")
@DESK
def words(slug: str) -> str:
    """Every text of an event as it stands."""
    return _show(of_event(slug))


@blueprint.get("/programmes/<slug:slug>/words")
@DESK
def programme_words(slug: str) -> str:
    """Every text of a programme’s events, with sample data."""
    return _show(of_programme(slug))


@blueprint.route("/events/<slug:slug>/words/<channel:channel>", methods=["GET", "POST"])
@DESK
def own_words(slug: str, channel: Channel) -> ResponseReturnValue:
    """One text of an event, and the form to write one's own."""
    room = of_event(slug)
    if isinstance(room.owner, Event) and room.owner.is_cancelled:
        raise Conflict(NOT_CHANGED_ANY_MORE)
    return _write(room, channel)


@blueprint.route("/programmes/<slug:slug>/words/<channel:channel>", methods=["GET", "POST"])
@DESK
def own_programme_words(slug: str, channel: Channel) -> ResponseReturnValue:
    """One text of a programme's events, and the form to write one's own."""
    return _write(of_programme(slug), channel)


@blueprint.post("/events/<slug:slug>/words/<channel:channel>/generated")
@DESK
def generated_words(slug: str, channel: Channel) -> ResponseReturnValue:
    """Back to what the programme says, or the label."""
    return _reword(of_event(slug), channel, None)


@blueprint.post("/programmes/<slug:slug>/words/<channel:channel>/generated")
@DESK
def generated_programme_words(slug: str, channel: Channel) -> ResponseReturnValue:
    """Back to what the label says."""
    return _reword(of_programme(slug), channel, None)


@blueprint.get("/events/<slug:slug>/mail/<channel:channel>")
@DESK
def mail_page(slug: str, channel: Channel) -> Response:
    """A mail of an event as a sample reader sees it, for a frame."""
    return framed(channel, of_event(slug).facts)


@blueprint.get("/programmes/<slug:slug>/mail/<channel:channel>")
@DESK
def programme_mail_page(slug: str, channel: Channel) -> Response:
    """A mail of a programme as a sample reader sees it, for a frame."""
    return framed(channel, of_programme(slug).facts)


def _show(room: Room) -> str:
    sheets = [_sheet(room, channel) for channel in CHANNELS]
    return render_template(room.template, **_context(room), sheets=sheets)


def _sheet(room: Room, channel: Channel) -> Sheet:
    if channel in room.written:
        whose = "Your own words"
    else:
        whose = "Your programme’s own words" if channel in room.facts.words else ""
    place = CHANNELS[channel]
    mail_url = room.url(room.mail, channel) if place.mail else None
    return Sheet(copy_of(channel, room.facts), whose, place.at_hand, mail_url, room.url(room.form, channel))


def _write(room: Room, channel: Channel) -> ResponseReturnValue:
    own, status = room.owner.own_words.get(channel) or begun(channel, room.facts), 200
    form = WordsForm.of(channel, request.form if request.method == "POST" else None, own)
    if request.method == "POST":
        try:
            return _reword(room, channel, form.words(channel, room.facts.rules))
        except Refused as error:
            show_problems(form, error)
            status = error.status
    values = offered(channel, room.facts, READER)
    page = render_template(
        "desk/own_words.html",
        **_context(room),
        sheet=_sheet(room, channel),
        form=form,
        notes=advised(room.facts.rules, form.body.data or "") if channel in room.written else None,
        places={f"{{{name}}}": cut(" ".join(value.split()), VALUE_MOST) for name, value in values.items()},
        words_url=room.url(room.words),
        back_url=room.url(room.back, channel) if channel in room.written else None,
    )
    return page, status


def _reword(room: Room, channel: Channel, own: Words | None) -> ResponseReturnValue:
    room.reword(room.owner.slug, channel, own, actor=organiser().actor, links=links(), now=clock.now())
    said = "Saved: your own words stand there now." if own else "Your own words are gone; the text is as it was before."
    flash(f"{CHANNELS[channel].title}. {said}")
    return redirect(room.url(room.words), 303)


def _context(room: Room) -> dict[str, object]:
    kind = "event" if isinstance(room.owner, Event) else "programme"
    return {
        kind: room.owner,
        "owner": room.owner,
        "name": room.owner.title if isinstance(room.owner, Event) else room.owner.name,
        "rules": room.facts.rules,
        "promise": room.facts.promise,
    }
