"""Notes of the evening as they are typed, by what the label decides; and words that somebody gives to be quoted."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Self

from wtforms import BooleanField, Form, StringField, TextAreaField, ValidationError
from wtforms.fields import Field, HiddenField

from ..fields import Address, LabelledForm, NoSite, Plain, Required, TrueToLabel, tidy
from ..labels import LabelRules
from ..suggestions.rules import WORDS_LEAST as SAID_LEAST
from ..suggestions.rules import WORDS_MOST as SAID_MOST
from .models import Evening
from .rules import (
    ADDRESS_MOST,
    ANSWER_MOST,
    NAME_MOST,
    OBJECTIONS_MOST,
    QUOTED_LEAST,
    QUOTED_MOST,
    SLIDES_MOST,
    TITLE_MOST,
    WORDS_MOST,
    Notes,
    Objection,
    Slides,
    is_https,
    is_mailbox,
)

NOT_AGREED = "Tick this if you wish it. Without that, nobody quotes you."
NOT_WHOLE = "Begin the address with https://, and write nothing beside it."
#: A web address that is none yet: with another scheme, or a host alone or before a path.
_HALF = re.compile(
    r"://|\A[a-z][a-z0-9+.-]*:\S+\Z|\A([\w-]+\.)+[a-z]{2,}\.?(:\d+)?\Z"
    r"|(?<!\S)(www\.|([\w-]+\.)+[a-z]{2,}(:\d+)?[/?#])",
    re.IGNORECASE,
)
_MAILTO = "mailto:"
#: How many empty pairs are offered beside those that are filled.
MORE = 2


def _mailbox(value: str) -> str:
    """A mail address without the scheme that a copied link has before it."""
    return value[len(_MAILTO) :] if value[: len(_MAILTO)].lower() == _MAILTO else value


class SlidesField(TextAreaField):
    """What slides are called and where they are, one to a line; `data` is the text, `slides` the pairs."""

    @property
    def slides(self) -> tuple[Slides, ...]:
        """The pairs, without blank lines: the last word of a line is the address."""
        return tuple(Slides(title.strip(), url) for title, _, url in (line.rpartition(" ") for line in self._lines()))

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError for too many, and for a line that lacks one of the two."""
        if len(self.slides) > SLIDES_MOST:
            raise ValidationError(f"Link {SLIDES_MOST} at most.")
        for number, each in enumerate(self.slides, start=1):
            if not each.title or not is_https(each.url):
                raise ValidationError(
                    f"Line {number}: write what it is called, then its whole address, which begins with https://."
                )
            Plain(TITLE_MOST)(form, SimpleNamespace(data=each.title))
            Plain(ADDRESS_MOST)(form, SimpleNamespace(data=each.url))

    def _lines(self) -> Iterator[str]:
        return (folded for line in (self.data or "").splitlines() if (folded := " ".join(line.split())))


class EveningForm(LabelledForm):
    """What was said; `form_of` gives a label's own form, with more to fill in where it sells."""

    words = TextAreaField(
        "What was said",
        description="For those who were there, and those who could not be. Markdown: *emphasis*, lists and links work.",
        filters=[tidy],
        validators=[Plain(WORDS_MOST, lines=True), TrueToLabel()],
        render_kw={"rows": 14, "maxlength": WORDS_MOST},
    )
    slides = SlidesField(
        "Slides",
        description="One to a line: what it is called, then its address, such as “How we test backups https://example.org/backups”.",
        filters=[tidy],
        validators=[Plain(SLIDES_MOST * (TITLE_MOST + ADDRESS_MOST), lines=True), TrueToLabel()],
        render_kw={"rows": 4},
    )
    #: What it was made from; 0 for nothing.
    revision = HiddenField(default="0")

    @property
    def seen(self) -> int:
        """The revision that the organiser saw."""
        typed = self.revision.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0

    @property
    def pairs(self) -> list[tuple[Field, Field]]:
        """What speaks against buying, and what is said to that: the filled ones, and some more while there is room."""
        pairs = [
            (self[f"asked_{number}"], self[f"answer_{number}"])
            for number in range(OBJECTIONS_MOST)
            if f"asked_{number}" in self
        ]
        last = max((number for number, pair in enumerate(pairs, start=1) if pair[0].data or pair[1].data), default=0)
        return pairs[: last + MORE]

    @property
    def notes(self) -> Notes:
        """What was typed, once it is checked."""
        sold = {name: self[name].data or "" for name in ("way_to_buy", "way_to") if name in self}
        said = [Objection(asked.data or "", answer.data or "") for asked, answer in self.pairs if asked.data]
        return Notes(words=self.words.data or "", slides=self.slides.slides, objections=said, **sold)

    @property
    def read(self) -> str:
        """All that is held against the label."""
        said = (word for each in self.notes.objections for word in (each.asked, each.answer))
        return "\n\n".join(filter(None, (self.words.data, *said)))


