"""The form of who wants to be told of a label's next events."""

from wtforms import EmailField, Form, StringField

from ..fields import Address, Plain, Required, tidy

NAME_MOST = 100
EMAIL_MOST = 254


class AskForm(Form):
    """A name and an address, and nothing else."""

    name = StringField(
        "Your name",
        filters=[tidy],
        validators=[Required("Tell us your name."), Plain(NAME_MOST, links=False)],
        render_kw={"autocomplete": "name", "maxlength": NAME_MOST},
    )
    email = EmailField(
        "Your email address",
        filters=[tidy],
        validators=[Required("Tell us your address."), Plain(EMAIL_MOST), Address()],
        render_kw={"autocomplete": "email", "maxlength": EMAIL_MOST},
    )
