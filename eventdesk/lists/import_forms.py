"""The forms by which an organiser adds people: a file or a pasted table, where its parts stand, and one person by hand."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    Form,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import Field

from ..fields import Address, LabelledForm, NoSite, Plain, Required, tidy
from ..labels import Ask, LabelRules
from .files import (
    BYTES_MOST,
    EMAIL_MOST,
    NAME_MOST,
    ROWS_MOST,
    Listed,
    Person,
    Places,
    Table,
    Unreadable,
    decoded,
    people_in,
    places_in,
    table_of,
)
from .sources import Part

SOURCE_MOST = 500
SIGN = "Only with this said can they be added."
#: What one is asked for each part of a person, and in which order.
PARTS: Mapping[Part, str] = {
    Part.NAME: "Name",
    Part.FIRST: "First name, if apart",
    Part.LAST: "Last name, if apart",
    Part.EMAIL: "Email",
}
STATES: Mapping[Part, str] = {Part.STATE: "Whether they come", Part.CAME: "Whether they came"}
NO_COLUMN = "Choose the column in which it stands."
NONE = ("", "In no column")
_BEGINNING = "in_"


class Signed(LabelledForm):
    """People for whom the organiser signs, in the label's words."""

    source = TextAreaField(
        "Where do they come from?",
        description="In a sentence, such as: they registered for this evening at Luma. It is kept with your name.",
        filters=[tidy],
        validators=[Required("Say where they come from."), Plain(SOURCE_MOST, lines=True)],
        render_kw={"rows": 2, "maxlength": SOURCE_MOST},
    )
    signed = BooleanField(validators=[Required(SIGN)])

    def under(self, rules: LabelRules) -> Self:
        """The form, for an event of this label."""
        self.signed.label.text = rules.added_signed
        return super().under(rules)

    @property
    def statement(self) -> str:
        """Where the people come from, and what was signed."""
        return f"{self.source.data}\n{self.rules.added_signed}"


class TableForm(Form):
    """A table of people, as a file or pasted: once read, its text travels in the form, and nothing is kept on the way."""

    file = FileField(
        "CSV file",
        description=f"As Luma, Eventbrite, Meetup, pretix or a spreadsheet write it: {ROWS_MOST:,} people and "
        f"{BYTES_MOST // 1_000_000} MB at most. The file itself is not kept.",
        render_kw={"accept": ".csv,.tsv,.txt,.xls,text/csv,text/tab-separated-values"},
    )
    text = TextAreaField(
        "Or paste the table",
        description="The first row names the columns.",
        render_kw={"rows": 6, "spellcheck": "false", "wrap": "off"},
    )
    table = Table((), ())

    def validate_text(self, field: Field) -> None:
        """A table with people in it: the file where one was chosen, else what was pasted."""
        uploaded = self.file.data
        try:
            if uploaded:
                field.data = decoded(uploaded.read(BYTES_MOST + 1))
            elif not tidy(field.data):
                raise ValidationError("Choose a file, or paste the table.")
            self.table = table_of(field.data or "")
        except Unreadable as error:
            raise ValidationError(str(error)) from error


class ImportForm(Signed, TableForm):
    """People to add to an event's list."""

    leave_out = BooleanField("Leave out the rows with a mistake, and add the others", id="leave-out")
    keep_came = BooleanField("Mark those who were there, by the file, as attended", id="keep-came")
    #: The plan that the organiser has looked at.
    looked_at = HiddenField()


class HandForm(Signed):
    """One person to add: `hand_form(rules, formdata)`."""

    name = StringField(
        "Name",
        filters=[tidy],
        validators=[Required("Say who it is."), Plain(NAME_MOST, links=False), NoSite()],
        render_kw={"maxlength": NAME_MOST, "autocomplete": "off"},
    )
    email = EmailField(
        "Email",
        filters=[tidy],
        validators=[Required("Say where mail reaches them."), Plain(EMAIL_MOST), Address()],
        render_kw={"maxlength": EMAIL_MOST, "autocomplete": "off"},
    )

    @property
    def listed(self) -> Listed:
        """The one person, as if they stood in a file."""
        details = {ask.name: self[ask.name].data for ask in self.rules.asks}
        return Listed([Person(1, self.name.data or "", self.email.data or "", details)])


def hand_form(rules: LabelRules, formdata: Any = None) -> HandForm:
    """The form to add one person to an event of this label: what the label asks may be left open."""
    fields = {
        ask.name: StringField(
            ask.title, filters=[tidy], validators=[Plain(ask.limit, links=False)], render_kw={"maxlength": ask.limit}
        )
        for ask in rules.asks
    }
    made: HandForm = type("HandForm", (HandForm,), fields)(formdata, prefix="one")
    return made.under(rules)


class PlacesForm(Form):
    """In which column each part stands: `places_form(table, asks)(formdata)`."""

    table: Table
    asks: Sequence[Ask]
    #: Whether each must have a name.
    named: bool

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether each part stands in a column there is, and whatever must be there in one."""
        good = super().validate(extra_validators)
        if good and self.named and not {Part.NAME, Part.FIRST, Part.LAST} & self.places.keys():
            self[f"{_BEGINNING}{Part.NAME}"].errors = [NO_COLUMN]
            return False
        return good

    @property
    def places(self) -> Places:
        """Where each part stands, once checked."""
        chosen = {name.removeprefix(_BEGINNING): field.data for name, field in self._fields.items()}
        return {part: int(place) for part, place in chosen.items() if place}

    @property
    def listed(self) -> Listed:
        """The people in the table, read so."""
        return people_in(self.table, self.places, self.asks, named=self.named)

    @property
    def not_kept(self) -> list[str]:
        """The names of the columns of which nothing is kept."""
        kept = set(self.places.values())
        return [_name(self.table, place) for place in range(len(self.table.head)) if place not in kept]


class _InAColumn:
    """One of the columns there are; `must`: not none of them."""

    def __init__(self, most: int, *, must: bool) -> None:
        self.most, self.must = most, must
        self.field_flags = {"required": True} if must else {}

    def __call__(self, form: Form, field: Field) -> None:
        """Raises ValidationError with the sentence shown at the field."""
        if not field.data and not self.must:
            return
        if field.data not in map(str, range(self.most)):
            raise ValidationError(NO_COLUMN)


def places_form(table: Table, asks: Sequence[Ask], formdata: Any, *, states: bool = True) -> PlacesForm:
    """The form for the columns of a table; as they are recognised, unless `formdata` says otherwise.

    `states`: also for those that say whether somebody comes, and came; and each must have a name.
    """
    columns = len(table.head)
    titles: dict[str, str] = {
        **{part.value: said for part, said in PARTS.items()},
        **{ask.name: ask.title for ask in asks},
        **({part.value: said for part, said in STATES.items()} if states else {}),
    }
    choices = [NONE, *((str(place), _name(table, place)) for place in range(columns))]
    fields = {
        f"{_BEGINNING}{part}": SelectField(
            title,
            choices=choices,
            validators=[_InAColumn(columns, must=part == Part.EMAIL)],
            validate_choice=False,
        )
        for part, title in titles.items()
    }
    known = {f"{_BEGINNING}{part}": str(place) for part, place in places_in(table, asks).items() if part in titles}
    made = type("PlacesForm", (PlacesForm,), {"table": table, "asks": tuple(asks), "named": states, **fields})
    chosen = formdata is not None and f"{_BEGINNING}{Part.EMAIL}" in formdata
    form: PlacesForm = made(formdata) if chosen else made(data=known)
    return form


def _name(table: Table, place: int) -> str:
    return table.head[place][:80] or f"Column {place + 1}"
