"""All that a commercial briefing decides."""

from datetime import timedelta

from .rules import (
    Ask,
    Audience,
    Band,
    BankQuestion,
    Because,
    BriefQuestion,
    FirstProgramme,
    Keeping,
    Label,
    LabelRules,
    Naming,
    Stage,
)

RULES = LabelRules(
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
        Ask(name="company", title="Company", limit=120, autocomplete="organization", on_tag=True),
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
    added_signed="I say that each of them registered for this briefing, or asked to be added, and knows that it is there to sell.",
    first_programme=FirstProgramme(
        name="Commercial briefings",
        slug="commercial-briefings",
        purpose="We show what we sell, to people who may want to buy it, and say so beforehand.",
    ),
    crosses_to=Label.COMMUNITY,
    names_twin=Naming.ALWAYS,
    keeping=Keeping(after=timedelta(days=90), followed_up=timedelta(days=730)),
    stages=tuple(Stage),
    kept_question="Did the briefing do what its label said: say plainly what is sold, to whom, and for how much?",
    because=(
        Because(code="hid", said="It hid what it sold."),
        Because(code="unanswered", said="It left open what is offered, or how one pays."),
        Because(code="pressed", said="It pressed me to decide."),
        Because(code="other", said="It was about something else."),
    ),
    heard=False,
    sells=True,
    quoted_said="My words and my name, as written here, may stand on the pages of commercial briefings, until I withdraw them. "
    "Nothing else of this registration is shown there.",
    bank=(
        BankQuestion(
            prompt="What would have to be true for you to change what you do today?",
            reason="So that the briefing answers that, or says plainly that it cannot.",
        ),
        BankQuestion(
            prompt="What did you try that did not work?",
            reason="So that nobody shows you the same again.",
        ),
        BankQuestion(
            prompt="What would you need to see before you decide?",
            reason="So that it is shown, and not only said.",
        ),
    ),
)
