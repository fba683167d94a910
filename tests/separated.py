"""Both lists filled with marked people, in every kind of row; and how a mark is found wherever it got to."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from eventdesk import clock
from eventdesk.consent.models import Source
from eventdesk.consent.queries import choice_of, stop_url
from eventdesk.consent.rules import version_of
from eventdesk.consent.service import open_choices
from eventdesk.db import db, writing
from eventdesk.evenings.rules import Notes
from eventdesk.evenings.service import give, save
from eventdesk.events.models import Event
from eventdesk.feedback.models import Kept
from eventdesk.feedback.rules import Answer
from eventdesk.feedback.service import answer
from eventdesk.labels import RULES, Audience, Label, Stage
from eventdesk.links import Links
from eventdesk.lists.calendars import address_of
from eventdesk.lists.files import Listed
from eventdesk.lists.files import Person as InFile
from eventdesk.lists.guard import OWNERS
from eventdesk.lists.imports import bring_in
from eventdesk.lists.queries import calendar_of
from eventdesk.lists.queries import listed as on_list
from eventdesk.lists.stages import FollowUp, follow_up
from eventdesk.lists.walk_ins import walk_in
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.programmes.models import Programme
from eventdesk.questions.bank import begin, offered, pick, picked_for
from eventdesk.questions.models import Kind
from eventdesk.questions.rules import QuestionDraft
from eventdesk.questions.service import ask
from eventdesk.rights.rules import dated
from eventdesk.rights.service import erase, mail_link
from eventdesk.standing.crossing import Wish, come_over
from eventdesk.standing.service import words_of
from eventdesk.suggestions.hosting import route
from eventdesk.suggestions.models import Kind as Said
from eventdesk.suggestions.service import contribute, vote
from tests.cast import Person
from tests.conftest import Clock
from tests.factories import make_crossing, make_event, make_invitation, make_round, make_standing, sign_up, signing
from tests.lists.crossed import link_of

U, B = "@u.canary", "@b.canary"
USERS = [Person(f"User {number} U-Canary", f"user{number}{U}") for number in range(3)]
BUYERS = [Person(f"Buyer {number} B-Canary", f"buyer{number}{B}", "B-Canary Ltd", "Owner") for number in range(3)]
PEOPLE = {Label.COMMUNITY: USERS, Label.COMMERCIAL: BUYERS}
#: On both lists: the same person in two unrelated rows, told apart by the mark in the name.
TWICE = "both@people.example"
#: All tables that hold people, of one list and of the other.
TABLES = [[table for table, whose in OWNERS.items() if whose is audience] for audience in Audience]
#: So many answer what is asked afterwards that their answers are shown.
ANSWERED = 6
WORRY = QuestionDraft(prompt="What worries you?", kind=Kind.TEXT, reason="To speak about it.")


def marks(said: str) -> set[str]:
    """Whose marks a text holds."""
    return {mark for mark in ("u", "b") if f"{mark}-canary" in said.casefold() or f"@{mark}.canary" in said.casefold()}


def mixed(statement: str) -> bool:
    """Whether it names tables of both lists."""
    return all(any(table in statement for table in tables) for tables in TABLES)


def read_back(data: bytes, mimetype: str) -> str:
    """All that a file says."""
    if "spreadsheetml" not in mimetype:
        return data.decode()
    return str([[cell.value for cell in row] for row in load_workbook(BytesIO(data)).active.iter_rows()])


@dataclass
class Filled:
    """The paths of the personal links of everybody, and of the codes that are shown at the door."""

    links: Links
    personal: list[str] = field(default_factory=list)
    doors: list[str] = field(default_factory=list)
    #: Pages of the desk to which no link leads.
    rooms: list[str] = field(default_factory=list)
    #: Of the address that is on both lists.
    feeds: dict[Audience, str] = field(default_factory=dict)

    def keep(self, *urls: str) -> None:
        """Keep the paths of links."""
        self.personal += [url.removeprefix(self.links.base_url) for url in urls]


def fill(links: Links, now: Clock) -> Filled:
    """Everything that a person can become on a list, on both; some hours pass."""
    filled = Filled(links)
    evenings = {label: _some(label, filled, now) for label in RULES}
    now.pass_by(hours=1)
    for label, event in evenings.items():
        _at_the_door(event, PEOPLE[label][0], now)
    now.pass_by(hours=2)
    for event in evenings.values():
        _afterwards(event, filled, now)
    return filled


def _some(label: Label, filled: Filled, now: Clock) -> Event:
    """Registered, waiting, invited, held, asking, crossing, added from a file and erased; the event that is about to be."""
    links, people, rules = filled.links, PEOPLE[label], RULES[label]
    mark = people[0].name.rpartition(" ")[2]
    happening = make_event(links, label, capacity=2)
    worth_asking = _picked(happening, now)
    filled.rooms.append(f"/programmes/{happening.programme.slug}/changes")
    hidden = make_event(links, label, title=f"By invitation, {label}", visibility="invitation")
    both = Person(f"Both {mark}", TWICE, f"Both {mark}", "Owner")
    for person in (*people, both):
        for each in (happening, hidden):
            answers = {worth_asking: f"{mark} knows."} if each is happening else None
            outcome = sign_up(each, person, answers=answers)
            filled.keep(links.manage(rules.audience, outcome.ref, outcome.generation))
            if person is people[0] and each is happening:
                make_crossing(links, happening, outcome)
                filled.keep(link_of(links, now))
                filled.doors.append(links.door(rules.audience, outcome.ref, 0).removeprefix(links.base_url))
    guest = _other(people[0], "Guest")
    invitation = make_invitation(hidden, people[0])
    held = sign_up(hidden, guest, invitation_ref=invitation.ref)
    filled.keep(links.manage(rules.audience, held.ref, held.generation))
    filled.keep(links.personal_invite(invitation.audience, invitation.ref, invitation.generation))
    asked = make_standing(links, label, people[0])
    filled.keep(links.standing(asked.audience, asked.ref, asked.generation))
    make_standing(links, label, people[1], confirmed=False)
    _cross(label, _other(people[0], "Over"), links, now)
    _bring_in(hidden, _other(people[0], "File"), links, now)
    _erase(rules.audience, _other(people[0], "Gone"), happening, links, now)
    with writing() as session:
        open_choices(session, rules.audience, [people[0].email, TWICE], clock.now())
    for email in (people[0].email, TWICE):
        choice = choice_of(db.session(), rules.audience, email)
        assert choice
        filled.keep(stop_url(db.session(), rules.audience, email, links))
        filled.keep(links.held(rules.audience, choice.ref, dated(choice.generation, now.time.date())))
        filled.keep(links.quoted(rules.audience, choice.ref, choice.generation))
    calendar = calendar_of(db.session(), rules.audience, TWICE)
    assert calendar
    filled.feeds[rules.audience] = address_of(calendar, links).removeprefix(links.base_url)
    filled.personal.append(filled.feeds[rules.audience].removesuffix(".ics"))
    make_round(hidden, _other(people[0], "Asked"))
    ask(happening.id, label, WORRY, actor=COMMAND_LINE, now=now.time)
    if rules.heard:
        _speak(happening, filled, mark, now)
    filled.rooms.append(f"/desk/events/{happening.slug}/door/here")
    db.session.rollback()
    soon = (now.time + timedelta(hours=2)).replace(tzinfo=None)
    return make_event(links, label, title=f"Tonight, {label}", starts_at=soon, ends_at=soon + timedelta(minutes=30))


def _picked(event: Event, now: Clock) -> int:
    """The reference of a question of the programme's bank, which the event asks."""
    begin(event.programme_id, now=now.time)
    ref = offered(db.session(), event.programme)[0].ref
    pick(event.id, event.label, event.programme_id, ref, actor=COMMAND_LINE, now=now.time)
    picked = picked_for(db.session(), event.id)
    assert picked
    return picked.ref