class _SellingForm(EveningForm):
    """And where it sells: the way to buy, and what speaks against it."""

    way_to_buy = StringField(
        "The way to buy",
        description="What it is called, such as “Ask for an offer”. Without it, nothing is published.",
        filters=[tidy],
        validators=[Plain(TITLE_MOST), TrueToLabel()],
        render_kw={"maxlength": TITLE_MOST},
    )
    way_to = TextAreaField(
        "Where that is",
        description="A link or the address of a form, which begins with https://; or a mail address; or where to write to.",
        filters=[tidy, _mailbox],
        validators=[Plain(ADDRESS_MOST, lines=True), TrueToLabel()],
        render_kw={"rows": 3, "maxlength": ADDRESS_MOST},
    )

    def validate_way_to_buy(self, field: Field) -> None:
        """Both or neither."""
        if self.way_to.data and not field.data:
            raise ValidationError("Say what this way to buy is called.")

    def validate_way_to(self, field: Field) -> None:
        """Both or neither; what looks like a web address or a mailbox is a whole one."""
        if self.way_to_buy.data and not field.data:
            raise ValidationError("Say where that is: a link, a mail address, or where to write to.")
        if is_mailbox(field.data or ""):
            Address()(self, field)
        elif _HALF.search(field.data or "") and not is_https(field.data or ""):
            raise ValidationError(NOT_WHOLE)

    def validate(self, extra_validators: Any = None) -> bool:
        """And of each pair both or neither."""
        good = super().validate(extra_validators)
        for asked, answer in self.pairs:
            for there, lacks, said in (
                (asked, answer, "Say what you answer to that."),
                (answer, asked, "Say what speaks against it."),
            ):
                if there.data and not lacks.data:
                    lacks.errors = [*lacks.errors, said]
                    good = False
        return good


def _pair(number: int) -> dict[str, Any]:
    asked = StringField(
        "What speaks against it",
        filters=[tidy],
        validators=[Plain(TITLE_MOST), TrueToLabel()],
        render_kw={"maxlength": TITLE_MOST},
    )
    answer = TextAreaField(
        "What you say to that",
        filters=[tidy],
        validators=[Plain(ANSWER_MOST, lines=True), TrueToLabel()],
        render_kw={"rows": 2, "maxlength": ANSWER_MOST},
    )
    return {f"asked_{number}": asked, f"answer_{number}": answer}


_PAIRS = {name: field for number in range(OBJECTIONS_MOST) for name, field in _pair(number).items()}
SellingForm: type[EveningForm] = type("SellingForm", (_SellingForm,), _PAIRS)


def form_of(rules: LabelRules) -> type[EveningForm]:
    """The form of a label's notes."""
    return SellingForm if rules.sells else EveningForm


def said_of(evening: Evening) -> dict[str, str]:
    """What the form begins with."""
    pairs = {
        f"{name}_{number}": each[name] for number, each in enumerate(evening.objections) for name in ("asked", "answer")
    }
    return {
        "words": evening.words,
        "slides": "\n".join(f"{each['title']} {each['url']}" for each in evening.slides),
        "revision": str(evening.revision),
        "way_to_buy": evening.way_to_buy,
        "way_to": evening.way_to,
        **pairs,
    }


class CommentForm(Form):
    """What a member says to the notes."""

    words = TextAreaField(
        "Your comment",
        filters=[tidy],
        validators=[Required("Write what you want to say."), Plain(SAID_MOST, lines=True)],
        render_kw={"rows": 4, "maxlength": SAID_MOST},
    )
    name = StringField(
        "Signed",
        description="As you wish to be named. Left empty: a member.",
        filters=[tidy],
        validators=[Plain(NAME_MOST, links=False), NoSite()],
        render_kw={"maxlength": NAME_MOST},
    )
    #: Whether the form said that everybody reads it.
    told_all = HiddenField()

    def validate_words(self, field: Field) -> None:
        """Something is said."""
        if field.data and len(field.data) < SAID_LEAST:
            raise ValidationError(f"Say it in {SAID_LEAST} characters or more.")


class QuotationForm(Form):
    """Words and a name to be quoted with, and a box of its own, not ticked: `QuotationForm(...).of(rules)`.

    Its ids are its own: it stands on a page with other forms.
    """

    words = TextAreaField(
        "Your words",
        id="quotation-words",
        description=f"{QUOTED_LEAST} to {QUOTED_MOST} characters, shown as you write them.",
        filters=[tidy],
        validators=[
            Required("Write what you may be quoted with."),
            Plain(QUOTED_MOST, lines=True, links=False),
            NoSite(),
        ],
        render_kw={"rows": 4, "maxlength": QUOTED_MOST},
    )
    name = StringField(
        "Your name, as it shall stand there",
        id="quotation-name",
        description="As much or as little of it as you like.",
        filters=[tidy],
        validators=[Required("Say by which name you are quoted."), Plain(NAME_MOST, links=False), NoSite()],
        render_kw={"maxlength": NAME_MOST},
    )
    agreed = BooleanField(id="quotation-agreed", default=False, render_kw={"value": "yes"})
    #: What stood beside the box.
    said = HiddenField()

    def of(self, rules: LabelRules) -> Self:
        """The form with the words beside the box, to the letter; they come back with it."""
        self.agreed.label.text = self.said.data = rules.quoted_said
        return self

    def validate_words(self, field: Field) -> None:
        """Something is said."""
        if field.data and len(field.data) < QUOTED_LEAST:
            raise ValidationError(f"Write {QUOTED_LEAST} characters at least.")

    def validate_agreed(self, field: Field) -> None:
        """Only who ticks it is quoted."""
        if not field.data:
            raise ValidationError(NOT_AGREED)
