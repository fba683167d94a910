"""The desk's page of one round: its letter as any of its readers will see it, sent to oneself, now or later; who answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, links, organiser
from ..channels import CHANNELS
from ..db import db
from ..errors import Conflict, NotFound, Refused, TooMany
from ..events.models import Event
from ..events.queries import by_slug
from ..invites.models import Invitation, InvitationRound
from ..invites.queries import invitation_of
from ..messages.service import NO_ADDRESS
from ..outbox.models import Kind, Progress
from ..rounds.forms import LaterForm
from ..rounds.letters import CHANNEL_OF, sample_of
from ..rounds.queries import SHOWN_MOST, Figures, Recipient, recipients, round_of, unanswered
from ..rounds.rules import Answer, Stage, no_inviting, stage_at
from ..rounds.service import call_back, discard, nudge, send, try_out
from .blueprint import Tab, asked, blueprint, mail_missing
from .copies import Copy, as_mail
from .links import ID
from .rounds import shown

ANSWERS: Mapping[Answer, str] = {
    Answer.INVITED: "No answer",
    Answer.REGISTERED: "Registered",
    Answer.DECLINED: "Declined",
}
LETTERS = {
    None: "Not written yet",
    Progress.WAITING: "On its way",
    Progress.CLAIMED: "On its way",
    Progress.FAILED: "Could not be delivered",
    Progress.DONE: "Not sent",
}


@blueprint.get(f"/events/<slug:slug>/rounds/<{ID}:number>")
@DESK
def invitation_round(slug: str, number: int) -> ResponseReturnValue:
    """One round, and what can be done with it now."""
    event = by_slug(db.session(), slug, organiser().labels)
    return _show(event, round_of(db.session(), event, number))


@blueprint.get(f"/events/<slug:slug>/rounds/<{ID}:number>/mail/<{ID}:invitation>")
@DESK
def round_mail(slug: str, number: int, invitation: int) -> Response:
    """The letter of a round to one of its readers, for a frame."""
    event = by_slug(db.session(), slug, organiser().labels)
    found, reader = round_of(db.session(), event, number), invitation_of(db.session(), event, invitation)
    if reader.round_id != found.id:
        raise NotFound("This person is not in this round.")
    return as_mail(sample_of(event, _kind(found, clock.now()), links(), reader.name), event.rules)


@blueprint.post(f"/events/<slug:slug>/rounds/<{ID}:number>")
@DESK
def act_on_round(slug: str, number: int) -> ResponseReturnValue:
    """Try a round out, send it now or later, call it back, discard it, or remind those who did not answer."""
    event, now = by_slug(db.session(), slug, organiser().labels), clock.now()
    found, act = round_of(db.session(), event, number), request.form.get("act", "")
    later = LaterForm(request.form).before(event, now)
    if act == "later" and not later.validate():
        return _show(event, found, later, refusal=Refused({}))
    try:
        _carry_out(act, slug, found, later, now)
    except (Conflict, TooMany) as error:
        event = by_slug(db.session(), slug, organiser().labels)
        return _show(event, round_of(db.session(), event, number), refusal=error)
    if act == "discard":
        return redirect(url_for(".rounds", slug=slug), 303)
    return redirect(url_for(".invitation_round", slug=slug, number=number), 303)


def _carry_out(act: str, slug: str, found: InvitationRound, later: LaterForm, now: datetime) -> None:
    """Do it, and say so. Raises what the services raise, and NotFound for what is none of these."""
    number, actor = found.id, organiser().actor
    match act:
        case "test":
            try_out(slug, number, _kind(found, now), actor=actor, now=now)
            _flash_of_mail(f"A test is on its way to {organiser().email}.")
        case "send":
            send(slug, number, at=None, actor=actor, now=now)
            _flash_of_mail("The invitations are on their way.")
        case "later":
            send(slug, number, at=later.instant, actor=actor, now=now)
            _flash_of_mail("The round is planned. You can call it back until it begins.")
        case "call-back":
            call_back(slug, number, actor=actor, now=now)
            flash("The round is called back: it is a draft again.")
        case "nudge":
            people = nudge(slug, number, actor=actor, now=now)
            _flash_of_mail(f"{people:,} {'person is' if people == 1 else 'people are'} reminded.")
        case "discard":
            discard(slug, number, actor=actor, now=now)
            flash("The round is discarded. Nobody was written to.")
        case _:
            raise NotFound("There is nothing of that kind to do with a round.")


def _flash_of_mail(sentence: str) -> None:
    missing = mail_missing()
    flash(f"{sentence}{f' Mail waits until {missing} is set.' if missing else ''}")


def _kind(found: InvitationRound, now: datetime) -> Kind:
    """Which letter is looked at: the invitation, and the reminder once that has gone out."""
    return Kind.NUDGED if stage_at(found.send_at, now) is Stage.BEGUN else Kind.INVITED


def _show(
    event: Event,
    found: InvitationRound,
    later: LaterForm | None = None,
    refusal: Conflict | Refused | TooMany | None = None,
) -> ResponseReturnValue:
    session, now = db.session(), clock.now()
    wanted, search = asked("tab"), asked("q")
    answer = Answer(wanted) if wanted in set(Answer) else None
    [round_] = shown(event, [found])
    people = recipients(session, event, found, answer, search)
    kind, reader = _kind(found, now), _reader(event, found, people)
    begun = round_.stage is Stage.BEGUN
    page = render_template(
        "desk/invitation_round.html",
        event=event,
        rules=event.rules,
        round=round_,
        problem=refusal.message if refusal else "",
        closed=no_inviting(event, now),
        no_address=NO_ADDRESS if event.programme.lacks_postal_address else "",
        later=later or LaterForm().before(event, now),
        reader=reader,
        letter=_copy(event, kind, reader) if reader else None,
        unanswered=unanswered(session, event, found.id) if begun else 0,
        tabs=_tabs(event, found, round_.figures, answer, search) if begun else [],
        people=[(each.invitation, _letter(each), ANSWERS[each.answer]) for each in people],
        q=search,
        most=SHOWN_MOST,
        test_to=organiser().email,
    )
    return page, refusal.status if refusal else 200


def _reader(event: Event, found: InvitationRound, people: Any) -> Invitation | None:
    """As whom the letter is looked at: whom the address names, else the first."""
    chosen = request.args.get("as", type=int)
    if chosen is not None and 0 < chosen < 2**31:
        invitation = invitation_of(db.session(), event, chosen)
        if invitation.round_id == found.id:
            return invitation
    return people[0].invitation if people else None


def _copy(event: Event, kind: Kind, reader: Invitation) -> Copy:
    text = sample_of(event, kind, links(), reader.name)
    return Copy(CHANNELS[CHANNEL_OF[kind]].title, text.subject, text.body, "letter")


def _letter(each: Recipient) -> str:
    """How far somebody's letter is."""
    if each.invitation.revoked_at:
        return "Withdrawn"
    if each.told is None:
        return LETTERS[each.progress]
    return "Sent, and once more" if each.nudged else "Sent"


def _tabs(event: Event, found: InvitationRound, counted: Figures, answer: Answer | None, search: str) -> list[Tab]:
    titles = [("", "All", counted.people), *((each.value, ANSWERS[each], counted.answers[each]) for each in Answer)]
    current = answer.value if answer else ""
    return [
        Tab(
            key,
            title,
            count,
            url_for(".invitation_round", slug=event.slug, number=found.id, tab=key or None, q=search or None),
            key == current,
        )
        for key, title, count in titles
    ]
