"""What a role opens, and what a passphrase must be. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from ..labels import RULES, Label

OWNER = "owner"
#: A label's name makes an organiser of that label alone.
ROLES = (*(label.value for label in RULES), OWNER)
#: NIST SP 800-63B-4: length, and no rules of composition.
PASSPHRASE_LENGTH = 15
PASSPHRASE_MOST = 256
SIGN_IN_LASTS = timedelta(days=14)
INVITATION_LASTS = timedelta(days=14)
RESET_LASTS = timedelta(hours=1)
#: The two letters about a link for a new passphrase: it was asked for, or an owner made it.
RESET_ASKED, RESET_MADE = 0, 1
#: What programs call themselves in User-Agent, the more particular first: most claim to be several.
PROGRAMS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrom": "Chrome", "Safari": "Safari", "curl": "curl"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "an iPhone",
    "iPad": "an iPad",
    "Windows": "Windows",
    "Mac OS": "a Mac",
    "CrOS": "a Chromebook",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class Actor:
    """Who does a thing: an organiser's id, the labels they may open, the events whose door alone they keep."""

    id: int | None
    labels: frozenset[Label]
    doors: frozenset[int] = frozenset()
    is_owner: bool = False


#: Whoever can run commands on the machine may do everything.
COMMAND_LINE = Actor(None, frozenset(RULES), is_owner=True)


def labels_of(roles: Iterable[str]) -> frozenset[Label]:
    """The labels these roles open; the owner's opens all."""
    held = set(roles)
    return frozenset(label for label in RULES if OWNER in held or label.value in held)


def role_words(role: str) -> str:
    """A role as one says it: "owner", "organiser of …"."""
    return {label.value: f"organiser of {rules.plural}" for label, rules in RULES.items()}.get(role, role)


def may_grant(actor: Actor, role: str) -> bool:
    """Whether the actor may offer, give and take a role: owners any, others what they hold themselves."""
    return role in ROLES and (actor.is_owner or role in {label.value for label in actor.labels})


def browser_words(user_agent: str) -> str:
    """The program and system a User-Agent names, in words: "Firefox on Linux"; as much of it as is known."""
    program = next((name for sign, name in PROGRAMS.items() if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    return " on ".join(filter(None, (program or (system and "A browser"), system)))


def passphrase_problem(passphrase: str) -> str:
    """Why a passphrase cannot be taken; blank when it can."""
    if len(passphrase) < PASSPHRASE_LENGTH:
        return f"Use {PASSPHRASE_LENGTH} characters or more: a few words that only you would put together."
    if len(passphrase) > PASSPHRASE_MOST:
        return f"Use {PASSPHRASE_MOST} characters at most."
    if len(set(passphrase)) < 4:
        return "This repeats itself too much to be safe. Use a few words."
    return ""
