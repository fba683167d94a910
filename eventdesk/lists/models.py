"""The two lists: one table each, made from one class. Nothing spans them, not even an id."""

import enum
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from ..labels import RULES_BY_AUDIENCE, Audience, Label, Stage
from ..orm import Model, Ref


class State(enum.StrEnum):
    """How a registration stands. Pending: an organiser looks at it first. Offered: a seat is kept until they say."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"


class Standing(enum.StrEnum):
    """How a registration stands, with what came of a seat: what lists, tabs and files show."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    NO_SHOW = "no-show"

    @property
    def state(self) -> State:
        """How it stands in the database."""
        return State.CONFIRMED if self in _MARKED else State(self.value)

    @property
    def attended(self) -> bool | None:
        """Whether they came; None while nobody has said."""
        return _MARKED.get(self)


_MARKED = {Standing.ATTENDED: True, Standing.NO_SHOW: False}


def standing_of(state: State, attended: bool | None) -> Standing:
    """The one word for both."""
    return next((each for each, came in _MARKED.items() if came is attended), Standing(state.value))


class Origin(enum.StrEnum):
    """How somebody came onto the list: by a page of ours, at the door, or from a file."""

    PAGE = "page"
    DOOR = "door"
    FILE = "file"


class PeopleImport(Model):
    """People added from a file, all of them or none."""

    __tablename__ = "people_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]
    label: Mapped[Label]
    #: Whose export it was, as far as its columns say.
    made_for: Mapped[str]
    #: Where the people come from, and that they may be kept, in the words of who signs for it.
    statement: Mapped[str]
    people: Mapped[int]
    #: How many were left out, by why.
    left_out: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("organiser.id"))
    __table_args__ = (
        ForeignKeyConstraint(["event_id", "label"], ["event.id", "event.label"]),
        CheckConstraint("trim(statement) <> ''", name="signed"),
        CheckConstraint("people >= 0", name="counts_people"),
    )


class Registration(Model):
    """One person at one event.

    The composite key ties it to an event of its own label, so that the database refuses a person of the other list,
    and a relabelling under people's feet.
    """

    __abstract__ = True
    audience: Audience
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[Ref]
    event_id: Mapped[int]
    label: Mapped[Label]
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    state: Mapped[State]
    #: The order of arrival; a person who comes back gets a new one.
    place: Mapped[int]
    #: Raised to make the personal link invalid.
    generation: Mapped[int] = mapped_column(default=0)
    #: How often this person left, came back or moved up: added to the event's SEQUENCE in what their own calendar gets,
    #: which so never falls, and rises with each new state.
    turns: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    #: What the programme said when the person registered.
    programme_version_id: Mapped[int | None] = mapped_column(ForeignKey("programme_version.id"))
    #: The campaign link they came by.
    link_id: Mapped[int | None] = mapped_column(ForeignKey("invite_link.id"))
    #: To the event's own questions, by the question's reference.
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}", default=dict)
    #: Whether they attended; None while nobody has said.
    attended: Mapped[bool | None]
    #: What the organisers keep in mind about it.
    note: Mapped[str] = mapped_column(server_default="", default="")
    #: Until when the seat they are offered is kept.
    offer_until: Mapped[datetime | None]
    #: How many hours before the start they wish to be reminded; 0: never; None: when the event reminds everyone.
    remind_hours: Mapped[int | None]
    #: The start of which they were reminded as they wished.
    reminded_for: Mapped[datetime | None]
    origin: Mapped[Origin] = mapped_column(server_default="page", default=Origin.PAGE)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("people_import.id"))
    #: Whether they had come to an earlier event of the label, `returning.py` says which; fixed at the end of this one.
    came_before: Mapped[bool | None]
    #: Whether they, who came for the first time, came again; kept when that other registration goes before this one.
    came_again: Mapped[bool] = mapped_column(server_default="0", default=False)
    #: Whether they answered what is asked afterwards; what they answered is nowhere beside it.
    answered_kept: Mapped[bool] = mapped_column(server_default="0", default=False)

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - SQLAlchemy calls it with the class
        label = RULES_BY_AUDIENCE[cls.audience].label
        return (
            ForeignKeyConstraint(["event_id", "label"], ["event.id", "event.label"]),
            UniqueConstraint("event_id", "email_key"),
            UniqueConstraint("event_id", "place"),
            CheckConstraint(f"label = '{label}'", name="one_list"),
            CheckConstraint("attended IS NULL OR state = 'confirmed'", name="attended_with_seat"),
            CheckConstraint("(offer_until IS NOT NULL) = (state = 'offered')", name="offer_ends"),
            CheckConstraint("remind_hours BETWEEN 0 AND 720", name="remind_hours"),
            CheckConstraint("import_id IS NULL OR origin = 'file'", name="imported"),
            Index(None, "event_id", "state", "place"),
        )

    @property
    def is_waiting(self) -> bool:
        """Whether the person is on the waiting list."""
        return self.state is State.WAITLISTED

    @property
    def is_offered(self) -> bool:
        """Whether a seat is kept for the person until they say."""
        return self.state is State.OFFERED

    @property
    def standing(self) -> Standing:
        """How it stands, with what came of it."""
        return standing_of(self.state, self.attended)

    @property
    def is_held(self) -> bool:
        """Whether an organiser looks at the registration first: no seat, and no place in line."""
        return self.state is State.PENDING


class UserRegistration(Registration):
    """A user at an event of the users' label."""

    __tablename__ = "user_registration"
    audience = Audience.USERS


class BuyerRegistration(Registration):
    """A buyer at an event of the buyers' label."""

    __tablename__ = "buyer_registration"
    audience = Audience.BUYERS
    company: Mapped[str]
    role: Mapped[str]
    stage: Mapped[Stage] = mapped_column(server_default="new", default=Stage.NEW)
    #: Since when; None while nobody has set one.
    staged_at: Mapped[datetime | None]
    #: Who follows them up.
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    #: What it may come to, in whole units of `currency` (ISO 4217); blank without a value.
    value: Mapped[int | None]
    currency: Mapped[str] = mapped_column(server_default="", default="")
    next_step: Mapped[str] = mapped_column(server_default="", default="")
    next_step_on: Mapped[date | None] = mapped_column(Date())

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - SQLAlchemy calls it with the class
        return (
            *super().__table_args__,
            CheckConstraint("value >= 0", name="value"),
            CheckConstraint("(value IS NULL) = (currency = '')", name="currency"),
            CheckConstraint("next_step_on IS NULL OR next_step <> ''", name="next_step"),
        )


class PersonalCalendar(Model):
    """One address's own feed under one label: all events they are registered for."""

    __abstract__ = True
    audience: Audience
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[Ref]
    email_key: Mapped[str] = mapped_column(unique=True)
    #: Raised to make its address invalid.
    generation: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]


class UserCalendar(PersonalCalendar):
    """A user's own feed."""

    __tablename__ = "user_calendar"
    audience = Audience.USERS


class BuyerCalendar(PersonalCalendar):
    """A buyer's own feed."""

    __tablename__ = "buyer_calendar"
    audience = Audience.BUYERS


CALENDARS: Mapping[Audience, type[PersonalCalendar]] = {each.audience: each for each in (UserCalendar, BuyerCalendar)}
LISTS: Mapping[Audience, type[Registration]] = {each.audience: each for each in (UserRegistration, BuyerRegistration)}
