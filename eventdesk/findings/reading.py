"""Words read against their label by the rules of this process: the package's, and the organiser's own."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ..copycheck import Pack, Report, additions, check
from ..errors import DomainError
from ..labels import RULES, Brief, Label, LabelRules
from .rules import Notes, noted

#: In the instance folder: where an organiser's own rules are.
FOLDER = "copycheck"
UNUSED = "None of your own rules is used until that is mended."


class _Own:
    """The organiser's own rules with the package's; none while a file of theirs is at fault."""

    packs: Mapping[Label, Pack] | None = None
    fault = ""


def use(instance: Path) -> None:
    """From now on, hold words to the organiser's own rules in this instance folder too. A faulty file stops nothing."""
    _Own.packs, _Own.fault = None, faults_in(instance)
    if not _Own.fault:
        _Own.packs = additions(instance / FOLDER)
    read.cache_clear()


def faults_in(instance: Path) -> str:
    """What is wrong with the organiser's own rules, in words; blank where nothing is."""
    try:
        additions(instance / FOLDER)
    except DomainError as error:
        return f"{FOLDER}/{error.message} {UNUSED}"
    except (OSError, UnicodeError) as error:
        return f"{FOLDER}: {error}. {UNUSED}"
    return ""


def fault() -> str:
    """What is wrong with the organiser's own rules in this process, in words; blank where nothing is."""
    return _Own.fault


@lru_cache(maxsize=64)
def read(label: Label, title: str, text: str, brief: Brief = Brief()) -> Report:  # noqa: B008 - frozen
    """What a title and a text, as typed, say against their label.

    The last ones are remembered: whoever reads before a transaction need not read inside it.
    """
    return check(RULES[label], title, text, brief, packs=_Own.packs)


def prepare() -> None:
    """Have at hand what reading needs, before the first words are typed: it takes a moment."""
    for label in RULES:
        read(label, "", "")


def advised(rules: LabelRules, text: str, title: str = "") -> Notes:
    """What is to be noted beside words that are no event's: advice, and no questions of a brief."""
    report = read(rules.label, title, text)
    return Notes(notes=noted(rules, report, title, text, {}).notes, missing={})
