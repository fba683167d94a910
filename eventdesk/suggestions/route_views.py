"""The page of somebody who was asked to act on what a member said. Its address is their key, and opens nothing else."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import PERSONAL, links
from ..db import db
from ..errors import Conflict, NotFound, Refused
from ..labels import RULES
from ..links import Purpose
from ..programmes.models import Programme
from .hosting import reply_by_route
from .hosting_forms import STATES, ReplyForm
from .inbox import NOT_VALID, route_by_ref, thread
from .models import Contribution, Route

blueprint = Blueprint("routes", __name__)


@blueprint.get("/route/<token:token>")
@PERSONAL
def page(token: str) -> ResponseReturnValue:
    """What was said, what was answered, and the form. Looking answers nothing."""
    return _page(_route(token), None)


@blueprint.post("/route/<token:token>")
@PERSONAL
def act(token: str) -> ResponseReturnValue:
    """Answer, and say how far it is."""
    route = _route(token)
    form = ReplyForm(request.form).under(RULES[route.label]).of(STATES)
    if not form.validate():
        return _page(route, form, status=Refused.status)
    state, words = form.answer
    try:
        reply_by_route(route.ref, state, words, seen=form.last_seen, now=clock.now())
    except Conflict as error:
        return _page(_route(token), form, problem=error.message, status=error.status)
    return redirect(url_for("routes.page", token=token), 303)


def _route(token: str) -> Route:
    keys = links().keys
    audience, ref = keys.row(Purpose.ROUTE, token)
    route = route_by_ref(db.session(), ref, clock.now())
    if route is None or RULES[route.label].audience is not audience or not keys.holds(token, route.generation):
        raise NotFound(NOT_VALID)
    return route


def _page(route: Route, form: ReplyForm | None, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    session, rules = db.session(), RULES[route.label]
    contribution = session.get_one(Contribution, route.contribution_id)
    programme, said = session.get_one(Programme, contribution.programme_id), thread(session, contribution)
    form = form or ReplyForm().under(rules).of(STATES)
    return render_template(
        "suggestions/route.html",
        rules=rules,
        promise=rules.promise_of((), programme.sender),
        programme=programme,
        route=route,
        thread=said,
        own=bool(said.replies) and said.replies[-1].route_id == route.id,
        form=form.after(said),
        problem=problem,
    ), status
