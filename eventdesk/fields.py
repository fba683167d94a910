"""What every form asks of typed text: no control characters, a length, one line or several."""

import re
from typing import Any

import email_validator
from email_validator import EmailNotValidError, validate_email
from wtforms import ValidationError
from wtforms.validators import DataRequired, StopValidation

# C0 but tab and newline, DEL, C1, line and paragraph separators, lone surrogates, and what reverses the reading direction
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LINK = re.compile(r"://|www\.|\]\(|\S@\S", re.IGNORECASE)
#: In a header a mail program would read this as encoded characters (RFC 2047), line ends among them.
_ENCODED = "=?"


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
            raise ValidationError("Leave web and mail addresses out of this.")


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
