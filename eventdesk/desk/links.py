"""The desk's pages about an event's invite links: all in one table, with their codes as QR, and forms to make more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock, qr
from ..access import DESK, links, organiser
from ..db import db
from ..errors import NotFound, Refused
from ..events.files import answer
from ..events.models import Event
from ..events.queries import by_slug
from ..events.rules import Status
from ..invites.forms import CampaignForm, PersonalForm
from ..invites.models import Invitation, InviteLink
from ..invites.queries import invitation_of, link_of, links_of, made_alone
from ..invites.rules import Ending
from ..invites.service import add_link, invite, revoke_invitation, revoke_link
from ..lists.held import Came, came
from ..rounds.queries import mailed
from ..rounds.rules import no_inviting
from ..rounds.service import mail_one
from .blueprint import blueprint, mail_missing, show_problems

#: An id no table reaches is refused before a database is asked.
ID = "int(max=2147483647)"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One link as the table shows it."""

    kind: str
    name: str
    email: str = ""
    state: str
    ended: bool = False
    #: None where they are not counted.
    arrivals: int | None = None
    registrations: int
    held: int = 0
    url: str
    qr_url: str
    revoke_url: str | None = None
    #: Where it is mailed to whom it is bound to; None where it cannot be, or was.
    mail_url: str | None = None
    id: str


@blueprint.get("/events/<slug:slug>/links", endpoint="links")
@DESK
def invite_links(slug: str) -> str:
    """All links by which people reach the event's registration."""
    return _show(by_slug(db.session(), slug, organiser().labels))


@blueprint.post("/events/<slug:slug>/links")
@DESK
def make_link(slug: str) -> ResponseReturnValue:
    """Make a campaign link."""
    event = by_slug(db.session(), slug, organiser().labels)
    form, now = CampaignForm(request.form).for_event(event.zone, clock.now()), clock.now()
    if not form.validate():
        return _show(event, campaign=form), Refused.status
    name, most_uses = form.name.data or "", form.most_uses.data
    link = add_link(slug, name=name, ends_at=form.end, most_uses=most_uses, actor=organiser().actor, now=now)
    flash(f"The link “{link.name}” is ready to hand out.")
    return redirect(url_for(".links", slug=slug), 303)


@blueprint.post("/events/<slug:slug>/invitations")
@DESK
def make_invitation(slug: str) -> ResponseReturnValue:
    """Make a personal link, bound to an address."""
    event = by_slug(db.session(), slug, organiser().labels)
    form = PersonalForm(request.form)
    if not form.validate():
        return _show(event, personal=form), Refused.status
    name, email = form.name.data or "", form.email.data or ""
    try:
        invitation = invite(slug, name=name, email=email, actor=organiser().actor, now=clock.now())
    except Refused as error:
        show_problems(form, error)
        return _show(by_slug(db.session(), slug, organiser().labels), personal=form), error.status
    flash(f"The link for {invitation.name} is in the table. Copy it, and send it to them and to nobody else.")
    return redirect(url_for(".links", slug=slug), 303)


@blueprint.post(f"/events/<slug:slug>/invitations/<{ID}:invitation>/mail")
@DESK
def mail_personal(slug: str, invitation: int) -> ResponseReturnValue:
    """Mail a personal link to whom it is bound to."""
    to = mail_one(slug, invitation, actor=organiser().actor, keys=links().keys, now=clock.now())
    missing = mail_missing()
    flash(f"The invitation to {to.name} is on its way.{f' It waits until {missing} is set.' if missing else ''}")
    return redirect(url_for(".links", slug=slug), 303)


@blueprint.post("/events/<slug:slug>/links/<token:code>/revoke")
@DESK
def revoke_campaign(slug: str, code: str) -> ResponseReturnValue:
    """Withdraw a campaign link."""
    link = revoke_link(slug, code, actor=organiser().actor, now=clock.now())
    flash(f"The link “{link.name}” takes nobody any more. Who came by it stays registered.")
    return redirect(url_for(".links", slug=slug), 303)


@blueprint.post(f"/events/<slug:slug>/invitations/<{ID}:invitation>/revoke")
@DESK
def revoke_personal(slug: str, invitation: int) -> ResponseReturnValue:
    """Withdraw a personal link."""
    revoked = revoke_invitation(slug, invitation, actor=organiser().actor, now=clock.now())
    flash(f"The link for {revoked.name} is no longer valid. Who came by it stays registered.")
    return redirect(url_for(".links", slug=slug), 303)


@blueprint.get("/events/<slug:slug>/links/<token:code>.svg")
@DESK
def link_qr(slug: str, code: str) -> Response:
    """A public link as a QR code: the event's own open one, or a campaign's."""
    event = by_slug(db.session(), slug, organiser().labels)
    if code != event.code:
        link_of(db.session(), event, code)
    return _qr(links().invite(code))


