"""What a member types: a suggestion, a question for a session, an answer to another's."""

from collections.abc import Sequence
from typing import Self

from wtforms import Form, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import Field

from ..events.models import Event
from ..fields import NAME_MOST, NoSite, Plain, tidy
from .models import Kind
from .rules import WHICH, WORDS_LEAST, WORDS_MOST, refusal

#: What the words are called, and what is said beside them.
ASKED = {
    Kind.SUGGESTION: ("What do you suggest?", "A topic, a speaker, another hour: anything. Competitors may be named."),
    Kind.QUESTION: ("What do you wish to know?", "Who speaks there reads it before the evening."),
    Kind.ANSWER: ("Your answer", "What you know of it, or tried, or would add."),
}


class SayForm(Form):
    """A contribution: `SayForm(...).of(kind, told_all=...)`."""

    #: What stood beside the form that was sent.
    told_all: bool
    #: Of the sessions that may be chosen.
    slugs: set[str]
    #: Whether some of them are not for everyone to know of.
    by_invitation = False
    event = SelectField("For which session?", validate_choice=False)
    words = TextAreaField(
        filters=[tidy],
        validators=[Plain(WORDS_MOST, lines=True)],
        render_kw={"rows": 4, "minlength": WORDS_LEAST, "maxlength": WORDS_MOST, "required": True},
    )
    name = StringField(
        "Signed",
        description="As you wish to be named. Left empty: a member.",
        filters=[tidy],
        validators=[Plain(NAME_MOST, links=False), NoSite()],
        render_kw={"maxlength": NAME_MOST, "autocomplete": "name"},
    )
    #: "all" where it is said beside the form that everybody reads it.
    told = HiddenField()

    def of(self, kind: Kind, *, told_all: bool, sessions: Sequence[Event] = ()) -> Self:
        """The form for this kind; a question is for one of these sessions."""
        self.words.label.text, self.words.description = ASKED[kind]
        if kind is Kind.QUESTION:
            self.slugs = {each.slug for each in sessions}
            self.by_invitation = not all(each.is_public for each in sessions)
            self.event.choices = [(each.slug, f"{each.title} ({each.starts:%-d %B %Y})") for each in sessions]
        else:
            del self.event
        self.told_all = self.told.data == "all"
        self.told.data = "all" if told_all else ""
        return self

    def validate_words(self, field: Field) -> None:
        """Neither too short nor too long."""
        if why := refusal(field.data):
            raise ValidationError(why)

    def validate_event(self, field: SelectField) -> None:
        """One of those there are."""
        if field.data not in self.slugs:
            raise ValidationError(WHICH)
