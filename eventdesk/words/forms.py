"""The form in which an organiser writes the words of one channel."""

from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField, TextAreaField

from ..channels import CHANNELS, Channel
from ..errors import Refused
from ..fields import Plain, tidy
from ..labels import LabelRules
from ..wording import Words
from .rules import checked

SUBJECT_MOST = 200
BODY_MOST = 5_000


class WordsForm(Form):
    """Subject and body, with placeholders."""

    subject = StringField(
        "Subject",
        description="Leave it empty for the generated one.",
        filters=[tidy],
        validators=[Plain(SUBJECT_MOST)],
        render_kw={"maxlength": SUBJECT_MOST},
    )
    body = TextAreaField(
        "Text",
        description="The promise is put before it. Placeholders in braces are filled when the text is made.",
        filters=[tidy],
        validators=[Plain(BODY_MOST, lines=True)],
        render_kw={"rows": 14, "required": True, "maxlength": BODY_MOST},
    )

    @classmethod
    def of(cls, channel: Channel, data: MultiDict[str, str] | None = None, own: Words | None = None) -> "WordsForm":
        """The form of a channel: without a subject where it has none."""
        form = cls(data, own)
        if not CHANNELS[channel].mail:
            del form.subject
        return form

    def words(self, channel: Channel, rules: LabelRules) -> Words:
        """What was typed, checked. Raises Refused, by field."""
        typed = {"subject": self.subject.data or "" if "subject" in self else "", "body": self.body.data or ""}
        if not self.validate():
            raise Refused({name: list(said) for name, said in self.errors.items() if name})
        return checked(channel, rules, **typed)
