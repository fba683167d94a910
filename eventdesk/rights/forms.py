"""What people correct of themselves: all that they are asked at registration, but for the address, which is who they are."""

from collections.abc import Sequence

from wtforms import Form, StringField

from ..fields import NoSite, Plain, Required, tidy
from ..labels import RULES, Label
from ..lists.forms import NAME_MOST, RegistrationForm, form_for, name_of
from ..lists.models import Registration
from ..questions.models import Question


class NameForm(Form):
    """A name, wherever one list holds it."""

    name = StringField(
        "Your name",
        filters=[tidy],
        validators=[Required("Tell us your name."), Plain(NAME_MOST, links=False), NoSite()],
        render_kw={"autocomplete": "name", "maxlength": NAME_MOST},
    )


def correction_of(label: Label, questions: Sequence[Question]) -> type[RegistrationForm]:
    """The registration form without the address, with these questions."""
    return type("CorrectionForm", (form_for(label, questions),), {"email": None})


def said_of(person: Registration, questions: Sequence[Question]) -> dict[str, object]:
    """What the form begins with."""
    asked = {name_of(question): person.answers.get(str(question.ref), "") for question in questions}
    return {"name": person.name} | {ask.name: getattr(person, ask.name) for ask in RULES[person.label].asks} | asked
