"""That the benchmark works: everything is answered as it must be, and the figures are no nonsense. It times nothing."""

import pytest

from tests.bench.measure import measure

pytestmark = [pytest.mark.bench, pytest.mark.slow]


def test_everything_that_is_measured_answers() -> None:
    floor, *others = measure(rounds=1, scale=0.1)

    assert floor.rates[0] > 50
    assert len(others) == 5
    assert all(0.0005 < result.ratios[0] < 2 for result in others), others
