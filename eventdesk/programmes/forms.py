"""Forms about programmes."""

from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import Field
from wtforms.validators import Optional

from ..fields import Address, DayField, Plain, Required, tidy
from ..labels import BRIEF_NAMES, RULES, Brief, Label, LabelRules
from .logos import BYTES_MOST, Picture, checked
from .models import Cadence, Programme
from .rules import CHARTER_LINE_MOST, CHARTER_LINES_MOST, REASON_MOST, Strategy

NAME_MOST = 100


def _answer(name: str) -> TextAreaField:
    question = next(question for rules in RULES.values() for question in rules.brief if question.name == name)
    return TextAreaField(question.title, filters=[tidy], validators=[Plain(1_000, lines=True)], render_kw={"rows": 2})


class NewProgrammeForm(Form):
    """What a programme begins with."""

    label = RadioField(
        "What are its events?",
        choices=[(label.value, rules.noun) for label, rules in RULES.items()],
        validate_choice=False,
    )
    name = StringField(
        "Name",
        filters=[tidy],
        validators=[Required("Give the programme a name."), Plain(NAME_MOST, links=False)],
        render_kw={"maxlength": NAME_MOST},
    )

    def validate_label(self, field: Field) -> None:
        """There is no default: whoever makes a programme says what it is."""
        if field.data not in set(RULES):
            raise ValidationError(f"Say first what it is: {' or '.join(rules.plural for rules in RULES.values())}.")

    @property
    def chosen(self) -> Label:
        """The label, once checked."""
        return Label(self.label.data)


