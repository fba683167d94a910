"""The forms that make a link, checked field by field."""

from datetime import UTC, datetime

from wtforms import EmailField, Form, StringField, ValidationError
from wtforms.fields import Field
from wtforms.validators import NumberRange

from ..clock import around_gap, in_zone, is_gap
from ..fields import Address, IfGiven, NumberField, Plain, Required, WallTimeField, tidy

NAME_MOST = 80
USES_MOST = 100_000
WALL_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def instant_of(wall: datetime, zone: str) -> datetime:
    """The instant of a wall time; of one that the clocks show twice, the second."""
    return in_zone(wall, zone, 1).astimezone(UTC)


def to_come(wall: datetime, zone: str, now: datetime) -> None:
    """Raises ValidationError for a wall time that the clocks of the zone jump over, or that has passed."""
    if is_gap(wall, zone):
        last, first = around_gap(wall, zone)
        raise ValidationError(
            f"There is no {wall:%H:%M} in {zone} on that day: the clocks go from {last:%H:%M} to {first:%H:%M}."
        )
    if instant_of(wall, zone) <= now:
        raise ValidationError("This time has passed already.")


class CampaignForm(Form):
    """A link for everyone who finds it. `for_event` says in which zone its end is meant."""

    name = StringField(
        "Name of the link",
        description="Where you hand it out, such as “Newsletter in March”. Only organisers see it.",
        filters=[tidy],
        validators=[Required("Give the link a name, to know it by."), Plain(NAME_MOST)],
        render_kw={"maxlength": NAME_MOST},
    )
    ends_at = WallTimeField("Good until", format=WALL_FORMATS, validators=[IfGiven()])
    most_uses = NumberField(
        "Most registrations",
        description="Leave empty for as many as there are seats.",
        validators=[IfGiven(), NumberRange(1, USES_MOST, f"Use a number from 1 to {USES_MOST:,}.")],
        render_kw={"min": 1, "max": USES_MOST},
    )
    zone: str
    now: datetime

    def for_event(self, zone: str, now: datetime) -> "CampaignForm":
        """The form of an event in this zone."""
        self.zone, self.now = zone, now
        self.ends_at.description = f"By the clocks in {zone}. Leave empty for as long as one can register."
        return self

    @property
    def end(self) -> datetime | None:
        """The instant of its end; of a time that the clocks show twice, the second."""
        wall = self.ends_at.data
        return instant_of(wall, self.zone) if wall else None

    def validate_ends_at(self, field: Field) -> None:
        """A time that comes, and is still to come."""
        to_come(field.data, self.zone, self.now)


class PersonalForm(Form):
    """A link for one person."""

    name = StringField(
        "Their name",
        id="their-name",
        filters=[tidy],
        validators=[Required("Say whom it is for."), Plain(100, links=False)],
        render_kw={"maxlength": 100, "autocomplete": "off"},
    )
    email = EmailField(
        "Their email address",
        id="their-email",
        description="Who registers with another address is held until you approve.",
        filters=[tidy],
        validators=[Required("Say to which address it is bound."), Plain(254), Address()],
        render_kw={"maxlength": 254, "autocomplete": "off"},
    )
