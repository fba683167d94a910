"""The desk's pages about the team: who is on it with which roles, who is asked to join it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, OWNERS, links, organiser
from ..db import db
from ..errors import Refused
from ..events.models import Event
from ..events.queries import with_ids
from ..organisers import queries
from ..organisers import team as acts
from ..organisers.forms import InviteForm
from ..organisers.models import Invitation, Organiser
from ..organisers.passphrases import make_reset
from ..organisers.rules import OWNER, ROLES, may_grant, role_words
from .blueprint import blueprint, mail_missing, show_problems


@dataclass(frozen=True)
class Member:
    """Somebody of the team, as far as who looks may know of them."""

    person: Organiser
    #: Each role held, by its name, in words.
    roles: dict[str, str]
    #: What they do not hold and may be given.
    more: dict[str, str]
    doors: Sequence[Event]


@dataclass(frozen=True)
class Asked:
    """An invitation that still opens something, with the link that does, for who may hand it over."""

    invitation: Invitation
    task: str
    inviter: str
    #: Blank where it is for the eyes of who is asked alone.
    url: str
    take_back: str


@blueprint.get("/team")
@DESK
def team() -> str:
    """Who is on the team, as far as one organises with them, and who is asked."""
    return _page(_form())


@blueprint.post("/team")
@DESK
def invite() -> ResponseReturnValue:
    """Ask somebody to the desk."""
    form, now = _form(), clock.now()
    try:
        if not form.validate():
            return _page(form), Refused.status
        said = {"name": form.name.data or "", "email": form.email.data or "", "role": form.role.data or ""}
        acts.invite(**said, actor=organiser().actor, now=now)
    except Refused as error:
        show_problems(form, error)
        return _page(form), error.status
    flash(asked_in_words(said["name"]))
    return redirect(url_for(".team"), 303)


@blueprint.post("/team/offers/<int(max=2147483647):offer>/take-back")
@DESK
def take_back(offer: int) -> ResponseReturnValue:
    """Make an invitation's link open nothing any more."""
    acts.take_back(offer, actor=organiser().actor, now=clock.now())
    flash("Taken back. Its link opens nothing any more.")
    return redirect(url_for(".team"), 303)


@blueprint.post("/team/<int(max=2147483647):person>/give")
@OWNERS
def give_role(person: int) -> ResponseReturnValue:
    """Give somebody a further role."""
    acts.give_role(person, request.form.get("role", ""), actor=organiser().actor)
    flash("Given, from their next page on.")
    return redirect(url_for(".team"), 303)


@blueprint.post("/team/<int(max=2147483647):person>/take")
@OWNERS
def take_role(person: int) -> ResponseReturnValue:
    """Take a role from somebody."""
    acts.take_role(person, request.form.get("role", ""), actor=organiser().actor, now=clock.now())
    flash("Taken, from this moment on.")
    return redirect(url_for(".team"), 303)


@blueprint.post("/team/<int(max=2147483647):person>/revoke")
@OWNERS
def revoke(person: int) -> ResponseReturnValue:
    """Take everything from somebody at once."""
    acts.revoke(person, actor=organiser().actor, now=clock.now())
    flash("They are off the team and signed out everywhere. What they did stays.")
    return redirect(url_for(".team"), 303)


@blueprint.post("/team/<int(max=2147483647):person>/reset")
@OWNERS
def reset_for(person: int) -> ResponseReturnValue:
    """Make a link for a new passphrase, shown once, for an owner to hand over."""
    ref = make_reset(person, actor=organiser().actor, now=clock.now())
    name = db.session.get_one(Organiser, person).name
    return render_template("desk/reset_for.html", name=name, url=links().reset(ref), mail_missing=mail_missing())


def asked_in_words(name: str) -> str:
    """What is said to who has asked somebody."""
    if missing := mail_missing():
        return f"No mail goes out until {missing} is set: copy the link for {name} below, and send it yourself."
    return f"We write to {name}, with a link of their own."


def asked(invitations: Sequence[Invitation], take_back_url: Callable[[int], str]) -> list[Asked]:
    """Invitations as the desk shows them; `take_back_url` says by their id where each is taken back.

    Whoever opens a link first owns the account of its address. Where mail takes it there, that is whose address it is; so
    only owners, who may do everything, see the link besides. Without mail somebody has to hand it over.
    """
    hand_over = organiser().is_owner or mail_missing()
    return [
        Asked(
            each,
            role_words(each.role) if each.role else "help at the door",
            db.session.get_one(Organiser, each.invited_by).name,
            links().join(each.ref) if hand_over else "",
            take_back_url(each.id),
        )
        for each in invitations
    ]


def _form() -> InviteForm:
    form, actor = InviteForm(request.form), organiser().actor
    form.role.choices = [(role, role_words(role).capitalize()) for role in ROLES if may_grant(actor, role)]
    return form


def _page(form: InviteForm) -> str:
    session, mine, now = db.session(), organiser(), clock.now()
    offered = [
        each for each in queries.open_invitations(session, now) if each.role and may_grant(mine.actor, each.role)
    ]
    return render_template(
        "desk/team.html",
        form=form,
        members=_members(),
        asked=asked(offered, lambda offer: url_for(".take_back", offer=offer)),
        mail_missing=mail_missing(),
    )


def _members() -> list[Member]:
    """Those one shares a label with, and who helps at its doors; of each, what is of these labels."""
    mine, people = organiser(), queries.team(db.session())
    known = {role for role in ROLES if may_grant(mine.actor, role)} | {OWNER}
    doors = {id_ for person in people for id_ in person.doors}
    events = {event.id: event for event in with_ids(db.session(), doors, mine.labels)}
    members = []
    for person in people:
        held = {each.role for each in person.roles}
        roles = {role: role_words(role).capitalize() for role in ROLES if role in held & known}
        more = {role: role_words(role) for role in ROLES if role not in held}
        kept = [event for id_, event in events.items() if id_ in person.doors]
        if roles or kept:
            members.append(Member(person, roles, more, kept))
    return members
