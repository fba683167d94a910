"""Sample facts for each label, and a reader: fiction, to read the generated words with. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime

from .channels import Channel
from .clock import in_zone
from .labels import Brief, LabelRules
from .wording import EventFacts, Reader, Words

_ZONE = "Europe/Oslo"
_MADE = datetime(2027, 2, 9, 12, tzinfo=UTC)
#: Everything a text may say to one person.
READER = Reader(
    name="Uma Example",
    manage_url="https://events.example.org/r/her-own-link",
    changes=("The new place is Quay Street 6, Oslo. It was Quay Street 4, Oslo.",),
    subject="Which door",
    message="Come by the door at the water: the one at the street is shut after six.\n\nThere is coffee from half past five.",
    deadline="Tuesday 9 March 2027, 12:00 (Europe/Oslo)",
    asked_kept=True,
    stop_url="https://events.example.org/u/her-own-link",
)


def sample(
    rules: LabelRules, *, sender: str = "Lathe Lane Software", postal_address: str = "", words: Mapping[Channel, Words]
) -> EventFacts:
    """An event of the label, with all there is to say of one."""
    return EventFacts(
        uid="sample@events.example.org",
        label=rules.label,
        title="Get the most out of Tire Server",
        description="Two short talks, then *questions*.\n\n- Reading the pressure log\n- What went wrong in the snow",
        starts=in_zone(datetime(2027, 3, 11, 18), _ZONE, 0),  # noqa: DTZ001 - a wall time
        ends=in_zone(datetime(2027, 3, 11, 20), _ZONE, 0),  # noqa: DTZ001 - a wall time
        venue="Quay Street 4, Oslo",
        online_url="https://meet.example.org/tire-server",
        hosts=(),
        speakers=("Dilek Yılmaz", "Jonas Berg"),
        brief=Brief(**{question.name: _ANSWERS[question.name] for question in rules.brief}),
        sender=sender,
        postal_address=(postal_address or "Mill Road 9\n0150 Oslo") if rules.needs_postal_address else postal_address,
        charter=rules.charter,
        url="https://events.example.org/events/get-the-most-out-of-tire-server",
        created=_MADE,
        updated=_MADE,
        words=words,
    )


_ANSWERS = {
    "audience": "Fleet managers with fifty vehicles or more.",
    "reason": "They learn of a flat tire too late.",
    "offer": "Tire Server Fleet, with sensors.",
    "payment": "By vehicle and month, from 4 euros.",
}
