"""What is said of somebody who hosts or speaks."""

from wtforms import Form, TextAreaField

from ..fields import Plain, tidy
from .rules import BIOGRAPHY_MOST


class BiographyForm(Form):
    """Who they are."""

    biography = TextAreaField(
        "Biography",
        description="It stands on the event’s page. Markdown: *emphasis*, lists and links work.",
        filters=[tidy],
        validators=[Plain(BIOGRAPHY_MOST, lines=True)],
        render_kw={"rows": 5, "maxlength": BIOGRAPHY_MOST},
    )
