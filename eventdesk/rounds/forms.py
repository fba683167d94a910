"""The forms that make a round, one for each source, and the one that says when it goes out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from wtforms import BooleanField, Form, SelectField, TextAreaField, ValidationError
from wtforms.fields import Field

from ..events.models import Event
from ..fields import LabelledForm, Plain, Required, WallTimeField, tidy
from ..invites.forms import WALL_FORMATS, instant_of, to_come
from ..invites.models import Source
from ..labels import LabelRules
from ..lists.files import Fault, Listed, people_in
from ..lists.import_forms import PlacesForm, TableForm, places_form
from .rules import Guest

STATEMENT_MOST = 500
SIGN = "Only with this said can they be invited."


class SourceForm(LabelledForm):
    """Whom to invite."""

    @property
    def said(self) -> dict[str, Any]:
        """What the service is told besides the source, once checked."""
        return {}


class StandingForm(SourceForm):
    """Those who asked to be told: they have said all there is to say."""


class _Signed(SourceForm):
    """People for whom the organiser signs, in the label's words."""

    signed: BooleanField

    def under(self, rules: LabelRules) -> Self:
        """The form, for an event of this label."""
        self.signed.label.text = rules.signed
        return super().under(rules)


class PastForm(_Signed):
    """Those who had a seat at an event that is over."""

    past = SelectField("Event", id="past", validators=[Required("Choose an event.")], validate_choice=False)
    signed = BooleanField(id="past-signed", validators=[Required(SIGN)])

    def among(self, events: Sequence[Event]) -> Self:
        """The form with these events to choose from."""
        self.past.choices = [
            (each.slug, f"{each.title}, {each.starts.day} {each.starts:%b %Y} ({each.taken})") for each in events
        ]
        return self

    @property
    def said(self) -> dict[str, Any]:
        """Which event, and what was signed."""
        return {"past": self.past.data, "statement": self.rules.signed}


class FileForm(_Signed, TableForm):
    """Those in a file."""

    source = TextAreaField(
        "Where do these addresses come from?",
        description="In a sentence, such as: they wrote themselves into the book at our stand in March. It is kept with your name.",
        filters=[tidy],
        validators=[Required("Say where they come from."), Plain(STATEMENT_MOST, lines=True)],
        render_kw={"rows": 2, "maxlength": STATEMENT_MOST},
    )
    signed = BooleanField(id="file-signed", validators=[Required(SIGN)])
    leave_out = BooleanField("Leave out the rows with a mistake, and invite the others", id="leave-out")
    listed = Listed()
    #: Where each part stands; None until a table is read.
    places: PlacesForm | None = None
    _typed: Any = None

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        """As a form does; what was typed says in which columns to look, too."""
        self._typed = formdata
        super().process(formdata, *args, **kwargs)

    def validate_text(self, field: Field) -> None:
        """A list of people, without a mistake unless such rows are to be left out."""
        super().validate_text(field)
        self.places = places_form(self.table, (), self._typed, states=False)
        if not self.places.validate():
            raise ValidationError("Say below in which column the addresses stand.")
        self.listed = people_in(self.table, self.places.places)
        if self.faults and not self.leave_out.data:
            rows = f"{len(self.faults):,} rows have a mistake" if len(self.faults) > 1 else "A row has a mistake"
            raise ValidationError(f"{rows}, so nobody is taken yet. Mend the table, or leave such rows out below.")

    @property
    def faults(self) -> Sequence[Fault]:
        """What is wrong in which row."""
        return self.listed.faults

    @property
    def said(self) -> dict[str, Any]:
        """The people, where they come from, and what was signed."""
        guests = [Guest(each.name, each.email) for each in self.listed.people]
        statement = f"{self.source.data}\n{self.rules.signed}"
        return {"guests": guests, "unreadable": len(self.faults), "statement": statement}


FORMS: dict[Source, type[SourceForm]] = {
    Source.STANDING: StandingForm,
    Source.EVENT: PastForm,
    Source.FILE: FileForm,
}


class LaterForm(Form):
    """When a round goes out."""

    at = WallTimeField("Send it at", format=WALL_FORMATS, validators=[Required("Say when.")])
    event: Event
    now: datetime

    def before(self, event: Event, now: datetime) -> Self:
        """The form for a round of this event."""
        self.event, self.now = event, now
        self.at.description = f"By the clocks in {event.zone}. Until then you can call it back."
        return self

    @property
    def instant(self) -> datetime:
        """The instant, once checked."""
        wall: Any = self.at.data
        return instant_of(wall, self.event.zone)

    def validate_at(self, field: Field) -> None:
        """A time to come, before the event begins."""
        to_come(field.data, self.event.zone, self.now)
        if self.instant >= self.event.starts_at:
            raise ValidationError("An invitation must come before the event begins.")
