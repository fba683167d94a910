"""The one question: yes, partly or no, why, and a few words of one's own."""

from typing import Any, Self

from wtforms import Form, TextAreaField, ValidationError
from wtforms.fields import Field

from ..fields import Plain, Required, tidy
from ..labels import LabelRules
from ..lists.forms import OneField, SeveralField
from .models import Kept
from .rules import WORDS_MOST, Answer

EXPLAINED = "Nothing has to be explained to a yes. Take this out, or answer partly or no."


class KeptForm(Form):
    """Whether an event did what its label said: `KeptForm(...).of(rules)`."""

    kept = OneField(
        choices=[(each.value, each.value.capitalize()) for each in Kept],
        validators=[Required("Choose one of the three.")],
        validate_choice=False,
    )
    because = SeveralField("If not quite, why?", validate_choice=False)
    words = TextAreaField(
        "In your own words, if you like",
        description="The organisers read it as you write it, so do not write your name.",
        filters=[tidy],
        validators=[Plain(WORDS_MOST, lines=True)],
        render_kw={"rows": 3, "maxlength": WORDS_MOST},
    )

    def of(self, rules: LabelRules) -> Self:
        """The form with the question and the reasons of a label."""
        self.kept.label.text = rules.kept_question
        self.because.choices = [(each.code, each.said) for each in rules.because]
        return self

    def validate_because(self, field: Field) -> None:
        """A yes has no reasons."""
        _unexplained(self, field)

    def validate_words(self, field: Field) -> None:
        """Nor words."""
        _unexplained(self, field)

    @property
    def answer(self) -> Answer:
        """What was answered, once it is checked."""
        return Answer(kept=Kept(self.kept.data), because=tuple(self.because.data or ()), words=self.words.data or "")


def _unexplained(form: Any, field: Field) -> None:
    if field.data and form.kept.data == Kept.YES.value:
        raise ValidationError(EXPLAINED)
