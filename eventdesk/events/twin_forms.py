"""The part of an event's form that is about its twin: of which one it is to be, and when its page names it."""

from wtforms import Form, SelectField, ValidationError
from wtforms.fields import Field, HiddenField

from ..labels import RULES, Naming, joined

NAMINGS = {
    Naming.ALWAYS: "as soon as both are published",
    Naming.AFTERWARDS: "once it is over",
    Naming.NEVER: "never",
}


class TwinFields(Form):
    """What only one of a pair is asked."""

    names_twin = SelectField(
        "Its page names the twin",
        description="In one neutral line, while the twin is published and everyone may find it. Unless you decide, "
        f"{joined([f'a {rules.noun} does so {NAMINGS[rules.names_twin]}' for rules in RULES.values()])}.",
        choices=[("", "As its label does"), *((key.value, said.capitalize()) for key, said in NAMINGS.items())],
        default="",
        validate_choice=False,
    )
    #: The event of which this one is to be the twin; asked at the desk alone.
    twin_of = HiddenField(filters=[lambda typed: typed if (typed or "").isprintable() else ""])

    @property
    def naming(self) -> Naming | None:
        """When its page names the twin; None: as its label does."""
        return Naming(self.names_twin.data) if self.names_twin.data else None

    def validate_names_twin(self, field: Field) -> None:
        """One of those offered."""
        if field.data and field.data not in set(Naming):
            raise ValidationError(f"Use {', '.join(Naming)}, or leave this empty.")
