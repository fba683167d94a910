"""`python -m tests.year INSTANCE`: fill an empty installation with the simulated year, ending a few days before today.

Ada is its owner, Cora organises the community sessions and Bert the commercial briefings, all with the passphrase of
`tests/cast.py`; then `EVENTDESK_INSTANCE=INSTANCE eventdesk serve` shows it.
"""

import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from eventdesk import clock, config, create_app
from eventdesk.migrations import upgrade
from eventdesk.programmes.service import set_up
from tests.cast import ADA, BERT, CORA, PASSPHRASE
from tests.year.calendar import month
from tests.year.furnished import furnish
from tests.year.installed import installed
from tests.year.plan import simulate


def fill(instance: Path, today: date) -> None:
    """Play the year that ends with this month, or the one before where this has just begun."""
    until = today if today.day >= 16 else today.replace(day=1) - timedelta(days=1)
    settings = config.load({"EVENTDESK_INSTANCE": str(instance)})
    upgrade(settings.database_url)
    year = simulate(until)
    before = datetime.combine(month(until, -1), time(), UTC)
    with create_app(settings).app_context():
        account = {"name": ADA.name, "email": ADA.email, "passphrase": PASSPHRASE}
        set_up(organisation="Lathe Lane Software", timezone="Europe/Oslo", **account, now=before)
        player = installed(year, settings.links, before, forgets=True)
        player.play()
        furnish(player, clock.now())


if __name__ == "__main__":
    fill(Path(sys.argv[1]), clock.now().date())
    print(f"Sign in as {ADA.email}, {CORA.email} or {BERT.email}, with “{PASSPHRASE}”.")