class ProgrammeForm(Form):
    """What the desk may say of a programme; its label takes away what it has no use for."""

    version = HiddenField()
    name = StringField(
        "Name",
        filters=[tidy],
        validators=[Required("Give the programme a name."), Plain(NAME_MOST, links=False)],
        render_kw={"maxlength": NAME_MOST},
    )
    purpose = TextAreaField(
        "Purpose",
        description="What it is for, in a sentence or two. It stands on its public page.",
        filters=[tidy],
        validators=[Required("Say what it is for."), Plain(600, lines=True)],
        render_kw={"rows": 3},
    )
    charter = TextAreaField(
        "Charter",
        filters=[tidy],
        validators=[Plain(CHARTER_LINES_MOST * (CHARTER_LINE_MOST + 1), lines=True)],
        render_kw={"rows": 6},
    )
    conduct = TextAreaField(
        "Conduct rules",
        description="How people treat each other, and whom to turn to. Markdown: *emphasis*, lists and links work.",
        filters=[tidy],
        validators=[Plain(5_000, lines=True)],
        render_kw={"rows": 5},
    )
    commitment = StringField(
        "Commitment",
        description="What you promise to keep up, such as: we meet every second Tuesday.",
        filters=[tidy],
        validators=[Plain(200)],
    )
    cadence = SelectField(
        "Rhythm",
        description="How often you promise to meet. The public page shows how it is kept, from the day you set it.",
        choices=[("", "None is promised"), *((each.value, each.value.capitalize()) for each in Cadence)],
        validate_choice=False,
    )
    commitment_until = DayField("Committed until")
    open_to_all = BooleanField(
        "Everybody may read what members suggest and ask",
        description="Otherwise only its members may.",
    )
    reason = TextAreaField(
        "Why it changes",
        description="Asked where the charter, the conduct rules or the commitment said something else before. It stands on the "
        "public page, beside what changed.",
        filters=[tidy],
        validators=[Plain(REASON_MOST, lines=True)],
        render_kw={"rows": 2, "maxlength": REASON_MOST},
    )
    brief_audience = _answer("audience")
    brief_reason = _answer("reason")
    brief_offer = _answer("offer")
    brief_payment = _answer("payment")
    sender = StringField(
        "Sender",
        description="Who invites where an event names no host, and who signs the mail.",
        filters=[tidy],
        validators=[Required("Say who signs the mail."), Plain(NAME_MOST, links=False)],
        render_kw={"maxlength": NAME_MOST},
    )
    reply_to = EmailField(
        "Reply address",
        description="Where answers to its mail go. Leave empty for the address it comes from.",
        filters=[tidy],
        validators=[Optional(), Plain(254), Address()],
    )
    postal_address = TextAreaField(
        "Postal address of the seller",
        description="It stands under every mail of this programme. Mail that is not about a registration waits for it.",
        filters=[tidy],
        validators=[Required("Give the address at which the seller can be reached by post."), Plain(400, lines=True)],
        render_kw={"rows": 4, "maxlength": 400, "autocomplete": "street-address"},
    )

    def for_label(self, rules: LabelRules) -> "ProgrammeForm":
        """This form with what the label has, and nothing else."""
        if rules.charter:
            self.charter.description = f"One promise to a line, after the first, which stays: “{rules.charter[0]}”"
        else:
            del self.charter
        if not rules.brief:
            for name in BRIEF_NAMES:
                del self[f"brief_{name}"]
        if not rules.needs_postal_address:
            del self.postal_address
        if not rules.heard:
            del self.open_to_all
        return self

    def validate_cadence(self, field: Field) -> None:
        """One of those that can be counted, or none."""
        if field.data not in {"", *Cadence}:
            raise ValidationError("Choose one of these.")

    def validate_charter(self, field: Field) -> None:
        """Lines that a person reads, and not too many."""
        lines = _lines(field.data)
        if len(lines) > CHARTER_LINES_MOST:
            raise ValidationError(f"Use {CHARTER_LINES_MOST} lines at most; nobody reads more.")
        if any(len(line) > CHARTER_LINE_MOST for line in lines):
            raise ValidationError(f"Use {CHARTER_LINE_MOST} characters at most for each line.")

    @property
    def seen(self) -> int | None:
        """The number of the version that the form was made from; 0 for what is no number."""
        typed = self.version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0

    def strategy(self) -> Strategy:
        """What was typed, once checked."""
        return Strategy(
            name=self.name.data or "",
            purpose=self.purpose.data or "",
            charter=_lines(self._typed("charter")),
            conduct=self.conduct.data or "",
            commitment=self.commitment.data or "",
            commitment_until=self.commitment_until.data,
            cadence=Cadence(self.cadence.data) if self.cadence.data else None,
            open_to_all="open_to_all" in self and self.open_to_all.data,
            brief=Brief(**{name: self._typed(f"brief_{name}") for name in BRIEF_NAMES}),
            sender=self.sender.data or "",
            reply_to=self.reply_to.data or "",
            postal_address=self._typed("postal_address"),
        )

    def _typed(self, name: str) -> str:
        return (self[name].data or "") if name in self else ""


def form_of(programme: Programme, typed: Any = None) -> ProgrammeForm:
    """The form filled with what a programme says now, or with what was typed over it."""
    now = {name: value for name, value in programme.said.items() if name not in ("charter", "commitment_until")}
    now |= {"charter": "\n".join(programme.charter_lines[1:]), "commitment_until": programme.commitment_until}
    now |= {"open_to_all": programme.open_to_all}
    return ProgrammeForm(typed, version=str(programme.version), data=now).for_label(programme.rules)


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


class LogoForm(Form):
    """A picture to show with a programme."""

    logo = FileField(
        "Picture",
        description=f"SVG or PNG, at most {BYTES_MOST // 1000} kB.",
        render_kw={"accept": ".svg,.png,image/svg+xml,image/png"},
    )
    picture: Picture

    def validate_logo(self, field: Field) -> None:
        """A picture, and nothing that hides in one."""
        try:
            self.picture = checked(field.data.read(BYTES_MOST + 1) if field.data else b"")
        except ValueError as error:
            raise ValidationError(str(error)) from error
