"""Carries the year's acts out through the application's own services, each at its own time.

What happens under one label until the next event is over is one transaction: services join the one they are called in, so
that a year is played in seconds. After each event the clock's own work is done, as the worker does it within the hour.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from eventdesk.db import writing
from eventdesk.labels import RULES
from eventdesk.links import Links
from eventdesk.organisers.rules import Actor
from eventdesk.retention.service import close_events, remove_due
from eventdesk.standing.service import forget_unconfirmed
from tests.year.acts import Act, What, Year
from tests.year.deeds import Deeds

HOUR = timedelta(hours=1)
#: A removal looks at all events once more: in so many days is soon enough.
BETWEEN_REMOVALS = timedelta(days=20)


class Player(Deeds):
    """Plays one year."""

    def __init__(
        self,
        year: Year,
        links: Links,
        actors: Mapping[str, Actor],
        programmes: Mapping[str, str],
        *,
        forgets: bool = False,
    ) -> None:
        super().__init__(year, links, actors, programmes)
        #: Whether people are removed when their time is over, as the worker does; else nobody ever is.
        self.forgets, self.removes_at = forgets, year.acts[0].at

    def play(self, tell: Callable[[datetime], None] = lambda now: None) -> None:
        """All of it; `tell` is told the time."""
        ends = {each.over.replace(minute=0) + HOUR for each in self.year.meetings}
        acts = list(self.year.acts)
        for now in sorted({at for at in ends if at < self.year.ends_at} | {self.year.ends_at}):
            due = [act for act in acts if act.at < now]
            acts = acts[len(due) :]
            for label in RULES:
                with writing():
                    for run in _runs([act for act in due if act.label == label]):
                        tell(run[0].at)
                        self._carry_out(run)
            tell(now)
            self._clock(now)

    def _clock(self, now: datetime) -> None:
        """What the worker does each hour."""
        forget_unconfirmed(now)
        close_events(now)
        if self.forgets and now >= self.removes_at:
            remove_due(now)
            self.removes_at = now + BETWEEN_REMOVALS

    def _carry_out(self, run: Sequence[Act]) -> None:
        act = run[0]
        if act.what is What.INVITED and not act.said["alone"]:
            self.invite_round(run)
        else:
            done: Mapping[What, Callable[[Act], None]] = {
                What.PROMISED: self.promise,
                What.PUBLISHED: self.publish,
                What.CALLED_OFF: self.call_off,
                What.LINKED: self.link,
                What.INVITED: self.invite,
                What.WRITTEN_UP: self.write_up,
                What.REGISTERED: self.register,
                What.LEFT: self.leave,
                What.CAME_IN: self.let_in,
                What.MARKED: self.mark,
                What.STAGED: self.stage,
                What.ANSWERED: self.answer,
                What.ASKED: self.ask,
                What.CONFIRMED: self.confirm,
                What.CROSSED: self.cross,
                What.ENDED: self.end,
                What.STOPPED: self.stop,
                What.SAID: self.say,
                What.VOTED: self.vote,
                What.REPLIED: self.reply,
                What.HIDDEN: self.hide,
                What.SHOWN: self.show,
                What.TAKEN_BACK: self.take_back,
                What.ERASED: self.erase,
                What.ERASED_ONE: self.erase_one,
            }
            done[act.what](act)


def _runs(acts: Sequence[Act]) -> Iterator[list[Act]]:
    """Each act by itself, but for a round of invitations."""
    for (what, *_, alone), together in groupby(
        acts, key=lambda act: (act.what, act.event, act.at, act.said.get("alone"))
    ):
        if what is What.INVITED and not alone:
            yield list(together)
        else:
            yield from ([act] for act in together)