def _speak(event: Event, filled: Filled, mark: str, now: Clock) -> None:
    """They suggest, ask and answer, find it good, and are named."""
    audience = event.rules.audience
    with writing() as session:
        session.get_one(Programme, event.programme_id).open_to_all = True
    one, two = [each.ref for each in on_list(db.session(), event)][:2]
    # what everybody may read holds no mark; the rest was said to members alone
    contribute(audience, one, Said.SUGGESTION, "More tea, and sooner.", name="", told_all=True, now=now.time)
    said: dict[str, Any] = {"name": f"Signed {mark}", "told_all": False, "now": now.time}
    suggestion = 0
    for kind, event_id in ((Said.SUGGESTION, None), (Said.QUESTION, event.id)):
        made = contribute(audience, one, kind, f"{mark} would like to know more.", event_id=event_id, **said)
        vote(audience, two, made.ref, now=now.time)
        suggestion = made.ref
        contribute(audience, two, Said.ANSWER, f"{mark} knows more of it.", parent_ref=made.ref, **said)
    asked = route(suggestion, "Cora Else", "cora@else.example", "Please.", actor=signing(), now=now.time)
    filled.keep(filled.links.route(audience, asked.ref, asked.generation))


def _other(person: Person, name: str) -> Person:
    """Somebody else of the same mark."""
    mark = person.name.rpartition(" ")[2]
    return replace(person, name=f"{name} {mark}", email=f"{name.lower()}{person.email[person.email.index('@') :]}")


