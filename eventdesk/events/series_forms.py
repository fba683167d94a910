"""What the desk's form asks beyond the event itself: how it recurs, and for one of a series, what a change is about."""

from typing import Any

from wtforms import Form, RadioField, SelectField, ValidationError
from wtforms.fields import Field

from ..fields import DayField
from .recurrence import EVENTS_MOST, Rhythm, Scope

RHYTHMS = {
    "": "Does not repeat",
    Rhythm.WEEKLY: "Every week",
    Rhythm.FORTNIGHTLY: "Every two weeks",
    Rhythm.NTH_WEEKDAY: "Each month, same weekday (such as the second Tuesday)",
    Rhythm.LAST_WEEKDAY: "Each month, last such weekday (the last Tuesday)",
    Rhythm.DAY_OF_MONTH: "Each month, same day (such as the 15th)",
}
SCOPES = {
    Scope.ONE: "Only this one",
    Scope.FOLLOWING: "This and the following ones",
    Scope.ALL: "All of the series that are still to come",
}


class SeriesFields(Form):
    """Asked at the desk alone; what is not sent says: once, and only this one."""

    repeat = SelectField(
        "Repeat", choices=[(str(key), title) for key, title in RHYTHMS.items()], default="", validate_choice=False
    )
    until = DayField(
        "Until",
        description=f"Only if it repeats: the last possible day. At most {EVENTS_MOST} events are made, each with "
        "seats, links and a calendar entry of its own.",
    )
    scope = RadioField(
        "What is this change for?",
        choices=[(key.value, title) for key, title in SCOPES.items()],
        default=Scope.ONE.value,
        validate_choice=False,
    )

    @property
    def rhythm(self) -> Rhythm | None:
        """How it recurs; None for once."""
        return Rhythm(self.repeat.data) if self.repeat.data else None

    @property
    def chosen_scope(self) -> Scope:
        """What the change is for."""
        return Scope(self.scope.data) if self.scope.data else Scope.ONE

    def validate_repeat(self, field: Field) -> None:
        """One of those offered."""
        if field.data and field.data not in set(Rhythm):
            raise ValidationError("Choose one of the ways to repeat.")

    def validate_until(self, field: Any) -> None:
        """Given if, and only if, it repeats."""
        if field.process_errors:
            return
        if self.repeat.data and field.data is None:
            raise ValidationError("Say until when it repeats.")
        if field.data and not self.repeat.data:
            raise ValidationError("Say above how it repeats, or leave this empty.")

    def validate_scope(self, field: Field) -> None:
        """One of those offered."""
        if field.data and field.data not in set(Scope):
            raise ValidationError("Choose which events this is for.")
