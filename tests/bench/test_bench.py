"""That the benchmark works: everything is answered as it must be, and the figures are no nonsense. It times nothing."""

import pytest

from tests.bench.mail import measure_letters, measure_registrations
from tests.bench.measure import measure

pytestmark = [pytest.mark.bench, pytest.mark.slow]


def test_everything_that_is_measured_answers() -> None:
    floor, *others = measure(rounds=1, scale=0.1)

    assert floor.rates[0] > 50
    assert len(others) == 5
    assert all(0.0005 < result.ratios[0] < 2 for result in others), others


def test_registrations_do_not_feel_a_mail_server_that_hangs() -> None:
    floor, hangs, drips, lively = measure_registrations(rounds=1, scale=0.2)

    assert floor.rates[0] > 3
    assert min(hangs.ratios[0], drips.ratios[0]) > 0.4, (hangs, drips)
    assert lively.ratios[0] > 0.1, lively


def test_letters_go_out_at_a_fair_pace() -> None:
    bare, one, two = measure_letters(rounds=1, scale=0.2)

    assert bare.rates[0] > 20
    assert min(one.rates[0], two.rates[0]) > 2, (one, two)
