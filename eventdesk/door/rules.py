"""What is said at a door of somebody who shows their code, or was not expected. Pure."""

from collections.abc import Mapping

from ..lists.models import State

#: Why nobody can be let in as their registration stands; who has a seat can.
NO_SEAT: Mapping[State, str] = {
    State.PENDING: "The organisers have not decided about this registration yet, so there is no seat.",
    State.OFFERED: "A seat is kept, but not taken yet. They take it on their own page; its address is in their mail.",
    State.WAITLISTED: "There is no seat: they wait in line for one.",
    State.CANCELLED: "There is no seat: this registration was cancelled.",
}


def said_of(name: str, new: bool) -> str:
    """What is said when somebody is let in, and of who is in already."""
    return f"Welcome, {name} is in." if new else f"{name} is in already."
