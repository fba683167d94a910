"""Everything a label decides, and the only place where labels are told apart (standard library only).

Each consequence is a field of `LabelRules`, never a branch elsewhere. To give a label another consequence, add a
field here; to change what its texts say, open `templates/copy/<label>/`.
"""

import re
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
class NeverAsked:
    """Something a label never asks of a person, and the words that give it away; `questions/rules.py` reads them.

    In a phrase, `/` parts words of which one is enough, `…` stands for up to three words, `.` for the end; a
    plural is understood.
    """

    what: str
    #: Wherever they stand.
    phrases: tuple[str, ...]
    #: Where a question says little else: “Company:” asks the person for theirs, “Which company wrote it?” does not.
    alone: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """What hosts and speakers promise of their own part under a label, in the words of each place where it is told."""

    #: What one says by it.
    said: str
    button: str
    #: Beside a name.
    given: str
    not_yet: str


@dataclass(frozen=True, kw_only=True)
class Band:
    """How the band looks in mail, where no style sheet and no picture can be counted on; as on our pages."""

    paper: str
    ink: str
    edge: str
    sign: str


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
    band: Band
    promise: str
    door: str
    register: str
    summary_prefix: str
    calendar_name: str
    charter: tuple[str, ...]
    #: By which hosts and speakers take the charter upon themselves; None where there is no charter.
    pledge: Pledge | None
    asks: tuple[Ask, ...]
    #: What an event's own questions may not ask either, and why.
    never_asks: tuple[NeverAsked, ...]
    never_asks_because: str
    brief: tuple[BriefQuestion, ...]
    needs_postal_address: bool
    #: By which button one asks to be told of the next event, what one agrees to by it, what an organiser signs for others.
    tell_me: str
    tell_me_said: str
    signed: str
    first_programme: FirstProgramme

    def promise_of(self, hosts: Sequence[str], sender: str) -> str:
        """The promise as one line, naming the hosts, or the programme's sender where there are none."""
        return self.promise.format(host=joined(hosts) or sender)

    def agreed(self, sender: str) -> str:
        """What one agrees to who asks the programme's sender to be told of the next event; kept to the letter."""
        return self.tell_me_said.format(sender=sender)

    def belied_by(self, said: str) -> str:
        """Why a text cannot stand under this label: it makes another label's promise. Blank when it does not."""
        words = _plain(said)
        for other in RULES.values():
            for sentence in other.promise.format(host="").split(". "):
                if other is not self and f" {_plain(sentence).strip()} " in words:
                    return f"“{sentence.strip(' .')}” is what a {other.noun} promises, and this is a {self.noun}. Take it out."
        return ""