@blueprint.get(f"/events/<slug:slug>/invitations/<{ID}:invitation>.svg")
@DESK
def invitation_qr(slug: str, invitation: int) -> Response:
    """A personal link as a QR code."""
    event = by_slug(db.session(), slug, organiser().labels)
    found = invitation_of(db.session(), event, invitation)
    if found.revoked_at:
        raise NotFound("This link is not valid any more.")
    return _qr(_address(found))


def _qr(url: str) -> Response:
    return Response(qr.svg(url), content_type=qr.SVG)


def _show(event: Event, campaign: CampaignForm | None = None, personal: PersonalForm | None = None) -> str:
    now = clock.now()
    came_by, sent = came(db.session(), event), mailed(db.session(), event)
    rows = [
        _open_row(event, came_by, now),
        *(_campaign_row(event, link, now) for link in links_of(db.session(), event)),
        *(_personal_row(event, invitation, came_by, sent, now) for invitation in made_alone(db.session(), event)),
    ]
    return render_template(
        "desk/links.html",
        event=event,
        rules=event.rules,
        rows=rows,
        urls=answer(event, links())["urls"],
        draft=event.status is Status.DRAFT,
        closed=event.is_cancelled or event.is_past(now),
        campaign=campaign or CampaignForm().for_event(event.zone, now),
        personal=personal or PersonalForm(),
    )


def _open_row(event: Event, came_by: Came, now: datetime) -> Row:
    return Row(
        kind="Open",
        name="The event’s own link",
        state=_of_event(event, now) or "Open",
        ended=event.is_cancelled or event.is_past(now),
        registrations=came_by.openly,
        url=links().invite(event.code),
        qr_url=url_for(".link_qr", slug=event.slug, code=event.code),
        id="open",
    )


def _campaign_row(event: Event, link: InviteLink, now: datetime) -> Row:
    ending = link.ending(now)
    return Row(
        kind="Campaign",
        name=link.name,
        state=_campaign_state(event, link, ending, now),
        ended=ending is not None or event.is_cancelled or event.is_past(now),
        arrivals=link.arrivals,
        registrations=link.registrations,
        url=links().invite(link.code),
        qr_url=url_for(".link_qr", slug=event.slug, code=link.code),
        revoke_url=None if link.revoked_at else url_for(".revoke_campaign", slug=event.slug, code=link.code),
        id=f"link-{link.id}",
    )


def _personal_row(event: Event, invitation: Invitation, came_by: Came, sent: Collection[int], now: datetime) -> Row:
    used, gone = came_by.personally[invitation.id], invitation.revoked_at is not None
    said = "Used" if used else "Declined" if invitation.declined_at else "Mailed" if invitation.ref in sent else "Open"
    state = "Withdrawn" if gone else _of_event(event, now) or said
    to_mail = said == "Open" and not gone and not no_inviting(event, now) and not event.programme.lacks_postal_address
    return Row(
        kind="Personal",
        name=invitation.name,
        email=invitation.email,
        state=state,
        ended=gone or event.is_cancelled or event.is_past(now),
        registrations=used,
        held=came_by.held[invitation.id],
        url="" if gone else _address(invitation),
        qr_url="" if gone else url_for(".invitation_qr", slug=event.slug, invitation=invitation.id),
        revoke_url=None if gone else url_for(".revoke_personal", slug=event.slug, invitation=invitation.id),
        mail_url=url_for(".mail_personal", slug=event.slug, invitation=invitation.id) if to_mail else None,
        id=f"invitation-{invitation.id}",
    )


def _address(invitation: Invitation) -> str:
    return links().personal_invite(invitation.audience, invitation.ref, invitation.generation)


def _of_event(event: Event, now: datetime) -> str:
    """Why no link of the event takes anybody; blank while they do."""
    if event.is_cancelled:
        return "Closed: called off"
    if event.is_past(now):
        return "Closed: over"
    return "Opens at publication" if event.status is Status.DRAFT else ""


def _campaign_state(event: Event, link: InviteLink, ending: Ending | None, now: datetime) -> str:
    until = ""
    if link.ends_at:
        local = link.ends_at.astimezone(ZoneInfo(event.zone))
        until = f"{local:%a} {local.day} {local:%b %Y}, {local:%H:%M}"
    uses = f"{link.registrations} of {link.most_uses} used" if link.most_uses else ""
    if ending is Ending.REVOKED:
        return "Withdrawn"
    if ending is Ending.EXPIRED:
        return f"Ended {until}"
    if ending is Ending.USED_UP:
        return f"Used up: {uses}"
    said = _of_event(event, now) or (f"Open until {until}" if until else "Open")
    return f"{said}; {uses}" if uses else said
