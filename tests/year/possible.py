"""Of all that is wished, what can happen: nobody leaves who is not there, and nobody who was erased does anything more. Pure."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from tests.year.acts import Act, Meeting, What

#: So long after an event one still has a say by one's registration: shorter than it is kept.
HAS_A_SAY = timedelta(days=60)
UNCONFIRMED_LASTS = timedelta(days=6)


def possible(wishes: Sequence[Act], planned: Sequence[Meeting]) -> list[Act]:
    """The acts that can happen, each after the ones before it."""
    return list(Sieve(planned).sifted(wishes))


class Sieve:
    """What is there, as far as it decides about what can come."""

    def __init__(self, planned: Sequence[Meeting]) -> None:
        self.planned = planned
        #: By event and person: "seat", "waits" or "left"; what is erased is not there.
        self.there: dict[tuple[int, int], str] = {}
        self.invited: set[tuple[int, int]] = set()
        self.marked: dict[tuple[int, int], bool] = {}
        self.answered: set[tuple[int, int]] = set()
        self.stage: dict[tuple[int, int], tuple[object, ...]] = {}
        self.standing: dict[tuple[str, int], Act] = {}
        #: Who had themselves erased, and is not seen again; and from what they were taken out.
        self.gone: set[tuple[str, int]] = set()
        self.refused: set[tuple[str, int]] = set()
        self.taken_out: set[tuple[int, int]] = set()
        self.said: dict[int, tuple[Act, str]] = {}
        self.voted: set[tuple[int, int]] = set()
        self.written_up: set[int] = set()

    def sifted(self, wishes: Sequence[Act]) -> Iterator[Act]:
        """Those that can happen."""
        can: dict[What, Callable[[Act], bool]] = {
            What.INVITED: self._invited,
            What.REGISTERED: self._registered,
            What.CAME_IN: self._came_in,
            What.LEFT: self._left,
            What.MARKED: self._marked,
            What.STAGED: self._staged,
            What.ANSWERED: self._answered,
            What.ASKED: self._asked,
            What.CONFIRMED: self._confirmed,
            What.CROSSED: self._crossed,
            What.ENDED: self._ended,
            What.STOPPED: self._stopped,
            What.WRITTEN_UP: self._written_up,
            What.SAID: self._said,
            What.VOTED: self._voted,
            What.REPLIED: self._open_to_hosts,
            What.HIDDEN: self._hidden,
            What.SHOWN: self._shown,
            What.TAKEN_BACK: self._taken_back,
            What.ERASED: self._erased,
            What.ERASED_ONE: self._erased_one,
        }
        for act in wishes:
            if (act.label, act.who) in self.gone and not act.said.get("returns"):
                continue
            if act.what not in can or can[act.what](act):
                self.gone.discard((act.label, act.who))
                yield act
                if act.what is What.ERASED:
                    self.gone.add((act.label, act.who))

    def _open(self, act: Act) -> bool:
        each = self.planned[act.event]
        return each.published < act.at < each.over and not (each.called_off and act.at >= each.called_off)

    def _invited(self, act: Act) -> bool:
        key = act.event, act.who
        known = (
            key in self.invited or key in self.there or key in self.taken_out or (act.label, act.who) in self.refused
        )
        if known or not self._open(act):
            return False
        self.invited.add(key)
        return True

    def _registered(self, act: Act) -> bool:
        key, seats = (act.event, act.who), self.planned[act.event].seats
        invited = act.said.get("invited") and key not in self.invited
        if not self._open(act) or invited or key in self.taken_out or self.there.get(key, "left") != "left":
            return False
        taken = sum(1 for (event, _), state in self.there.items() if event == act.event and state != "left")
        self.there[key] = "waits" if seats is not None and taken >= seats else "seat"
        return True

    def _came_in(self, act: Act) -> bool:
        if self.planned[act.event].called_off or self.planned[act.event].seats is not None:
            return False
        self.there[act.event, act.who] = "seat"
        self.marked[act.event, act.who] = True
        return True

    def _left(self, act: Act) -> bool:
        key = act.event, act.who
        # where some wait nobody gives a seat back: who moves up is another story
        if not self._open(act) or self.there.get(key) != "seat" or self.planned[act.event].seats is not None:
            return False
        self.there[key] = "left"
        return True

    def _marked(self, act: Act) -> bool:
        key, came = (act.event, act.who), act.said["came"]
        if self.planned[act.event].called_off or self.there.get(key) != "seat" or self.marked.get(key) is came:
            return False
        if key in self.answered:
            return False
        self.marked[key] = came
        return True

    def _answered(self, act: Act) -> bool:
        key = act.event, act.who
        if not self.marked.get(key) or self.there.get(key) != "seat" or key in self.answered:
            return False
        self.answered.add(key)
        return True

    def _staged(self, act: Act) -> bool:
        key, wanted = (act.event, act.who), (act.said["stage"], act.said["value"], act.said["currency"])
        if self.there.get(key) != "seat" or self.planned[act.event].called_off:
            return False
        if self.stage.get(key, ("new", None, "")) == wanted:
            return False
        self.stage[key] = wanted
        return True

    def _asked(self, act: Act) -> bool:
        return self.standing.setdefault((act.label, act.who), act) is act

    def _confirmed(self, act: Act) -> bool:
        entry = self.standing.get((act.label, act.who))
        if entry is None or entry.what is not What.ASKED or act.at - entry.at > UNCONFIRMED_LASTS:
            return False
        self.standing[act.label, act.who] = act
        self.refused.discard((act.label, act.who))
        return True

    def _crossed(self, act: Act) -> bool:
        self.refused.discard((act.label, act.who))
        return self.standing.setdefault((act.label, act.who), act) is act

    def _ended(self, act: Act) -> bool:
        entry = self.standing.get((act.label, act.who))
        if entry is None or entry.what is What.ASKED:
            return False
        del self.standing[act.label, act.who]
        return True

    def _stopped(self, act: Act) -> bool:
        self.standing.pop((act.label, act.who), None)
        self.refused.add((act.label, act.who))
        return True

    def _written_up(self, act: Act) -> bool:
        self.written_up.add(act.event)
        return True

    def _has_a_say(self, act: Act) -> bool:
        return self.there.get((act.event, act.who)) == "seat" and act.at < self.planned[act.event].over + HAS_A_SAY

    def _stands(self, number: int) -> bool:
        return number in self.said and self.said[number][1] == "stands"

    def _said(self, act: Act) -> bool:
        to, kind = act.said.get("to"), act.said["kind"]
        if not self._has_a_say(act) or (to is not None and not (self._stands(to) and self.said[to][0].who != act.who)):
            return False
        if (kind == "comment" and act.event not in self.written_up) or (kind == "question" and not self._to_come(act)):
            return False
        self.said[act.said["number"]] = act, "stands"
        return True

    def _to_come(self, act: Act) -> bool:
        each = self.planned[act.said["on"]]
        return bool(each.published < act.at < (each.called_off or each.over))

    def _voted(self, act: Act) -> bool:
        number = act.said["on"]
        key = number, act.who
        if (
            not self._has_a_say(act)
            or not self._stands(number)
            or key in self.voted
            or self.said[number][0].who == act.who
        ):
            return False
        self.voted.add(key)
        return True

    def _open_to_hosts(self, act: Act) -> bool:
        return self._stands(act.said["on"])

    def _hidden(self, act: Act) -> bool:
        return self._becomes(act, "stands", "hidden")

    def _shown(self, act: Act) -> bool:
        return self._becomes(act, "hidden", "stands")

    def _taken_back(self, act: Act) -> bool:
        return self._has_a_say(act) and self._becomes(act, "stands", "taken back")

    def _becomes(self, act: Act, before: str, after: str) -> bool:
        number = act.said["on"]
        if number not in self.said or self.said[number][1] != before:
            return False
        self.said[number] = self.said[number][0], after
        return True

    def _erased(self, act: Act) -> bool:
        for key in [key for key in self.there if self._is(key, act)]:
            del self.there[key]
            self.taken_out.add(key)
        self.standing.pop((act.label, act.who), None)
        for number, (said, state) in self.said.items():
            if said.who == act.who and state == "stands":
                self.said[number] = said, "taken back"
        return True

    def _is(self, key: tuple[int, int], act: Act) -> bool:
        return key[1] == act.who and self.planned[key[0]].label == act.label

    def _erased_one(self, act: Act) -> bool:
        key = act.event, act.who
        self.taken_out.add(key)
        return self.there.pop(key, None) is not None
