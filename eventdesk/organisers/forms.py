"""Forms of the first start and of signing in."""

from typing import Any

from wtforms import EmailField, Form, PasswordField, StringField, ValidationError

from ..clock import zones
from ..fields import Address, Plain, Required, tidy
from .rules import PASSPHRASE_LENGTH, PASSPHRASE_MOST, passphrase_problem


class AccountForm(Form):
    """An organiser's name, address and passphrase; also what the command line checks."""

    name = StringField(
        "Your name",
        filters=[tidy],
        validators=[Required("Tell us your name."), Plain(100, links=False)],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        "Your email address",
        filters=[tidy],
        validators=[Required("Tell us your address."), Plain(254), Address()],
        render_kw={"autocomplete": "username"},
    )
    passphrase = PasswordField(
        "Passphrase",
        description=f"{PASSPHRASE_LENGTH} characters or more; a few words are easiest to keep.",
        render_kw={
            "autocomplete": "new-password",
            "minlength": PASSPHRASE_LENGTH,
            "maxlength": PASSPHRASE_MOST,
            "required": True,
        },
    )

    def validate_passphrase(self, field: Any) -> None:
        """Long enough; nothing is demanded of what it is made of."""
        if problem := passphrase_problem(field.data or ""):
            raise ValidationError(problem)


class SetUpForm(AccountForm):
    """The page of the first start."""

    organisation = StringField(
        "Your organisation",
        description="It signs the mail and stands above every page.",
        filters=[tidy],
        validators=[Required("Tell us your organisation’s name."), Plain(100, links=False)],
        render_kw={"autocomplete": "organization"},
    )
    timezone = StringField(
        "Time zone",
        description="Where most of your events are, such as Europe/Oslo.",
        filters=[tidy],
        validators=[Required("Choose a time zone.")],
    )

    def validate_timezone(self, field: Any) -> None:
        """A zone's IANA name."""
        if field.data not in zones():
            raise ValidationError("Choose a time zone by its name, such as Europe/Oslo.")


class SignInForm(Form):
    """The way to the desk."""

    email = EmailField(
        "Email address",
        filters=[tidy],
        validators=[Required("Give your address."), Plain(254)],
        render_kw={"autocomplete": "username"},
    )
    passphrase = PasswordField(
        "Passphrase", validators=[Required("Give your passphrase.")], render_kw={"autocomplete": "current-password"}
    )
