"""The registration form of an event: name, email, what its label asks beyond, and its own questions. Then those of one's own page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Self

from wtforms import (
    BooleanField,
    EmailField,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import Field
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput

from ..events.models import Event
from ..events.rules import before
from ..fields import Address, NoSite, Plain, Required, tidy
from ..labels import RULES, Ask, Label
from ..organisers.forms import KnownForm
from ..questions.models import Kind, Question
from ..questions.rules import WORDS
from ..sheets import FILES
from ..wording import moment
from .models import Registration
from .rules import REMINDS, own_moment, reminder_of

NAME_MOST = 100
EMAIL_MOST = 254
ANSWER_MOST = 1_000
NOTE_MOST = 2_000
REASON_MOST = 500
NO_ANSWER = ("", "No answer")


class OneField(RadioField):
    """One of several answers; or none, where none is asked for."""

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError for what was not offered."""
        if self.data and self.data not in [choice[0] for choice in self.iter_choices()]:
            raise ValidationError("Choose one of these.")


class SeveralField(SelectMultipleField):
    """Any number of the options, as boxes to tick."""

    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError for what was not offered; what is ticked twice counts once."""
        offered = [choice[0] for choice in self.iter_choices()]
        if not set(self.data or ()) <= set(offered):
            raise ValidationError("Choose among these.")
        self.data = [value for value in offered if value in (self.data or ())]


class OneAtLeast:
    """Some box is ticked. It is not `required` to the browser, which would ask for each of them."""

    field_flags = {"must": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Raises ValidationError with the sentence shown at the field."""
        if not field.data and not field.errors:
            raise ValidationError("Choose at least one.")


class RegistrationForm(Form):
    """What everyone is asked."""

    #: The event's own questions, which are asked last.
    questions: Sequence[Question] = ()

    name = StringField(
        "Your name",
        filters=[tidy],
        validators=[Required("Tell us your name."), Plain(NAME_MOST, links=False), NoSite()],
        render_kw={"autocomplete": "name", "maxlength": NAME_MOST},
    )
    email = EmailField(
        "Your email address",
        description="For your seat, the calendar entry and your own link to cancel.",
        filters=[tidy],
        validators=[Required("Tell us your address."), Plain(EMAIL_MOST), Address()],
        render_kw={"autocomplete": "email", "maxlength": EMAIL_MOST},
    )

    def details(self, label: Label) -> dict[str, str]:
        """The answers to what the label asks beyond name and email."""
        return {ask.name: self[ask.name].data for ask in RULES[label].asks}

    @property
    def answers(self) -> Mapping[int, Any]:
        """The answers to the event's own questions, by reference; what was left open is not among them."""
        given = {question.ref: self[name_of(question)].data for question in self.questions}
        return {ref: answer for ref, answer in given.items() if answer}


def form_for(label: Label, questions: Sequence[Question] = ()) -> type[RegistrationForm]:
    """The registration form of a label, and of an event with these questions."""
    if not questions:
        return _form_of(label)
    fields = {name_of(question): _answer(question) for question in questions}
    return type("RegistrationForm", (_form_of(label),), {"questions": tuple(questions), **fields})


def name_of(question: Question) -> str:
    """The name of a question's field."""
    return f"question_{question.ref}"


class NoteForm(Form):
    """What the organisers keep in mind about a registration."""

    note = TextAreaField(
        "Note",
        description="For all who organise this event. The person does not see it; write what they might read.",
        filters=[tidy],
        validators=[Plain(NOTE_MOST, lines=True)],
        render_kw={"rows": 4, "maxlength": NOTE_MOST},
    )


