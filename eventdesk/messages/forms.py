"""The form of a message to all who come."""

from wtforms import StringField, TextAreaField
from wtforms.fields import HiddenField

from ..fields import LabelledForm, Plain, Required, TrueToLabel, tidy

SUBJECT_MOST = 150
BODY_MOST = 5_000


class MessageForm(LabelledForm):
    """What an organiser writes; promise, greeting, facts and the reader's own link are put around it."""

    subject = StringField(
        "Subject",
        description="The event’s title and its label follow by themselves.",
        filters=[tidy],
        validators=[Required("Give the message a subject."), Plain(SUBJECT_MOST), TrueToLabel()],
        render_kw={"maxlength": SUBJECT_MOST},
    )
    body = TextAreaField(
        "Message",
        description="Plain text. The promise stands before it; a greeting, time and place, and each reader’s own link around it.",
        filters=[tidy],
        validators=[Required("Write the message."), Plain(BODY_MOST, lines=True), TrueToLabel()],
        render_kw={"rows": 10, "maxlength": BODY_MOST},
    )
    #: The newest message when the form was made.
    after = HiddenField()

    @property
    def seen(self) -> int:
        """The number of the newest message the organiser knew of; 0 for none."""
        typed = self.after.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0
