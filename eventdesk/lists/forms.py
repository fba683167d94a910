"""The registration form of each label: name, email, and what the label asks beyond. It never asks anything else."""

from functools import cache

from wtforms import EmailField, Form, StringField

from ..fields import Address, Plain, Required, tidy
from ..labels import RULES, Ask, Label

NAME_MOST = 100
EMAIL_MOST = 254


class RegistrationForm(Form):
    """What everyone is asked."""

    name = StringField(
        "Your name",
        filters=[tidy],
        validators=[Required("Tell us your name."), Plain(NAME_MOST, links=False)],
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


@cache
def form_for(label: Label) -> type[RegistrationForm]:
    """The registration form of a label."""
    return type("RegistrationForm", (RegistrationForm,), {ask.name: _field(ask) for ask in RULES[label].asks})


def _field(ask: Ask) -> StringField:
    return StringField(
        ask.title,
        filters=[tidy],
        validators=[Required(f"Tell us your {ask.title.lower()}."), Plain(ask.limit, links=False)],
        render_kw={"autocomplete": ask.autocomplete, "maxlength": ask.limit},
    )