class TakeOutForm(KnownForm):
    """Taking people out as a file: `TakeOutForm(...).of(columns, files)`."""

    columns = SeveralField("Columns", description="Take what the reason below needs, and no more.")
    file = OneField("File", default="csv")
    reason = TextAreaField(
        "Reason",
        description="What the file is for. It is kept for good, with your name, the time and the columns, for whoever "
        "answers for these people’s data. Name nobody in it.",
        filters=[tidy],
        validators=[Required("Say what the file is for."), Plain(REASON_MOST, lines=True)],
        render_kw={"rows": 2, "maxlength": REASON_MOST},
    )
    passphrase = PasswordField(
        "Your passphrase",
        description="Once more: a browser left open is not enough to take people out.",
        validators=[Required("Give your passphrase.")],
        render_kw={"autocomplete": "current-password"},
    )

    def of(self, columns: Sequence[tuple[str, str, bool]], files: Sequence[str]) -> Self:
        """The form with these columns (name, title, whether ticked to begin with), or none to choose, and kinds of file."""
        if columns:
            self.columns.choices = [(name, title) for name, title, _ in columns]
            self.columns.validators = [OneAtLeast()]
            self.columns.flags.must = True
            if not self.is_submitted:
                self.columns.data = [name for name, _, ticked in columns if ticked]
        else:
            del self.columns
        self.file.choices = [(name, FILES[name].title) for name in files]
        return self

    def __init__(self, formdata: Any = None, **said: Any) -> None:
        super().__init__(formdata, **said)
        #: Whether it was sent, so that an unticked box is an answer.
        self.is_submitted = formdata is not None


class CrossForm(Form):
    """A box of its own, not ticked, to hear of the other label's events: `CrossForm(...).of(said)`."""

    agreed = BooleanField(default=False, render_kw={"value": "yes"})
    said = HiddenField()

    def of(self, said: str) -> Self:
        """The form with these words beside the box, to the letter; they come back with it."""
        self.agreed.label.text = self.said.data = said
        return self

    def validate_agreed(self, field: Field) -> None:
        """Only who ticks it is written to."""
        if not field.data:
            raise ValidationError("Tick this if you wish it. Without that, nothing is sent.")


class RemindForm(Form):
    """When somebody wishes to be reminded: `RemindForm(...).of(event, person, now)`."""

    remind = SelectField("Remind me", validate_choice=False)

    def of(self, event: Event, person: Registration, now: datetime) -> Self:
        """The form with the moments that are still to come, and the one that was chosen."""
        to_come = [
            hours for hours in REMINDS if hours in (0, person.remind_hours) or own_moment(event.starts_at, hours) > now
        ]
        everybody = f"When everybody is ({before(event.remind_days).lower()})"
        self.remind.choices = [("", everybody), *((str(hours), REMINDS[hours]) for hours in to_come)]
        next_one = reminder_of(person, event)
        self.remind.description = (
            f"You are reminded on {moment(next_one.astimezone(event.starts.tzinfo))}."
            if next_one and next_one > now
            else "No reminder is to come."
        )
        if self.remind.data is None:
            self.remind.data = "" if person.remind_hours is None else str(person.remind_hours)
        return self

    @property
    def hours(self) -> int | None:
        """How many hours before the start; 0 for never, None for with everybody."""
        return int(self.remind.data) if self.remind.data else None

    def validate_remind(self, field: Field) -> None:
        """One of those there are; whether its moment is still to come is looked at when it is kept."""
        if field.data not in ("", *map(str, REMINDS)):
            raise ValidationError("Choose one of these.")


@cache
def _form_of(label: Label) -> type[RegistrationForm]:
    return type("RegistrationForm", (RegistrationForm,), {ask.name: _field(ask) for ask in RULES[label].asks})


def _field(ask: Ask) -> StringField:
    return StringField(
        ask.title,
        filters=[tidy],
        validators=[Required(f"Tell us your {ask.title.lower()}."), Plain(ask.limit, links=False)],
        render_kw={"autocomplete": ask.autocomplete, "maxlength": ask.limit},
    )


def _answer(question: Question) -> Field:
    said: dict[str, Any] = {"label": question.prompt, "description": question.reason}
    if question.kind is Kind.TEXT:
        must = Required("Please answer this.") if question.required else Optional()
        plain = Plain(ANSWER_MOST, lines=True)
        attributes = {"rows": 2, "maxlength": ANSWER_MOST}
        return TextAreaField(filters=[tidy], validators=[must, plain], render_kw=attributes, **said)
    if question.kind is Kind.SEVERAL:
        choices = [(option, option) for option in question.options]
        return SeveralField(
            choices=choices, validators=[OneAtLeast()] if question.required else [], validate_choice=False, **said
        )
    choices = list(WORDS.items()) if question.kind is Kind.YES_NO else [(each, each) for each in question.options]
    must = Required("Please choose one.") if question.required else Optional()
    offered = choices if question.required else [*choices, NO_ANSWER]
    return OneField(choices=offered, default="", validators=[must], validate_choice=False, **said)
