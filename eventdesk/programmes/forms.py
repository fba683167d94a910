"""Forms about programmes."""

from wtforms import Form, TextAreaField

from ..fields import Plain, Required, tidy


class ProgrammeForm(Form):
    """What the desk may say of a programme."""

    postal_address = TextAreaField(
        "Postal address of the seller",
        description="It stands under every mail of this programme. Mail that is not about a registration waits for it.",
        filters=[tidy],
        validators=[Required("Give the address at which the seller can be reached by post."), Plain(400, lines=True)],
        render_kw={"rows": 4, "maxlength": 400, "autocomplete": "street-address"},
    )
