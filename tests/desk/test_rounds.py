"""The desk's rooms of rounds: made from a file or a past event, looked at, tried out, sent, called back, followed up."""

from datetime import datetime
from html import unescape
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.events.service import cancel_event
from eventdesk.invites.models import InvitationRound
from eventdesk.invites.queries import invitations_of
from eventdesk.invites.service import decline
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.organisers.queries import by_email
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.service import claim, finish
from eventdesk.rounds.carrying import carry
from eventdesk.rounds.queries import recipients
from tests.cast import ADA, BEA, UDO, UGO, UMA
from tests.conftest import Clock
from tests.factories import make_event, make_invitation, make_round, sign_up, signing

CSV = f"Email,Name\n{UGO.email},{UGO.name}\n{UMA.email},{UMA.name}\nnowhere,Zed\n"
SIGNED = {"source": "They signed our book in March.", "signed": "y", "from": "file"}


def upload(ada: Any, path: str, text: str, **form: str) -> Any:
    return ada(path, file=(BytesIO(text.encode()), "people.csv"), **form)


def test_a_file_is_refused_whole_with_its_rows_until_the_organiser_leaves_them_out(
    ada: Any, session: Session, links: Links
) -> None:
    event = make_event(links)
    slug, room = event.slug, f"/desk/events/{event.slug}/rounds"

    refused = upload(ada, room, CSV, **SIGNED)
    unsigned = upload(ada, room, CSV, **SIGNED | {"signed": "", "source": " ", "leave_out": "y"})
    nothing = ada(room, **SIGNED)
    session.rollback()
    made_before = session.scalars(select(InvitationRound)).all()
    taken = upload(ada, room, CSV, **SIGNED, leave_out="y")
    page = unescape(ada(taken.location).text)

    assert [each.status_code for each in (refused, unsigned, nothing, taken)] == [422, 422, 422, 303]
    assert made_before == []
    assert "Row 4, Email:</b> This is not an email address" in refused.text
    assert "Say where they come from." in unsigned.text
    assert "Only with this said can they be invited." in unsigned.text
    assert "Choose a file, or paste the table." in nothing.text
    session.rollback()
    [made] = session.scalars(select(InvitationRound)).all()
    known = by_email(session, ADA.email)
    assert known
    assert (made.made_by, made.left_out) == (known.id, {"unreadable": 1})
    assert made.statement == f"They signed our book in March.\n{event.rules.signed}"
    assert all(said in page for said in ("They signed our book in March.", "Left out: 1 in rows with a mistake."))
    assert "nothing is sent to its 2 people yet" in page
    assert ada(f"{room}/{made.id + 1}").status_code == 404
    assert slug in taken.location


def test_a_table_whose_columns_nobody_knows_is_read_as_the_organiser_says(
    ada: Any, session: Session, links: Links
) -> None:
    room = f"/desk/events/{make_event(links).slug}/rounds"
    strange = f"Who;Where\n{UGO.name};{UGO.email}\n"

    asked = ada(room, **SIGNED, text=strange)
    taken = ada(room, **SIGNED, text=strange, in_name="0", in_email="1")

    assert (asked.status_code, taken.status_code) == (422, 303)
    assert "Say below in which column the addresses stand." in asked.text
    assert '<option value="1">Where</option>' in asked.text
    assert UGO.name in ada(taken.location).text


def test_a_round_is_looked_at_as_any_reader_tried_out_planned_and_called_back(
    ada: Any, session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, capacity=20)
    number = make_round(event, UGO, UMA).id
    room = f"/desk/events/{event.slug}/rounds/{number}"
    _, uma = (each.invitation for each in recipients(session, event, session.get_one(InvitationRound, number)))
    uma_id, ref, audience, title = uma.id, uma.ref, uma.audience, event.title

    first, second = ada(room).text, ada(f"{room}?as={uma_id}").text
    frame = ada(f"{room}/mail/{uma_id}")
    elsewhere = ada(f"{room}?as=999")
    tested = ada(room, act="test")
    wrong = [ada(room, act="later", at=at) for at in ("", "2027-02-09T12:00", "2027-03-11T18:00", "2027-13-01")]
    unknown = ada(room, act="dance")
    later = ada(room, act="later", at="2027-02-20T09:00")
    planned = ada(room).text
    early = ada(room, act="discard")
    back = ada(room, act="call-back")
    again = ada(room, act="call-back")

    assert f"Hello {UGO.name}," in first
    assert f"Community session: {title}" in first
    assert f"Hello {UMA.name}," in second
    assert links.personal_invite(audience, ref, 0) not in first + second + frame.text
    assert f"Hello {UMA.name}," in frame.text
    assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]
    assert (elsewhere.status_code, unknown.status_code) == (404, 404)
    assert [each.status_code for each in (tested, *wrong, later, back)] == [303, 422, 422, 422, 422, 303, 303]
    assert "before the event begins" in wrong[2].text
    assert "Sat 20 Feb 2027, 09:00" in planned
    assert "Europe/Oslo" in planned
    assert (early.status_code, "Call it back first" in early.text) == (409, True)
    assert again.status_code == 303  # twice is once
    session.rollback()
    assert [job.kind for job in session.scalars(select(Job)).all()] == [Kind.TEST]


