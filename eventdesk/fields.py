"""What every form asks of what is typed: text without control characters, names, addresses, wall times, numbers."""

import re
from datetime import date
from types import SimpleNamespace
from typing import Any, Self

import email_validator
from email_validator import EmailNotValidError, validate_email
from wtforms import Form, IntegerField, TextAreaField, ValidationError
from wtforms.fields import DateField, DateTimeLocalField
from wtforms.validators import DataRequired, StopValidation

from .labels import LabelRules, belied_by

# C0 but tab and newline, DEL, C1, line and paragraph separators, lone surrogates, and what reverses the reading direction
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LINK = re.compile(r"://|www\.|\]\(|\S@\S", re.IGNORECASE)
#: What mail programs make a link of, unasked: a name is told to an address that somebody else may have typed.
_SITE = re.compile(
    r"\w\.\w{2,}/|\w\.(com|net|org|info|biz|io|xyz|top|shop|site|online|link|click|ru|cn)\b", re.IGNORECASE
)
#: In a header a mail program would read this as encoded characters (RFC 2047), line ends among them.
_ENCODED = "=?"
NO_LINKS = "Leave web and mail addresses out of this."
NAMES_MOST, NAME_MOST = 20, 120
YEARS = range(2000, 2200)


# the names of networks that are not the internet (RFC 6762, RFC 6761) are addresses all the same to who works there
email_validator.SPECIAL_USE_DOMAIN_NAMES = [
    name for name in email_validator.SPECIAL_USE_DOMAIN_NAMES if name not in ("local", "test")
]


class Plain:
    """At most `most` characters, none of them a control character; a single line unless `lines`."""

    def __init__(self, most: int, *, lines: bool = False, links: bool = True) -> None:
        self.most, self.lines, self.links = most, lines, links

    def __call__(self, form: Any, field: Any) -> None:
        """Raises ValidationError with the sentence shown at the field."""
        typed = field.data or ""
        if len(typed) > self.most:
            raise ValidationError(f"Use {self.most:,} characters at most; this has {len(typed):,}.")
        if _FORBIDDEN.search(typed):
            raise ValidationError("Take out the control characters: they would break mail and calendars.")
        if not self.lines and ("\n" in typed or "\t" in typed):
            raise ValidationError("Write this on one line.")
        if not self.lines and _ENCODED in typed:
            raise ValidationError("Take out the “=?”: mail programs would read it as a code.")
        if not self.links and _LINK.search(typed):
            raise ValidationError(NO_LINKS)


class NoSite:
    """Nothing that a mail program would make a link of; for what strangers type."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raises ValidationError with the sentence shown at the field."""
        if _SITE.search(field.data or ""):
            raise ValidationError(NO_LINKS)


class Required(DataRequired):
    """Something other than blanks must be there."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raises StopValidation with the sentence shown at the field."""
        if field.process_errors:
            raise StopValidation
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            field.errors[:] = []
            raise StopValidation(str(self.message))


class IfGiven:
    """What follows is asked only of a value that was given and could be read."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raises StopValidation without a further sentence."""
        if field.data is None:
            raise StopValidation


def tidy(value: str | None) -> str:
    """The typed text with plain line ends and without surrounding blanks."""
    return (value or "").replace("\r\n", "\n").strip()


class Address:
    """An email address as RFC 5321 writes it; whether it receives mail is not asked of the network."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raises ValidationError with the sentence shown at the field; keeps the address as the standard spells it."""
        try:
            checked = validate_email(field.data or "", check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError as error:
            raise ValidationError("This is not an email address like name@example.org.") from error
        field.data = checked.ascii_email


class LabelledForm(Form):
    """A form whose words stand under a label's promise: `Form(...).under(rules)`."""

    rules: LabelRules

    def under(self, rules: LabelRules) -> Self:
        """The form, for an event of this label."""
        self.rules = rules
        return self


class TrueToLabel:
    """No words of another label's promise."""

    def __call__(self, form: LabelledForm, field: Any) -> None:
        """Raises ValidationError with the sentence shown at the field."""
        if belied := belied_by(form.rules, field.data or ""):
            raise ValidationError(belied)


class LinesField(TextAreaField):
    """Names, one to a line; `data` is the text, `names` the tuple."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names without blank lines."""
        return tuple(line.strip() for line in (self.data or "").splitlines() if line.strip())

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError for too many names, or one that cannot stand in mail."""
        if len(self.names) > NAMES_MOST:
            raise ValidationError(f"Name {NAMES_MOST} at most.")
        for name in self.names:
            Plain(NAME_MOST, links=False)(form, SimpleNamespace(data=name))


class WallTimeField(DateTimeLocalField):
    """A wall time to the minute, refused with a sentence a person understands."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with that sentence; nothing typed is nothing said."""
        if not any(map(str.strip, valuelist)):
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("Write a date and a time, such as 2027-03-11T18:00.") from error
        if self.data is not None:
            if self.data.year not in YEARS:
                raise ValueError("Use a year from 2000 to 2199.")
            self.data = self.data.replace(second=0, microsecond=0)


class DayField(DateField):
    """A day, or nothing; refused with a sentence a person understands."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with that sentence."""
        typed = (valuelist or [""])[0].strip()
        try:
            self.data = date.fromisoformat(typed) if typed else None
        except ValueError as error:
            self.data = None
            raise ValueError("Write a date, such as 2027-12-31.") from error
        if self.data is not None and self.data.year not in YEARS:
            raise ValueError("Use a year from 2000 to 2199.")


class NumberField(IntegerField):
    """A whole number, refused with a sentence a person understands."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with that sentence."""
        typed = (valuelist or [""])[0].strip()
        self.data = None
        if typed:
            if not typed.removeprefix("-").isdecimal():
                raise ValueError("Write a whole number, or leave this empty.")
            self.data = int(typed[:12])  # longer ones are out of any range
