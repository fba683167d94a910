"""Forms of the first start, of signing in, and of the team."""

from typing import Any

from wtforms import EmailField, Form, PasswordField, RadioField, StringField, ValidationError

from ..clock import zones
from ..fields import Address, Plain, Required, tidy
from .rules import PASSPHRASE_LENGTH, PASSPHRASE_MOST, ROLES, passphrase_problem


class NameForm(Form):
    """What an organiser is called."""

    name = StringField(
        "Your name",
        filters=[tidy],
        validators=[Required("Tell us your name."), Plain(100, links=False)],
        render_kw={"autocomplete": "name"},
    )


class AddressForm(Form):
    """The address an organiser signs in with."""

    email = EmailField(
        "Your email address",
        filters=[tidy],
        validators=[Required("Tell us your address."), Plain(254), Address()],
        render_kw={"autocomplete": "username"},
    )


class PassphraseForm(Form):
    """A passphrase to begin with, or a new one."""

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


class AccountForm(NameForm, AddressForm, PassphraseForm):
    """An organiser's name, address and passphrase; also what the command line checks."""


class JoinForm(NameForm, PassphraseForm):
    """Saying yes to an invitation: the same for who has an account and who has none."""

    name = StringField(
        "Your name",
        description="If you have an account here already, it keeps the name it has.",
        filters=NameForm.name.kwargs["filters"],
        validators=NameForm.name.kwargs["validators"],
        render_kw=NameForm.name.kwargs["render_kw"],
    )
    passphrase = PasswordField(
        "Passphrase",
        description=f"That of your account, if you have one here. Else choose it now: {PASSPHRASE_LENGTH} characters or more.",
        render_kw=PassphraseForm.passphrase.kwargs["render_kw"],
    )


class InstallationForm(Form):
    """Whose installation it is, and where its events are."""

    organisation = StringField(
        "Your organisation",
        description="It stands above every page, and signs the mail until a programme says otherwise.",
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


class SetUpForm(AccountForm, InstallationForm):
    """The page of the first start."""


class ForgotForm(Form):
    """Asking for a link to choose a new passphrase."""

    email = EmailField(
        "Email address",
        filters=[tidy],
        validators=[Required("Give your address."), Plain(254)],
        render_kw={"autocomplete": "username"},
    )


class KnownForm(Form):
    """Showing who one is, where the address is known."""

    passphrase = PasswordField(
        "Passphrase", validators=[Required("Give your passphrase.")], render_kw={"autocomplete": "current-password"}
    )


class SignInForm(ForgotForm, KnownForm):
    """The way to the desk."""


class ChangePassphraseForm(PassphraseForm):
    """A new passphrase, by who knows the old one."""

    old = PasswordField(
        "Passphrase until now",
        validators=[Required("Give the passphrase you have used until now.")],
        render_kw={"autocomplete": "current-password"},
    )
    passphrase = PasswordField(
        "New passphrase",
        description=PassphraseForm.passphrase.kwargs["description"],
        render_kw=PassphraseForm.passphrase.kwargs["render_kw"],
    )


class AskForm(Form):
    """Whom to ask to the desk."""

    name = StringField("Name", filters=[tidy], validators=[Required("Say who it is."), Plain(100, links=False)])
    email = EmailField(
        "Email address", filters=[tidy], validators=[Required("Say where to write to."), Plain(254), Address()]
    )


class InviteForm(AskForm):
    """Whom to ask to the desk, as what."""

    role = RadioField("As", validate_choice=False)

    def validate_role(self, field: Any) -> None:
        """There is no default; which of them may be granted is asked by the service."""
        if field.data not in ROLES:
            raise ValidationError("Say as what.")