def test_progress_and_answers_are_shown_and_the_links_room_stays_small(
    ada: Any, session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    slug = event.slug
    number = make_round(event, UGO, UMA, UDO).id
    room = f"/desk/events/{slug}/rounds"
    ada(f"{room}/{number}", act="send")
    for told, kind in ((None, Kind.ROUND), (0, Kind.INVITED)):
        while job := claim(now.time, "one", (kind,)):
            if kind is Kind.ROUND:
                carry(job, now.time)
            finish(job.id, "one", told)
    session.rollback()
    event = session.get_one(type(event), event.id)
    sign_up(event, UGO)
    decline(event.rules.audience, invitations_of(session, event)[1].ref, now=now.time)

    page, declined = unescape(ada(f"{room}/{number}").text), ada(f"{room}/{number}?tab=declined").text
    nudged = ada(f"{room}/{number}", act="nudge")
    after = unescape(ada(f"{room}/{number}").text)
    overview, in_links = unescape(ada(room).text), ada(f"/desk/events/{slug}/links").text
    history = ada(f"/desk/events/{slug}/history").text

    assert "Sent to 3 of 3 people." in page
    assert "Remind 1 person" in page
    assert "This is the one reminder you get." in page  # what they will read is what is shown
    assert (UMA.email in declined, UGO.email in declined) == (True, False)
    assert nudged.status_code == 303
    assert "They are reminded once alone." in after
    assert ada(f"{room}/{number}", act="nudge").status_code == 409
    assert "1 registered, 1 declined" in overview
    assert UMA.email not in in_links
    assert all(said in history for said in ("Invited 3 people.", "Invited 1 person once more"))


def test_the_room_says_why_nobody_can_be_invited(ada: Any, session: Session, links: Links, now: Clock) -> None:
    draft, unsaid = make_event(links, published=False), make_event(links, Label.COMMERCIAL)
    number, slugs = make_round(unsaid, BEA).id, (draft.slug, unsaid.slug)
    session.rollback()

    off = make_event(links)
    planned = f"/desk/events/{off.slug}/rounds/{make_round(off, UGO).id}"
    ada(planned, act="later", at="2027-02-20T09:00")
    cancel_event(off.slug, actor=signing(), links=links, now=now.time)
    late = unescape(ada(planned).text)

    first = unescape(ada(f"/desk/events/{slugs[0]}/rounds").text)
    session.rollback()  # the other list is another transaction
    second = unescape(ada(f"/desk/events/{slugs[1]}/rounds").text)
    refused = ada(f"/desk/events/{slugs[1]}/rounds/{number}", act="send")
    strange = ada(f"/desk/events/{slugs[1]}/rounds", **{"from": "thin air"})

    assert "It does not go out. This event was cancelled" in late
    assert "Call it back" not in late
    assert "This event is a draft" in first
    assert "Make a round" not in first
    assert "Give the postal address of the seller first" in second
    assert (refused.status_code, "postal address" in refused.text) == (409, True)
    assert strange.status_code == 404


def test_people_of_a_past_event_are_signed_for(ada: Any, session: Session, links: Links, now: Clock) -> None:
    past = make_event(links, starts_at=datetime(2027, 2, 12, 18))  # noqa: DTZ001 - a wall time
    sign_up(past, UGO)
    now.time = past.ends_at
    event = make_event(links, title="The next one")
    room, before = f"/desk/events/{event.slug}/rounds", past.slug

    page = unescape(ada(room).text)
    unsigned = ada(room, past=before, **{"from": "event"})
    nobody = ada(room, **{"from": "standing"})
    made = ada(room, past=before, signed="y", **{"from": "event"})
    twice = ada(room, past=before, signed="y", **{"from": "event"})

    assert "Get the most out of Tire Server, 12 Feb 2027 (1)" in page
    assert [each.status_code for each in (unsigned, nobody, made, twice)] == [422, 409, 303, 409]
    assert "Nobody is left to invite. Left out: 1 invited to this event already." in unescape(twice.text)
    assert UGO.email in ada(made.location).text


def test_a_personal_link_is_mailed_by_a_button_beside_it(ada: Any, session: Session, links: Links) -> None:
    event = make_event(links)
    slug, number = event.slug, make_invitation(event, UGO).id

    before = ada(f"/desk/events/{slug}/links").text
    mailed = ada(f"/desk/events/{slug}/invitations/{number}/mail", x="")
    after = ada(f"/desk/events/{slug}/links").text

    assert "Mail it" in before
    assert mailed.status_code == 303
    assert ("Mail it" in after, "Mailed" in after) == (False, True)
