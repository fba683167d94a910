"""The forms of hosts: to answer, to ask somebody who can act, to hide. The first is also theirs who were asked."""

from typing import Self

from wtforms import EmailField, Form, HiddenField, StringField, TextAreaField

from ..fields import Address, LabelledForm, Plain, Required, TrueToLabel, tidy
from ..lists.forms import EMAIL_MOST, NAME_MOST, OneField
from .breaches import BREACHES
from .inbox import Thread
from .models import Breach, State

REPLY_MOST, NOTE_MOST = 2_000, 1_000
#: How hosts say how far it is. Who was asked says all but that it is still open.
STATES = {
    State.ANSWERED: "Answered",
    State.PLANNED: "Planned",
    State.DONE: "Done",
    State.DECLINED: "Declined: it will not be done",
}
ALL_STATES = STATES | {State.OPEN: "Still open: we look into it"}


class ReplyForm(LabelledForm):
    """How far it is, and what is said: `ReplyForm(...).under(rules).of(STATES)`."""

    #: The last answer that was there to be read.
    seen = HiddenField()
    state = OneField("How far is it?", validators=[Required("Say how far it is.")], validate_choice=False)
    words = TextAreaField(
        "Your answer",
        description="Everybody who may read the suggestion reads it; those who asked and those who voted get it by mail.",
        filters=[tidy],
        validators=[
            Required("Say it in words: a state alone answers nobody."),
            Plain(REPLY_MOST, lines=True),
            TrueToLabel(),
        ],
        render_kw={"rows": 4, "maxlength": REPLY_MOST, "required": True},
    )

    def of(self, states: dict[State, str]) -> Self:
        """The form with these states to choose from."""
        self.state.choices = [(state.value, said) for state, said in states.items()]
        return self

    def after(self, thread: Thread) -> Self:
        """The form of who has read this much."""
        self.seen.data = str(thread.last)
        return self

    @property
    def answer(self) -> tuple[State, str]:
        """What is said, once it is checked."""
        return State(self.state.data), self.words.data or ""

    @property
    def last_seen(self) -> int:
        """The id of the last answer that was there to be read; of what is no number, none."""
        typed = self.seen.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else -1


class RouteForm(LabelledForm):
    """Who is asked to act, and what the organiser writes to them."""

    name = StringField(
        "Name",
        filters=[tidy],
        validators=[Required("Say whom you ask."), Plain(NAME_MOST, links=False)],
        render_kw={"maxlength": NAME_MOST, "required": True, "autocomplete": "off"},
    )
    email = EmailField(
        "Email",
        filters=[tidy],
        validators=[Required("Write their email address."), Plain(EMAIL_MOST), Address()],
        render_kw={"maxlength": EMAIL_MOST, "required": True, "autocomplete": "off"},
    )
    note = TextAreaField(
        "Your note to them",
        description="Why you ask them, and by when. It stands in the mail, and nowhere else.",
        filters=[tidy],
        validators=[Plain(NOTE_MOST, lines=True), TrueToLabel()],
        render_kw={"rows": 3, "maxlength": NOTE_MOST},
    )


class HideForm(Form):
    """Which of the two rules is broken."""

    breach = OneField(
        "Which rule does it break?",
        choices=[(breach.value, said) for breach, said in BREACHES.items()],
        validators=[Required("Name the rule: nothing else is hidden.")],
        validate_choice=False,
    )

    @property
    def broken(self) -> Breach:
        """The rule, once it is checked."""
        return Breach(self.breach.data)
