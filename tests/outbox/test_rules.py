"""What a mail server's answer means, and when a letter is tried again."""

from datetime import timedelta

import pytest

from eventdesk.outbox.refusals import Verdict, meaning_of, reason_of, verdict
from eventdesk.outbox.rules import JITTER, LEAST_ATTEMPTS, PATIENCE, SLOW_STEPS, STEPS, next_attempt
from tests.conftest import NOW

FINAL, SOON, SLOW = Verdict(final=True), Verdict(), Verdict(slow=True)
CROWDED, OURS = Verdict(crowded=True), Verdict(ours=True)


@pytest.mark.parametrize(
    ("code", "said", "means"),
    [
        (550, "5.1.1 nobody of that name", FINAL),
        (552, "5.2.2 The mailbox is full", FINAL),
        (554, "5.7.1 Message refused: too many links", FINAL),
        (450, "4.2.0 Greylisted, see you in five minutes", SOON),
        (451, "4.7.1 Please try again later", SOON),
        (452, "4.2.2 Over quota", SLOW),
        (452, "The mailbox is full", SLOW),
        (421, "4.4.2 Bad connection", CROWDED),
        (421, "4.7.28 Unusual rate of mail from you", CROWDED),
        (450, "4.7.28 slow down", CROWDED),
        (451, "Too many messages from your address", CROWDED),
        (452, "4.3.2 Too many connections", CROWDED),
        (530, "5.7.0 Authentication required", OURS),
        (535, "5.7.8 no", OURS),
    ],
)
def test_an_answer_says_what_to_do(code: int, said: str, means: Verdict) -> None:
    assert verdict(code, said) == means


def test_attempts_come_after_longer_and_longer_until_patience_ends() -> None:
    waits = [next_attempt(NOW, number, NOW) for number in (1, 2, 5, 99)]
    slow = [next_attempt(NOW, number, NOW, slow=True) for number in (1, 99)]
    by_chance = next_attempt(NOW, 2, NOW, chance=1.0)
    late = NOW + PATIENCE

    assert waits == [NOW + STEPS[0], NOW + STEPS[1], NOW + STEPS[-1], NOW + STEPS[-1]]
    assert slow == [NOW + SLOW_STEPS[0], NOW + SLOW_STEPS[-1]]
    assert by_chance == NOW + STEPS[1] * (1 + JITTER)
    assert next_attempt(NOW, LEAST_ATTEMPTS, late) is None
    assert next_attempt(NOW, LEAST_ATTEMPTS - 1, late) == late + STEPS[-1]
    assert next_attempt(NOW, LEAST_ATTEMPTS, late - timedelta(hours=4)) == late


def test_errors_are_told_by_what_they_share() -> None:
    errors = ["550 5.1.1 <the recipient>: nobody 8a7", "554 5.1.1 gone b12", "554 no", "a program error: KeyError"]

    assert [reason_of(error) for error in errors] == ["550 5.1.1", "554 5.1.1", "554", "a program error: KeyError"]
    assert [meaning_of(error) for error in errors] == ["There is no such address."] * 2 + ["", ""]
