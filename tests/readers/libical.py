"""What libical has against calendars: a JSON list of them from standard input, a list of faults for each to standard output.

A program of its own, so that a crash in the library is a failed test and not the end of all of them.
"""

import ctypes
import json
import re
import sys
from ctypes.util import find_library

#: icalcomponent's way with a name that it does not know: an error, not a guess.
TREAT_AS_ERROR = 3
ERROR = re.compile(r"^X-LIC-ERROR[^:]*:(.*)$", re.MULTILINE)


def library() -> ctypes.CDLL:
    """Libical, strict."""
    found = ctypes.CDLL(find_library("ical"))
    for name, result, given in (
        ("icalparser_parse_string", ctypes.c_void_p, ctypes.c_char_p),
        ("icalrestriction_check", ctypes.c_bool, ctypes.c_void_p),
        ("icalcomponent_count_errors", ctypes.c_int, ctypes.c_void_p),
        ("icalcomponent_as_ical_string", ctypes.c_char_p, ctypes.c_void_p),
    ):
        function = getattr(found, name)
        function.restype, function.argtypes = result, [given]
    found.ical_set_unknown_token_handling_setting(TREAT_AS_ERROR)
    return found


def faults(ical: ctypes.CDLL, calendar: str) -> list[str]:
    """What is wrong with one: what cannot be parsed, and what its METHOD does not allow (RFC 5546 section 3.2)."""
    component = ical.icalparser_parse_string(calendar.encode())
    if not component:
        return ["no calendar"]
    allowed = ical.icalrestriction_check(component)
    errors = ical.icalcomponent_count_errors(component)
    said = ERROR.findall(re.sub(r"\r?\n[ \t]", "", ical.icalcomponent_as_ical_string(component).decode()))
    return sorted({each.strip() for each in said}) or (
        [] if allowed and not errors else [f"{errors} errors; allowed: {allowed}"]
    )


if __name__ == "__main__":
    ical = library()
    json.dump([faults(ical, calendar) for calendar in json.load(sys.stdin)], sys.stdout)
