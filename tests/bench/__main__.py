"""`python -m tests.bench`: measure, and print the table."""

import argparse

from tests.bench.mail import measure_letters, measure_registrations
from tests.bench.measure import HEAD, measure

if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--scale", type=float, default=1.0, help="times the usual number of requests")
    given = options.parse_args()
    for what in (measure, measure_registrations, measure_letters):
        print(HEAD)
        for result in what(given.rounds, given.scale):
            print(result.row, flush=True)
        print()
