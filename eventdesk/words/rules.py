"""What an organiser may write in a channel: known placeholders, none missing that its reader needs, one promise. Pure."""

import re

from ..channels import CHANNELS, Channel
from ..errors import Refused
from ..labels import LabelRules, belied_by
from ..placeholders import PLACEHOLDERS, Fault, faults, names_in, used
from ..wording import Words

_NEEDED = {
    "manage_link": "without it nobody can look at their registration, or give a seat back",
    "link": "without it nobody finds the way to register",
    "changes": "without it nobody hears what has changed",
    "deadline": "without it nobody knows until when the seat is theirs to take",
    "message": "without it nobody reads what you write to them",
}


def checked(channel: Channel, rules: LabelRules, *, subject: str, body: str) -> Words:
    """What was typed, without the promise, which stands before it anyway. Raises Refused at `subject` or `body`."""
    own = _without_promise(rules, body)
    problems = {"subject": [f"{each.said[0].upper()}{each.said[1:]}" for each in _faults(channel, subject)]}
    problems["subject"] += filter(None, [belied_by(rules, subject)])
    if own:
        wrong = [f"Line {each.line}: {each.said}" for each in _faults(channel, body)]
        problems["body"] = [*wrong, *filter(None, [belied_by(rules, body)]), *_lacking(channel, own)]
    else:
        problems["body"] = ["Write something, or go back to the generated text."]
    if found := {name: said for name, said in problems.items() if said}:
        raise Refused(found)
    return Words(subject, own)


def _faults(channel: Channel, words: str) -> list[Fault]:
    known = names_in(channel)
    return faults(words, known, set(PLACEHOLDERS) - set(known))


def _lacking(channel: Channel, own: str) -> list[str]:
    there = used(own)
    return [f"Keep {{{name}}}: {_NEEDED[name]}." for name in CHANNELS[channel].keeps if name not in there]


def _promise(rules: LabelRules) -> re.Pattern[str]:
    """A label's promise, whoever makes it."""
    return re.compile(re.escape(rules.promise).replace(r"\{host\}", ".+"), re.IGNORECASE)


def _without_promise(rules: LabelRules, body: str) -> str:
    """The body without a first line that is the label's own promise, as it is when the whole text was copied here."""
    first, _, rest = body.strip().partition("\n")
    return rest.strip() if _promise(rules).fullmatch(first.strip()) else body.strip()
