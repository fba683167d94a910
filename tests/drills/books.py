"""The books of an event, read past the program, and what must be true of them whatever happened."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.drills.crowd import Attempt


@dataclass(frozen=True)
class Entry:
    """One person on the list."""

    id: int
    email: str
    state: str
    place: int
    #: How many messages the outbox holds for this person: that they are registered, and in all.
    welcomes: int
    messages: int


@dataclass(frozen=True)
class Books:
    """The users' list of the only event, in order of places, and its seats."""

    people: Sequence[Entry]
    capacity: int
    taken: int
    waiting: int

    def of_state(self, *states: str) -> list[Entry]:
        """Who stands so, in order of places."""
        return [person for person in self.people if person.state in states]


def read_books(database_url: str) -> Books:
    """Open the books in one snapshot."""
    engine = create_engine(database_url, poolclass=NullPool, isolation_level="SERIALIZABLE")
    with engine.connect() as connection:
        people = connection.execute(
            text("""
                SELECT id, email, state, place,
                    (SELECT count(*) FROM outbox WHERE outbox.ref = people.ref AND kind = 'registered') AS welcomes,
                    (SELECT count(*) FROM outbox WHERE outbox.ref = people.ref) AS messages
                FROM user_registration AS people ORDER BY place, id
            """)
        ).all()
        [seats] = connection.execute(text("SELECT capacity, taken, waiting FROM seats")).all()
    engine.dispose()
    return Books([Entry(*person) for person in people], *seats)


def errors(books: Books) -> Iterator[str]:
    """What is wrong in the books themselves, in sentences."""
    confirmed, waiting = books.of_state("confirmed", "offered"), books.of_state("waitlisted")
    if len(confirmed) > books.capacity:
        yield f"oversold: {len(confirmed)} have a seat, of {books.capacity}"
    if (books.taken, books.waiting) != (len(confirmed), len(waiting)):
        yield f"the seats count {books.taken} and {books.waiting}, the list {len(confirmed)} and {len(waiting)}"
    if waiting and len(confirmed) < books.capacity:
        yield f"{len(waiting)} wait although {books.capacity - len(confirmed)} seats are free"
    if waiting and confirmed and confirmed[-1].place > waiting[0].place:
        yield f"place {confirmed[-1].place} has a seat, and place {waiting[0].place} waits"
    for what in ("email", "place"):
        times = Counter(getattr(person, what) for person in books.people)
        if twice := [value for value, count in times.items() if count > 1]:
            yield f"{what} more than once: {twice}"
    if any(earlier.id > later.id for earlier, later in pairwise(books.people)):
        yield "places are not in the order of arrival"
    if wrong := [person.email for person in books.people if (person.welcomes, person.messages) != (1, 1)]:
        yield f"not exactly one message in the outbox for {wrong}"


def disappointments(books: Books, attempts: Sequence[Attempt]) -> Iterator[str]:
    """Where the books differ from what people were told, in sentences."""
    known = {person.email: person for person in books.people}
    if refused := Counter(attempt.status for attempt in attempts if attempt.status != 200):
        yield f"valid attempts lost: {dict(refused)} of {len(attempts)} answered otherwise than 200"
    answered = [attempt for attempt in attempts if attempt.status == 200]
    if missing := [attempt.email for attempt in answered if attempt.email not in known]:
        yield f"answered and not on the list: {missing}"
    # Who was answered before another had sent anything came first, and stands before the other.
    first_sent = sorted((attempt for attempt in answered if attempt.email in known), key=lambda one: one.sent)
    by_answer = iter(sorted(first_sent, key=lambda one: one.answered))
    last_before, earlier = 0, next(by_answer, None)
    for attempt in first_sent:
        while earlier and earlier.answered < attempt.sent:
            last_before, earlier = max(last_before, known[earlier.email].place), next(by_answer, None)
        if known[attempt.email].place < last_before:
            yield f"{attempt.email} came later than place {last_before} and stands before it"
