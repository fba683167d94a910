"""Everything a label decides, and the only place where labels are told apart (standard library only).

Each consequence is a field of `LabelRules`, never a branch elsewhere. To give a label another consequence, add a
field here; to change what its texts say, open `templates/copy/<label>/`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum


class Label(StrEnum):
    """What an event promises to be. There is no third."""

    COMMUNITY = "community"
    COMMERCIAL = "commercial"


class Audience(StrEnum):
    """Whom a label addresses, and so on which list people are kept."""

    USERS = "users"
    BUYERS = "buyers"


@dataclass(frozen=True)
class Brief:
    """The four answers of an event that sells; all blank for one that does not."""

    audience: str = ""
    reason: str = ""
    offer: str = ""
    payment: str = ""

    def __getitem__(self, name: str) -> str:
        return str(getattr(self, name))


BRIEF_NAMES = tuple(field.name for field in fields(Brief))


@dataclass(frozen=True, kw_only=True)
class BriefQuestion:
    """One of the four questions: the field it fills, how it is put, and what helps to answer it."""

    name: str
    title: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is asked at registration beyond name and email."""

    name: str
    title: str
    limit: int
    autocomplete: str


@dataclass(frozen=True, kw_only=True)
class FirstProgramme:
    """The programme an installation begins with under a label."""

    name: str
    slug: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class LabelRules:
    """All consequences of one label."""

    label: Label
    audience: Audience
    noun: str
    plural: str
    word: str
    people: str
    list_name: str
    mark: str
    colour: str
    promise: str
    door: str
    register: str
    summary_prefix: str
    calendar_name: str
    charter: tuple[str, ...]
    asks: tuple[Ask, ...]
    brief: tuple[BriefQuestion, ...]
    needs_postal_address: bool
    first_programme: FirstProgramme

    def promise_of(self, hosts: Sequence[str], sender: str) -> str:
        """The promise as one line, naming the hosts, or the programme's sender where there are none."""
        return self.promise.format(host=joined(hosts) or sender)


def joined(names: Sequence[str]) -> str:
    """'A', 'A and B', 'A, B and C'."""
    *head, last = names or [""]
    return f"{', '.join(head)} and {last}" if head else last


RULES: dict[Label, LabelRules] = {
    Label.COMMUNITY: LabelRules(
        label=Label.COMMUNITY,
        audience=Audience.USERS,
        noun="community session",
        plural="community sessions",
        word="COMMUNITY",
        people="users",
        list_name="users’ list",
        mark="ring",
        colour="seagreen",
        promise="This is a community session. Nobody may sell to you here.",
        door="For people who use it: meet each other, see how it is done, and talk about what did not work.",
        register="Register for the community session",
        summary_prefix="Community session",
        calendar_name="Community sessions",
        charter=(
            "Nobody sells here: not the host, not a speaker, not a sponsor.",
            "Speakers show how a thing is done, and say what did not work.",
            "Any product may be talked about, competitors included.",
            "Nobody is asked for a company, a budget or a plan to buy.",
            "The list of those who come stays with this community.",
        ),
        asks=(),
        brief=(),
        needs_postal_address=False,
        first_programme=FirstProgramme(
            name="Community sessions",
            slug="community-sessions",
            purpose="We bring people together who use the same thing, and share how it is done. "
            "Whoever comes may speak; nobody may sell.",
        ),
    ),
    Label.COMMERCIAL: LabelRules(
        label=Label.COMMERCIAL,
        audience=Audience.BUYERS,
        noun="commercial briefing",
        plural="commercial briefings",
        word="COMMERCIAL",
        people="buyers",
        list_name="buyers’ list",
        mark="handshake",
        colour="darkorange",
        promise="This is a commercial briefing. {host} would like your business.",
        door="For people who may buy: hear what is offered, for whom, why, and how it is paid for.",
        register="Register for the commercial briefing",
        summary_prefix="Commercial briefing",
        calendar_name="Commercial briefings",
        charter=(),
        asks=(
            Ask(name="company", title="Company", limit=120, autocomplete="organization"),
            Ask(name="role", title="Role", limit=120, autocomplete="organization-title"),
        ),
        brief=(
            BriefQuestion(
                name="audience",
                title="Who is it for?",
                hint="The people you would like to see there, so that the others stay away.",
            ),
            BriefQuestion(
                name="reason",
                title="Why would they want to hear it?",
                hint="The trouble they have, in their words.",
            ),
            BriefQuestion(name="offer", title="What is offered?", hint="The product or service, by its name."),
            BriefQuestion(
                name="payment", title="How do they pay for it?", hint="Once, by month, by user: and from what on."
            ),
        ),
        needs_postal_address=True,
        first_programme=FirstProgramme(
            name="Commercial briefings",
            slug="commercial-briefings",
            purpose="We show what we sell, to people who may want to buy it, and say so beforehand.",
        ),
    ),
}

RULES_BY_AUDIENCE: dict[Audience, LabelRules] = {rules.audience: rules for rules in RULES.values()}