def _plain(said: str) -> str:
    """The words alone, whatever stands between them."""
    words = re.findall(r"[^\W_]+", said.casefold())
    return f" {' '.join(words)} "


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
        band=Band(paper="#155e3b", ink="#ffffff", edge="dotted", sign="◌"),
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
        pledge=Pledge(
            said="I have read the charter, and I will not sell anything to anybody at this session.",
            button="Pledge not to sell",
            given="has pledged not to sell",
            not_yet="has not pledged yet",
        ),
        asks=(),
        never_asks=(
            NeverAsked(
                what="a company",
                phrases=(
                    "your/my/our/own company/employer/organisation/organization/firm/corporation/workplace",
                    "your/my/our current/present/own company/employer/organisation/organization/firm",
                    "company/employer/organisation/organization/firm … you work/worked/represent/own/run/lead",
                    "company/employer/organisation/organization/firm are you with/from/at/in",
                    "company/employer/organisation/organization/firm name",
                    "name of the/a company/employer/organisation/organization/firm",
                    "company/organisation/organization/firm size",
                    "size of the/your company/organisation/organization/firm",
                    "who/whom do you work",
                    "where do you work .",
                    "who/whom are you working",
                    "who employs/pays you",
                    "employed by/at/with",
                    "work for/at/in a/an/the … company/employer/organisation/organization/firm/corporation",
                    "how many employees",
                    "number of employees",
                    "work/company/business/corporate email/mail/phone",
                ),
                alone=("company", "employer", "organisation", "organization", "firm", "business", "workplace"),
            ),
            NeverAsked(
                what="a budget",
                phrases=(
                    "your/my/our/the/what/which/annual/yearly/monthly/approved/available/training/it/tool budget",
                    "have/has/got budget",
                    "have/has/got a/any/the budget",
                    "budget under/over/below/above/range/size/holder/owner/available/approved",
                    "how much do/does/did/would/could/can/will you/we/i spend/pay/invest",
                    "what do/would/could/can/will you/we spend/pay",
                    "what/how much are/is you/it willing/ready/able",
                    "how much money",
                    "willing/ready/able/prepared to pay/spend/invest",
                ),
                alone=("budget", "spend", "spending"),
            ),
            NeverAsked(
                what="a plan to buy",
                phrases=(
                    "plan/intend/want/wish/hope/like/ready/likely/able/willing/looking/going/planning/intending to buy/purchase/procure",
                    "considering/interested … buying/purchasing/purchase/procuring",
                    "plan/planning/thinking on/of/about buying/purchasing",
                    "would/will/might/may you/your … buy/purchase",
                    "when/what/which … you buy/purchase next",
                    "buying/purchase/purchasing/procurement intent/intention/plan/decision/timeline/timeframe/process/authority/date",
                    "decision maker",
                    "approve/authorise/authorize/sign … purchase/buying/purchasing/spending",
                    "our/the sales team/people/person/call/representative",
                    "sales … call/contact/reach you",
                    "contacted/called by sales",
                    "like/want/get/need a/an/your/our sales call",
                    "like/want/get/need a/an/your/our quote/quotation",
                ),
                alone=("purchase", "purchasing", "buying", "procurement"),
            ),
        ),
        never_asks_because="People come here to share how a thing is done. Whoever is asked for a company, a budget or a "
        "plan to buy is being sold to, and this list of people is kept free of all three.",
        brief=(),
        needs_postal_address=False,
        tell_me="Tell me of the next community session",
        tell_me_said="{sender} may write to this address when a community session is announced. "
        "Nobody sells in these mails, and one click in any of them ends them.",
        signed="I say that each of them agreed to hear of community sessions, and that this is no list of customers.",
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
        band=Band(paper="#f2ac24", ink="#231700", edge="double", sign="⇄"),
        promise="This is a commercial briefing. {host} would like your business.",
        door="For people who may buy: hear what is offered, for whom, why, and how it is paid for.",
        register="Register for the commercial briefing",
        summary_prefix="Commercial briefing",
        calendar_name="Commercial briefings",
        charter=(),
        pledge=None,
        asks=(
            Ask(name="company", title="Company", limit=120, autocomplete="organization"),
            Ask(name="role", title="Role", limit=120, autocomplete="organization-title"),
        ),
        never_asks=(),
        never_asks_because="",
        brief=(
            BriefQuestion(name="audience", title="Who is it for?", hint="Whom you want there; others then stay away."),
            BriefQuestion(
                name="reason", title="Why would they want to hear it?", hint="The trouble they have, in their words."
            ),
            BriefQuestion(name="offer", title="What is offered?", hint="The product or service, by its name."),
            BriefQuestion(
                name="payment", title="How do they pay for it?", hint="Once, by month, by user: and from what on."
            ),
        ),
        needs_postal_address=True,
        tell_me="Tell me of the next commercial briefing",
        tell_me_said="{sender} may write to this address when a commercial briefing is announced. "
        "These mails are there to sell, and one click in any of them ends them.",
        signed="I say that each of them agreed to hear of what we sell, or has bought it from us and did not object.",
        first_programme=FirstProgramme(
            name="Commercial briefings",
            slug="commercial-briefings",
            purpose="We show what we sell, to people who may want to buy it, and say so beforehand.",
        ),
    ),
}

RULES_BY_AUDIENCE: dict[Audience, LabelRules] = {rules.audience: rules for rules in RULES.values()}
