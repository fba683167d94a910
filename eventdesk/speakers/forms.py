"""What is said of somebody who hosts or speaks."""

from wtforms import TextAreaField

from ..fields import LabelledForm, Plain, TrueToLabel, tidy
from .rules import BIOGRAPHY_MOST


class BiographyForm(LabelledForm):
    """Who they are."""

    biography = TextAreaField(
        "Biography",
        description="It stands on the event’s page. Markdown: *emphasis*, lists and links work.",
        filters=[tidy],
        validators=[Plain(BIOGRAPHY_MOST, lines=True), TrueToLabel()],
        render_kw={"rows": 5, "maxlength": BIOGRAPHY_MOST},
    )
