"""What the refusals of a mail server mean, by their codes and by what is said beside them. Pure."""

import re
from dataclasses import dataclass

_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_FULL = re.compile(r"mailbox (is )?full|(over|mailbox) quota", re.IGNORECASE)
_CROWDED = re.compile(r"too (many|much|fast|quick)|\brate\b|throttl|unusual", re.IGNORECASE)
#: Enhanced status codes (RFC 3463, and what large hosts made of them) that say as much.
_FULL_CODES, _CROWDED_CODES = ("4.2.2",), ("4.3.2", "4.7.28", "4.7.650")
#: Answers about how we signed in (RFC 4954): whatever the letter, they would be the same.
_OURS = (454, 530, 534, 535, 538)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a server's refusal of one letter means."""

    #: Whether trying again would not help (SMTP 5xx).
    final: bool = False
    #: Whether it takes hours rather than minutes to pass.
    slow: bool = False
    #: Whether the recipient's whole host had better be left alone for a while.
    crowded: bool = False
    #: Whether it is about us and no letter.
    ours: bool = False


def verdict(code: int, said: str) -> Verdict:
    """What the answer to a recipient or to a message means: its code, and what was said beside it."""
    found = _STATUS.match(said)
    status = found[1] if found else ""
    if code in _OURS:
        return Verdict(ours=True)
    if code >= 500:
        return Verdict(final=True)
    if status in _FULL_CODES or _FULL.search(said):
        return Verdict(slow=True)
    return Verdict(crowded=code == 421 or status in _CROWDED_CODES or bool(_CROWDED.search(said)))


#: What the commonest refusals mean (RFC 3463), for whoever has never read one.
_MEANINGS = {
    "1.1": "There is no such address.",
    "1.2": "There is no such mail host.",
    "1.3": "The address is not written as addresses are.",
    "1.10": "This host takes no mail at all.",
    "2.1": "The mailbox is closed.",
    "2.2": "The mailbox is full.",
    "3.4": "The message is too large for them.",
    "4.7": "It took too long, and was given up on the way.",
    "7.1": "They do not want this mail, or not from this server.",
    "7.26": "They cannot tell that it comes from us: look at SPF and DKIM.",
}
_REASON = re.compile(r"(\d{3})(?: \d\.(\d{1,3}\.\d{1,3})\b)?")


def reason_of(error: str) -> str:
    """The part of an error that many letters share: the codes a server gave, or all of it where it gave none."""
    found = _REASON.match(error)
    return found[0] if found else error


def meaning_of(error: str) -> str:
    """The same in plain words; blank where none are known."""
    found = _REASON.match(error)
    return _MEANINGS.get(found[2] or "", "") if found else ""
