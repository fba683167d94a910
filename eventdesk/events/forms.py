"""The event as it is typed, at the desk or in a JSON file (`files.py`): one form checks both, field by field."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import Field, HiddenField, URLField
from wtforms.validators import NumberRange

from ..clock import around_gap, in_zone, is_gap, is_overlap, zones
from ..errors import Refused
from ..fields import IfGiven, LinesField, NumberField, Plain, Required, WallTimeField, tidy
from ..labels import BRIEF_NAMES, RULES, Brief, Label, belied_by
from ..questions.rules import QuestionDraft
from .recurrence import Plan, plan
from .rules import Draft, Visibility, before
from .series_forms import SeriesFields
from .twin_forms import TwinFields

TITLE_MOST = 200
DESCRIPTION_MOST = 20_000
CAPACITY_MOST = 100_000
#: What the desk offers; a file may say any number of days from 0 to 30.
REMIND_DAYS = ("0", "1", "2", "3", "7")
REMIND_MOST = 30
#: Likewise, of hours that who waits has to take a freed seat; a file may say any number from 0 to 336, two weeks.
OFFER_HOURS = ("0", "6", "12", "24", "48", "72")
OFFER_MOST = 336
#: What a box sends that is ticked.
TICKED = "yes"
WALL_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def _is_zone(form: Form, field: Field) -> None:
    if field.data not in zones():
        raise ValidationError("Choose a time zone by its name, such as Europe/Oslo.")


def _is_web_address(form: Form, field: Field) -> None:
    if not field.data:
        return
    try:
        parts = urlsplit(field.data)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or any(mark in field.data for mark in ' <>"{}|\\^`'):
        raise ValidationError("Give a whole address that begins with https:// or http://.")


def _asked(hours: str) -> str:
    return {"0": "Gets a freed seat at once", "1": "Is asked, and has an hour"}.get(
        hours, f"Is asked, and has {hours} hours"
    )


def _answer(name: str) -> TextAreaField:
    question = next(question for rules in RULES.values() for question in rules.brief if question.name == name)
    return TextAreaField(
        question.title,
        description=question.hint,
        filters=[tidy],
        validators=[Plain(1_000, lines=True)],
        render_kw={"rows": 2},
    )


class EventForm(SeriesFields, TwinFields):
    """All that is said of an event. `label` stands first and has no default; the JSON form uses the same names."""

    label = RadioField(
        "What is it?", choices=[(label.value, rules.noun) for label, rules in RULES.items()], validate_choice=False
    )
    programme = SelectField("Programme", validate_choice=False, filters=[tidy])
    title = StringField("Title", filters=[tidy], validators=[Required("Give the event a title."), Plain(TITLE_MOST)])
    description = TextAreaField(
        "Description",
        description="What will happen, and for whom. Markdown: *emphasis*, lists and links work.",
        filters=[tidy],
        validators=[Plain(DESCRIPTION_MOST, lines=True)],
        render_kw={"rows": 8},
    )
    starts_at = WallTimeField("Starts", format=WALL_FORMATS, validators=[Required("Say when it starts.")])
    ends_at = WallTimeField("Ends", format=WALL_FORMATS, validators=[Required("Say when it ends.")])
    timezone = StringField(
        "Time zone",
        description="The zone of the place, such as Europe/Oslo.",
        filters=[tidy],
        validators=[Required("Choose a time zone."), _is_zone],
    )
    fold = RadioField(
        "Which of the two?",
        choices=[("0", "the first, before the clocks go back"), ("1", "the second, after it")],
        validate_choice=False,
    )
    venue = StringField(
        "Venue", description="Where people go: house, street, town.", filters=[tidy], validators=[Plain(300)]
    )
    online_url = URLField(
        "Online link",
        description="Where people join from afar.",
        filters=[tidy],
        validators=[Plain(1_000), _is_web_address],
    )
    hosts = LinesField(
        "Hosts",
        description="Who invites, one to a line. They are named in what the event promises.",
        filters=[tidy],
        validators=[Plain(2_600, lines=True)],
        render_kw={"rows": 2},
    )
    speakers = LinesField(
        "Speakers",
        description="One to a line.",
        filters=[tidy],
        validators=[Plain(2_600, lines=True)],
        render_kw={"rows": 2},
    )
    capacity = NumberField(
        "Seats",
        description="Leave empty when everyone can come. Who comes later waits in line.",
        validators=[IfGiven(), NumberRange(1, CAPACITY_MOST, f"Use a number from 1 to {CAPACITY_MOST:,}.")],
    )
    offer_hours = SelectField(
        "Who waits",
        description="Whoever has waited longest comes first. Who is asked and does not answer in time makes room for the next.",
        default="0",
        validate_choice=False,
    )
    brief_audience = _answer("audience")
    brief_reason = _answer("reason")
    brief_offer = _answer("offer")
    brief_payment = _answer("payment")
    visibility = RadioField(
        "Who may find it?",
        choices=[
            (Visibility.PUBLIC.value, "Everyone: it stands on public pages and in the feed"),
            (Visibility.INVITATION.value, "Only those who have its invite link"),
        ],
        default=Visibility.PUBLIC.value,
        validate_choice=False,
    )
    remind_days = SelectField(
        "Reminder",
        description="One mail to those who have a seat, at the hour of the start.",
        default="1",
        validate_choice=False,
    )
    thanks = BooleanField(
        "Thank those who came",
        description="One mail in the label’s words, at ten the next morning, to those who had a seat and are not marked as no-show.",
        default=True,
        render_kw={"value": TICKED},
    )
    offers_crossing = BooleanField(
        "Let those who come ask to hear of the other kind of event",
        description="A box of its own on each one’s own page, not ticked: "
        + "; ".join(f"{rules.people} may ask to hear of {RULES[rules.crosses_to].plural}" for rules in RULES.values())
        + ". They say so again by mail. Nobody is moved, and who asked is not shown here.",
        default=True,
        render_kw={"value": TICKED},
    )
    revision = HiddenField()
    #: The event of which this one is a copy.
    like = HiddenField(filters=[lambda typed: typed if (typed or "").isprintable() else ""])
    #: Asked on a page of their own; JSON says them here.
    asked: tuple[QuestionDraft, ...] | None = None

    def __init__(self, *args: Any, **given: Any) -> None:
        """As Form; a number of days or hours that the desk does not offer, since a file said it, can be kept."""
        super().__init__(*args, **given)
        self.remind_days.choices = [
            (each, before(each)) for each in dict.fromkeys((*REMIND_DAYS, self.remind_days.data))
        ]
        self.offer_hours.choices = [
            (each, _asked(each)) for each in dict.fromkeys((*OFFER_HOURS, self.offer_hours.data))
        ]

    @property
    def brief_fields(self) -> list[Field]:
        """The four answers."""
        return [self[f"brief_{name}"] for name in BRIEF_NAMES]

    @property
    def fold_asked(self) -> bool:
        """Whether a time was typed which the clocks of its zone show twice."""
        zone = self.timezone.data
        return zone in zones() and any(
            wall and is_overlap(wall, zone) for wall in (self.starts_at.data, self.ends_at.data)
        )

    def validate_label(self, field: Field) -> None:
        """There is no default: whoever makes an event says what it is."""
        if not field.data:
            raise ValidationError(f"Say first what it is: a {' or a '.join(rules.noun for rules in RULES.values())}.")
        if field.data not in set(RULES):
            raise ValidationError(f"“{field.data[:40]}” is no label; use {' or '.join(RULES)}.")

    def validate_remind_days(self, field: Field) -> None:
        """Within a month."""
        if not field.data.isdecimal() or len(field.data) > 2 or int(field.data) > REMIND_MOST:
            raise ValidationError(f"Use a number of days from 0, which is never, to {REMIND_MOST}.")

    def validate_offer_hours(self, field: Field) -> None:
        """Within two weeks."""
        if not field.data.isdecimal() or len(field.data) > 3 or int(field.data) > OFFER_MOST:
            raise ValidationError(f"Use a number of hours from 0, which asks nobody, to {OFFER_MOST}.")

    def validate_visibility(self, field: Field) -> None:
        """One of the two."""
        if field.data not in set(Visibility):
            raise ValidationError(f"Use {' or '.join(Visibility)}.")

    def validate_starts_at(self, field: Field) -> None:
        """The wall time exists in the zone."""
        self._exists(field)

    def validate_ends_at(self, field: Field) -> None:
        """The wall time exists in the zone, and comes after the start."""
        self._exists(field)
        start, zone = self.starts_at.data, self.timezone.data
        if field.data and start and zone in zones():
            fold = int(self.fold.data) if self.fold.data in ("0", "1") else 0
            if in_zone(field.data, zone, fold).timestamp() <= in_zone(start, zone, fold).timestamp():
                raise ValidationError("The end must come after the start.")

    def validate_fold(self, field: Field) -> None:
        """Asked for only where the time is ambiguous."""
        if field.data not in (None, "", "0", "1", "None"):
            raise ValidationError("Use 0 for the first of the two times, 1 for the second.")
        if self.fold_asked and field.data not in ("0", "1"):
            raise ValidationError(
                f"The clocks in {self.timezone.data} go back that day, so this time comes twice. "
                "Say which one you mean: the first (fold 0) or the second (fold 1)."
            )

    def _exists(self, field: Field) -> None:
        wall, zone = field.data, self.timezone.data
        if wall and zone in zones() and is_gap(wall, zone):
            last, first = around_gap(wall, zone)
            raise ValidationError(
                f"There is no {wall:%H:%M} in {zone} on that day: the clocks go forward from {last:%H:%M} to {first:%H:%M}. "
                f"Choose a time before {last:%H:%M}, or {first:%H:%M} or later."
            )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Field by field, then what only the label knows: it has no answers where it asks no questions."""
        good = super().validate(extra_validators)
        rules = RULES.get(self.label.data)
        if rules:
            for written in (self.title, self.description):
                if belied := belied_by(rules, written.data or ""):
                    written.errors = [*written.errors, belied]
                    good = False
        if rules and not rules.brief:
            for field in self.brief_fields:
                if field.data:
                    field.errors = [
                        *field.errors,
                        f"A {rules.noun} answers no such question. Take this out, or choose the other label.",
                    ]
                    good = False
        return good

    def draft(self) -> Draft:
        """What was typed, checked. Raises Refused, by field."""
        if not self.validate():
            raise Refused({name: list(said) for name, said in self.errors.items() if name})
        return Draft(
            label=Label(self.label.data),
            programme=self.programme.data or "",
            title=self.title.data or "",
            description=self.description.data or "",
            starts_at=_wall(self.starts_at.data),
            ends_at=_wall(self.ends_at.data),
            timezone=self.timezone.data or "",
            fold=int(self.fold.data) if self.fold_asked else None,
            venue=self.venue.data or "",
            online_url=self.online_url.data or "",
            hosts=self.hosts.names,
            speakers=self.speakers.names,
            capacity=self.capacity.data,
            brief=Brief(**{name: self[f"brief_{name}"].data or "" for name in BRIEF_NAMES}),
            visibility=self.visibility.data or "",
            questions=self.asked,
            remind_days=int(self.remind_days.data),
            offer_hours=int(self.offer_hours.data),
            thanks=self.thanks.data,
            names_twin=self.naming,
            offers_crossing=self.offers_crossing.data,
        )

    def plan(self) -> Plan | None:
        """The series that was typed, checked; None for a single event. Raises Refused, by field."""
        first = self.draft()
        return plan(first, self.rhythm, self.until.data) if self.rhythm and self.until.data else None


def _wall(value: datetime | None) -> datetime:
    assert value is not None
    return value
