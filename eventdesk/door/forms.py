"""Who comes without having registered: a name, what the label asks, and an address if they like."""

import secrets
from functools import cache

from wtforms import BooleanField, EmailField, Form, HiddenField, StringField, ValidationError
from wtforms.fields import Field
from wtforms.validators import Optional

from ..fields import Address, NoSite, Plain, Required, tidy
from ..labels import RULES, Ask, Label
from ..lists.forms import EMAIL_MOST, NAME_MOST
from ..lists.walk_ins import is_once

ONCE_BYTES = 16


class WalkInForm(Form):
    """What everybody who comes so is asked."""

    name = StringField(
        "Name",
        filters=[tidy],
        validators=[Required("Say their name."), Plain(NAME_MOST, links=False), NoSite()],
        render_kw={"autocomplete": "off", "maxlength": NAME_MOST},
    )
    email = EmailField(
        "Email address, if they like",
        description="With one, they get a mail with their own link. Without, they hear nothing from us.",
        filters=[tidy],
        validators=[Optional(), Plain(EMAIL_MOST), Address()],
        render_kw={"autocomplete": "off", "maxlength": EMAIL_MOST},
    )
    #: Which form it was: sent twice, it adds one person.
    once = HiddenField(default=lambda: secrets.token_hex(ONCE_BYTES))
    add_seat = BooleanField("Add a seat for them, although all are taken")

    def details(self, label: Label) -> dict[str, str]:
        """The answers to what the label asks beyond name and email."""
        return {ask.name: self[ask.name].data for ask in RULES[label].asks}

    def validate_once(self, field: Field) -> None:
        """As the page made it."""
        if not is_once(field.data or ""):
            raise ValidationError("Open the page again: this form is not whole.")


@cache
def walk_in_form(label: Label) -> type[WalkInForm]:
    """The form of a label."""
    return type("WalkInForm", (WalkInForm,), {ask.name: _field(ask) for ask in RULES[label].asks})


def _field(ask: Ask) -> StringField:
    return StringField(
        ask.title,
        filters=[tidy],
        validators=[Required(f"Say their {ask.title.lower()}."), Plain(ask.limit, links=False)],
        render_kw={"autocomplete": "off", "maxlength": ask.limit},
    )
