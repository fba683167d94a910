"""What mail costs: registrations beside a mail server that hangs, and letters beside a bare connection that sends the same."""

import logging
import smtplib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench.load import Plan
from tests.bench.measure import Case, Result, fill_events, scaled, take_turns
from tests.drills.crowd import guests
from tests.drills.senders import Senders, fill
from tests.servers import Delivery, Installation, Mailbox, Served

logging.getLogger("mail.log").addHandler(logging.NullHandler())  # it would tell of each client that gives up
NO_LIMIT = {"EVENTDESK_MAIL_PER_MINUTE": "0"}
#: How long a mail server that was registered beside may go on with what came of it, in seconds.
SETTLED = 120


def measure_registrations(rounds: int = 3, scale: float = 1.0) -> Iterator[Result]:
    """Registrations at four installations beside each other: the floor sends no mail, the others to such servers."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="eventdesk-bench-")))
        lively, hangs, drips = (stack.enter_context(_mailbox()) for _ in range(3))
        hangs.then, drips.drip = "hang", 1.0
        boxes = {
            "no mail server": None,
            "one that hangs after DATA": hangs,
            "one that answers a byte a second": drips,
            "one that takes everything, and its mail goes out": lively,
        }
        cases = []
        for name, box in boxes.items():
            served = Served(
                folder / name.replace(" ", "-") / "instance", {"EVENTDESK_SMTP_URL": box.url} | NO_LIMIT if box else {}
            )
            served.program = ["tests.bench.desk"]
            _, invite = fill_events(served, number=1)
            served.start()
            stack.callback(served.kill9)  # it may be in the middle of a letter that nobody answers
            form = "name=Guest+%23&email=guest#%40users.example"
            plan = Plan(port=served.port, path=invite, count=300, method="POST", body=form)
            cases.append(
                scaled(Case(f"registration, {name}", plan, settle=_settle(lively) if box is lively else None), scale)
            )
        yield from take_turns(cases, rounds)


def measure_letters(rounds: int = 3, scale: float = 1.0) -> Iterator[Result]:
    """Letters by one worker and by two, and by a bare connection that sends the very same bytes just before."""
    people = guests(max(10, round(100 * scale)))
    rates: dict[str, list[tuple[float, float]]] = {"one worker": [], "two workers": []}
    for _ in range(rounds):
        for number, name in enumerate(rates, start=1):
            with tempfile.TemporaryDirectory(prefix="eventdesk-bench-") as folder, _mailbox() as box:
                database = f"sqlite:///{Path(folder) / 'instance' / 'eventdesk.db'}"
                installation = Installation(Path(folder) / "instance", {"EVENTDESK_SMTP_URL": box.url} | NO_LIMIT)
                fill(installation, people)
                with Senders(installation, database, number):
                    box.wait(1, timeout=60)
                    started, first = time.perf_counter(), len(box.deliveries)
                    sent = box.wait(2 * len(people), timeout=600)
                    rate = (len(sent) - first) / (time.perf_counter() - started)
                rates[name].append((_bare(box, sent), rate))
    floors = [bare for pairs in rates.values() for bare, _ in pairs]
    yield Result("letters, a bare connection", floors, [1.0])
    for name, pairs in rates.items():
        yield Result(f"letters, {name}", [rate for _, rate in pairs], [rate / bare for bare, rate in pairs])


def _bare(box: Mailbox, sent: Sequence[Delivery]) -> float:
    """Letters a second by nothing but `smtplib`."""
    with smtplib.SMTP("127.0.0.1", box.port, timeout=30) as server:
        started = time.perf_counter()
        for each in sent:
            server.sendmail(each.sender, each.recipients, each.raw)
        return len(sent) / (time.perf_counter() - started)


@contextmanager
def _mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    box.start()
    try:
        yield box
    finally:
        box.stop()


def _settle(box: Mailbox) -> Callable[[], None]:
    """What waits until no more mail comes, so that it does not weigh on what is measured next."""

    def settle() -> None:
        ends = time.monotonic() + SETTLED
        while not box.quiet_for(2):
            assert time.monotonic() < ends, "the mail of one round takes too long"

    return settle
