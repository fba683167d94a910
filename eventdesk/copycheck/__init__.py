"""The copy checker: an organiser's words, held to the label. A pure function of label, title and text."""

from .checker import check, says_something
from .findings import Finding, Level, Place, Report
from .packs import FaultyPack, Pack, additions, package

__all__ = [
    "FaultyPack",
    "Finding",
    "Level",
    "Pack",
    "Place",
    "Report",
    "additions",
    "check",
    "package",
    "says_something",
]