def _cross(label: Label, person: Person, links: Links, now: Clock) -> None:
    version = version_of(words_of(db.session(), label))
    said: dict[str, Any] = {"name": person.name, "email": person.email, "version": version}
    come_over(
        Wish(label=label, source=Source.CROSSING, asked_at=now.time, **said), said=None, keys=links.keys, now=now.time
    )


def _bring_in(event: Event, person: Person, links: Links, now: Clock) -> None:
    rows = Listed([InFile(2, person.name, person.email, person.details, False)])
    signed: dict[str, Any] = {"made_for": "Luma", "statement": "They registered at Luma.", "actor": signing()}
    bring_in(event.slug, rows, **signed, keys=links.keys, now=now.time)


def _erase(audience: Audience, person: Person, event: Event, links: Links, now: Clock) -> None:
    sign_up(event, person)
    mail_link(audience, person.email, links=links, now=now.time)
    choice = choice_of(db.session(), audience, person.email)
    assert choice
    erase(audience, choice.ref, keys=links.keys, now=now.time)


def _at_the_door(event: Event, person: Person, now: Clock) -> None:
    for number in range(ANSWERED):
        each = _other(person, f"Walker{number}")
        said: dict[str, Any] = {
            "name": each.name,
            "email": each.email,
            "details": each.details,
            "once": f"{number:032x}",
        }
        walk_in(event.id, **said, actor=COMMAND_LINE, now=now.time)


def _afterwards(event: Event, filled: Filled, now: Clock) -> None:
    """What they answer, and how the first of them is followed up."""
    audience, mark = event.rules.audience, PEOPLE[event.label][0].name.rpartition(" ")[2]
    came = [each.ref for each in on_list(db.session(), event)]
    # by their own act, these words alone may be seen at the other's place: so they hold no mark
    give(audience, came[1], "We sleep at night now.", "A walker", said=event.rules.quoted_said, now=now.time)
    for ref in came[1:]:
        answer(audience, ref, Answer(kept=Kept.NO, words=f"{mark} sold to me."), now=now.time)
    own = [filled.links.manage(audience, ref, 0) for ref in came[:2]]
    filled.keep(*own, *(f"{each}/{page}" for each in own for page in ("kept", "comments", "quotation")))
    sold: dict[str, Any] = {"way_to_buy": "Ask", "way_to": "https://tires.example"} if event.rules.sells else {}
    save(event.slug, Notes(words="It works.", **sold), publish=True, revision=0, actor=signing(), now=now.time)
    if event.rules.heard:
        contribute(
            audience,
            came[0],
            Said.COMMENT,
            f"{mark} saw it.",
            name=mark,
            told_all=False,
            event_id=event.id,
            now=now.time,
        )
    if event.rules.stages:
        step = FollowUp(Stage.PROPOSAL, owner_id=signing().id, value=5, currency="EUR", next_step=f"Call {mark}.")
        follow_up(audience, came[0], step, made_from=FollowUp(Stage.NEW).mark, actor=COMMAND_LINE, now=now.time)
    db.session.rollback()
