"""Which column of which table is about a person: the one place that says so, and a test fails for a column it leaves out.

What people see and download of themselves, and what erasing and removing takes, follows from `HELD`: a new personal
column is in all of it once it stands here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import MetaData

from .consent.models import CHOICES, ConsentEntry
from .evenings.models import Quotation
from .invites.models import INVITATIONS
from .labels import RULES_BY_AUDIENCE, Audience
from .lists.models import CALENDARS, LISTS
from .standing.models import STANDING
from .suggestions.models import Contribution, Vote

_WHO = {"name": "Name", "email": "Address", "email_key": "Address, as it is looked for"}


@dataclass(frozen=True, kw_only=True)
class Held:
    """One kind of row about a person; each list has a table of its own for it, but for those without an address."""

    #: What it is called in a file, and on the page.
    name: str
    title: str
    tables: Mapping[Audience, type[Any]]
    #: The columns that are about the person, and what each is called.
    personal: Mapping[str, str]
    #: The program's own: numbers that say nothing of anybody by themselves.
    ours: str
    #: The column that names the person where there is no address: by the reference of their `MailChoice`.
    subject: str = ""


REGISTRATIONS = Held(
    name="registrations",
    title="Registration",
    tables=LISTS,
    personal={
        "event_id": "Event",
        **_WHO,
        "company": "Company",
        "role": "Role",
        "answers": "Answers",
        "state": "How it stands",
        "made_at": "Registered",
        "place": "Place in the order of arrival",
        "origin": "Came onto the list by",
        "link_id": "Came by the link",
        "import_id": "Where the file came from",
        "offer_until": "A seat is kept until",
        "remind_hours": "Wants to be reminded so many hours before",
        "reminded_for": "Was reminded of the start at",
        "attended": "Came",
        "came_before": "Had come before",
        "came_again": "Came again",
        "answered_kept": "Answered what is asked afterwards",
        "note": "The organisers’ note",
        "stage": "How far they are followed up",
        "staged_at": "So since",
        "owner_id": "Followed up by",
        "value": "What it may come to",
        "currency": "In",
        "next_step": "The next step",
        "next_step_on": "The next step is on",
    },
    ours="id ref label generation turns programme_version_id",
)
HELD: tuple[Held, ...] = (
    REGISTRATIONS,
    Held(
        name="invitations",
        title="Invitation",
        tables=INVITATIONS,
        personal={
            "event_id": "Event",
            **_WHO,
            "made_at": "Made",
            "round_id": "Where the address came from",
            "declined_at": "Said that you will not come",
            "revoked_at": "Withdrawn",
        },
        ours="id ref label generation registered_ref",
    ),
    Held(
        name="standing_list",
        title="Entry on the standing list",
        tables=STANDING,
        personal={**_WHO, "said": "Agreed to", "asked_at": "Asked", "confirmed_at": "Said that it was you"},
        ours="id ref label generation",
    ),
    Held(
        name="calendar",
        title="Your own calendar",
        tables=CALENDARS,
        personal={"email_key": "Address", "made_at": "Made"},
        ours="id ref generation",
    ),
    Held(
        name="mail_choice",
        title="Choice about mail",
        tables=CHOICES,
        personal={
            "email_key": "Address",
            "made_at": "Could choose since",
            "refused_at": "Wants no more such mail since",
        },
        ours="id ref generation",
    ),
    Held(
        name="consents",
        title="Consent",
        tables=dict.fromkeys(RULES_BY_AUDIENCE, ConsentEntry),
        personal={
            "act": "Was",
            "source": "Where",
            "said": "What stood beside the button",
            "locale": "In the language",
            "asked_at": "Asked",
            "at": "Said so by mail",
        },
        ours="id label ref version",
        subject="ref",
    ),
    Held(
        name="contributions",
        title="What you said",
        tables={audience: Contribution for audience, rules in RULES_BY_AUDIENCE.items() if rules.heard},
        personal={
            "programme_id": "In",
            "event_id": "Event",
            "kind": "As a",
            "name": "Signed",
            "words": "Words",
            "state": "How far it is",
            "for_all": "For everybody to read",
            "made_at": "Said",
            "taken_back_at": "Taken back",
            "hidden_at": "Hidden",
            "breach": "Because of",
        },
        ours="id ref label parent_id author hidden_by",
        subject="author",
    ),
    Held(
        name="votes",
        title="What you found good",
        tables={audience: Vote for audience, rules in RULES_BY_AUDIENCE.items() if rules.heard},
        personal={"contribution_id": "It says", "made_at": "Said so"},
        ours="voter label",
        subject="voter",
    ),
    Held(
        name="quotations",
        title="What you may be quoted with",
        tables=dict.fromkeys(RULES_BY_AUDIENCE, Quotation),
        personal={
            "name": "Signed",
            "words": "Words",
            "said": "What stood beside the button",
            "given_at": "Given",
            "withdrawn_at": "Withdrawn",
        },
        ours="id ref label author",
        subject="author",
    ),
)
#: About people who are on no list: those of the desk, who see their own there, and hosts and speakers, who stand on pages.
OF_OTHERS: Mapping[str, str] = {
    "organiser": "name email email_key passphrase",
    "organiser_invitation": "name email email_key",
    "sign_in": "browser",
    "speaker": "name biography pledged_at",
    "event": "hosts speakers",
    "contribution_route": "name email",
}
#: About nobody: what events and programmes say, what the program needs, acts and counts without a name.
OF_NOBODY: Mapping[str, str] = {
    "attempt": "key ends_at count",
    "bank_question": "id ref programme_id position prompt reason made_at retired_at",
    "contribution_reply": "id contribution_id label state words at made_by route_id",
    "contribution_route": "id ref contribution_id label note generation made_at made_by ends_at closed_at",
    "evening": "event_id label words slides way_to_buy way_to objections revision updated_at updated_by published_at",
    "event_quotation": "event_id quotation_id label put_at put_by",
    "link_figures": "link_id label registered cancelled waitlisted attended no_shows first_time came_before came_again walk_ins stages",
    "calendar_entry": "event_id label starts_at ics built_by listed leaves_at",
    "door_helper": "organiser_id event_id",
    "event": "id uid slug code label programme_id title description wall_start wall_end zone fold starts_at ends_at venue "
    "online_url visibility brief_audience brief_reason brief_offer brief_payment status sequence revision made_at "
    "updated_at published_at charter_accepted_at charter_accepted_by charter_version_id series_id remind_days remind_at "
    "reminded_at offer_hours thanks thanked_at topic_id names_twin offers_crossing",
    "event_figures": "event_id label registered cancelled waitlisted attended no_shows first_time came_before walk_ins "
    "stages came_again invited marked_at emptied_at",
    "event_words": "event_id channel subject body",
    "export": "id label event_id what form columns people reason at made_by",
    "feed": "programme_id label revision changed_at",
    "finding_override": "id event_id key rule passage reason made_at made_by",
    "forgotten": "id label digest parting at",
    "history": "id label event_id ref act details at actor_id",
    "installation": "id organisation timezone base_url made_at",
    "invitation_round": "id event_id label source source_event_id statement left_out made_at made_by send_at nudged_at",
    "invite_link": "id code event_id label name made_at ends_at most_uses revoked_at arrivals registrations",
    "kept_answer": "ref event_id label kept because words",
    "message": "id event_id subject body made_at made_by",
    "organiser": "id made_at",
    "organiser_invitation": "id ref role event_id invited_by made_at ends_at closed_at",
    "organiser_role": "organiser_id role",
    "outbox": "id label kind event_id ref version details progress made_at run_at attempts lease_until lease_by error told",
    "passphrase_reset": "id ref organiser_id made_at ends_at closed_at",
    "people_import": "id event_id label made_for statement people left_out made_at made_by",
    "programme": "id label slug name purpose sender postal_address reply_to charter conduct commitment commitment_until "
    "cadence open_to_all brief_audience brief_reason brief_offer brief_payment version",
    "programme_logo": "programme_id content_type digest image",
    "programme_version": "id programme_id number said reason made_at made_by",
    "programme_words": "programme_id channel subject body",
    "question": "id ref event_id position kind prompt reason options required answered bank_id",
    "refused_attempt": "id label refusal at_route at organiser_id",
    "removal": "id label at removed",
    "seats": "event_id capacity taken waiting last_place",
    "series": "id label rule made_at",
    "sign_in": "id digest organiser_id made_at ends_at",
    "speaker": "id ref event_id generation pledged_version_id",
    "topic": "id made_at",
    "worker_beat": "name started_at beat_at",
}


def unclassified(metadata: MetaData) -> set[str]:
    """Columns, as “table.column”, of which nothing here says whether they are about a person, or two things do, or that are not there."""
    said = list(_said(metadata))
    there = {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns}
    return there.symmetric_difference(said) | {each for each in said if said.count(each) > 1}


def _said(metadata: MetaData) -> Iterator[str]:
    for held in HELD:
        for name in {table.__tablename__ for table in held.tables.values()}:
            there = metadata.tables[name].columns
            yield from (f"{name}.{column}" for column in (*held.personal, *held.ours.split()) if column in there)
    for those in (OF_OTHERS, OF_NOBODY):
        yield from (f"{name}.{column}" for name, columns in those.items() for column in columns.split())
