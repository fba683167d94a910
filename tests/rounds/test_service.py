"""Rounds of invitations: from a label's own people alone, each written to once, now or later, and once more at most."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from eventdesk.consent.models import CHOICES
from eventdesk.consent.queries import choice_of
from eventdesk.consent.service import open_choices, refuse
from eventdesk.db import writing
from eventdesk.errors import Conflict, NotFound
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event
from eventdesk.history.models import Act, Entry
from eventdesk.invites.models import INVITATIONS, InvitationRound, Source
from eventdesk.invites.queries import invitations_of
from eventdesk.invites.service import decline, invite_no_more, revoke_invitation
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.service import leave
from eventdesk.organisers.rules import Actor
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.service import claim, finish
from eventdesk.rounds import rules, service
from eventdesk.rounds.carrying import carry
from eventdesk.rounds.queries import Figures, figures, recipients
from eventdesk.rounds.rules import Answer, Guest
from eventdesk.rounds.service import call_back, discard, mail_one, make, nudge, send
from eventdesk.standing.models import STANDING
from tests.cast import BEA, BOB, UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, make_invitation, make_round, make_standing, sign_up, signing
from tests.rounds.conftest import Post

PEOPLE = {Label.COMMUNITY: (UGO, UMA, UDO), Label.COMMERCIAL: (BEA, BOB, ZED)}


def no_more(event: Event, person: Person, now: Clock) -> None:
    """They want no mail of the event's label."""
    audience = event.rules.audience
    with writing() as session:
        open_choices(session, audience, [person.email], now.time)
        choice = choice_of(session, audience, person.email)
        assert choice
        refuse(audience, choice.ref, now=now.time)


@ON_BOTH
@pytest.mark.parametrize("label", RULES)
def test_a_round_is_made_sent_answered_and_followed_up_once(
    session: Session, links: Links, now: Clock, ada: Actor, post: Post, label: Label
) -> None:
    event = make_event(links, label)
    first, second, third = PEOPLE[label]
    made = make_round(event, first, second, third)
    assert post() == []  # nobody has said that it goes out

    send(event.slug, made.id, at=None, actor=ada, now=now.time)
    send(event.slug, made.id, at=None, actor=ada, now=now.time)
    assert [letter.email for letter in post()] == [first.email, second.email, third.email]
    mine = {each.email: each for each in invitations_of(session, event)}
    sign_up(event, first)  # by the open link, not by their own
    decline(event.rules.audience, mine[second.email].ref, now=now.time)

    assert nudge(event.slug, made.id, actor=ada, now=now.time) == 1
    assert [letter.email for letter in post()] == [third.email]
    with pytest.raises(Conflict, match="once alone"):
        nudge(event.slug, made.id, actor=ada, now=now.time)
    session.rollback()
    assert figures(session, event) == {made.id: Figures(people=3, sent=3, nudged=1, answers=dict.fromkeys(Answer, 1))}
    told = [each.answer for each in recipients(session, event, made)]
    assert told == [Answer.REGISTERED, Answer.DECLINED, Answer.INVITED]
    assert [each.invitation.email for each in recipients(session, event, made, Answer.DECLINED)] == [second.email]
    assert [each.invitation.email for each in recipients(session, event, made, search=third.name)] == [third.email]
    kept = session.scalars(select(Entry).where(Entry.act.in_((Act.INVITED, Act.NUDGED))).order_by(Entry.id)).all()
    assert [(each.act, each.actor_id, each.details["people"]) for each in kept] == [
        (Act.INVITED, ada.id, 3),
        (Act.NUDGED, ada.id, 1),
    ]


@ON_BOTH
def test_each_is_left_out_for_a_reason_and_counted(
    session: Session, links: Links, now: Clock, ada: Actor, post: Post
) -> None:
    event, other = make_event(links), make_event(links)
    sign_up(event, UGO)
    sign_up(other, UDO)  # of another event: that is nothing to this one
    make_invitation(event, UMA)
    no_more(event, BEA, now)
    session.rollback()
    no_more(make_event(links, Label.COMMERCIAL), ZED, now)  # of the other label: neither is that
    session.rollback()

    shouting = Person("Udo", UDO.email.upper())
    made = make_round(event, UGO, UMA, UDO, BEA, ZED, shouting)

    assert made.left_out == {"registered": 1, "invited": 1, "refuses": 1, "twice": 1}
    assert [each.invitation.email for each in recipients(session, event, made)] == [UDO.email, ZED.email]
    with pytest.raises(
        Conflict, match=r"Nobody is left to invite\. Left out: 2 invited to this event already"
    ) as refused:
        make_round(event, UDO, ZED)
    assert "1 registered" not in str(refused.value)
    discard(event.slug, made.id, actor=ada, now=now.time)
    assert make_round(event, UDO, ZED).left_out == {}


def test_a_round_has_a_size_and_the_rest_is_for_another(
    session: Session, links: Links, now: Clock, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST", 2)
    monkeypatch.setattr(service, "BATCH", 2)
    event = make_event(links)
    for person in (UGO, UMA, UDO, ZED):
        make_standing(links, Label.COMMUNITY, person)

    first = make(event.slug, Source.STANDING, keys=links.keys, actor=ada, now=now.time)
    second = make(event.slug, Source.STANDING, keys=links.keys, actor=ada, now=now.time)

    assert first.left_out == {"over": 2}
    assert second.left_out == {"invited": 2}
    assert {number: each.people for number, each in figures(session, event).items()} == {first.id: 2, second.id: 2}
    assert "5,000" in rules.left_out_words(first.left_out)[0]


@ON_BOTH
@pytest.mark.parametrize("label", RULES)
def test_only_the_labels_own_people_are_asked_for(
    session: Session, links: Links, now: Clock, ada: Actor, post: Post, label: Label
) -> None:
    [other] = [each for each in RULES if each is not label]
    first, second, third = PEOPLE[label]
    past, strange = make_event(links, label), make_event(links, other)
    came = [sign_up(past, person) for person in (first, second)]
    session.rollback()
    sign_up(strange, PEOPLE[other][0])
    session.rollback()
    leave(past.rules.audience, came[1].ref, now=now.time)
    session.rollback()
    make_standing(links, other, PEOPLE[other][1])
    session.rollback()
    make_standing(links, label, third)
    make_standing(links, label, second, confirmed=False)
    now.time = past.ends_at
    event = make_event(links, label)
    session.rollback()

    from_list = make(event.slug, Source.STANDING, keys=links.keys, actor=ada, now=now.time)
    from_past = make(event.slug, Source.EVENT, past=past.slug, keys=links.keys, actor=ada, now=now.time)
    for wrong in (strange.slug, event.slug, "nowhere", ""):
        with pytest.raises(NotFound):
            make(event.slug, Source.EVENT, past=wrong, keys=links.keys, actor=ada, now=now.time)

    asked = [[each.invitation.email for each in recipients(session, event, made)] for made in (from_list, from_past)]
    assert asked == [[third.email], [first.email]]  # who left is not among them
    session.rollback()
    assert session.scalars(select(INVITATIONS[RULES[other].audience])).all() == []


@ON_BOTH
def test_a_planned_round_waits_and_can_be_called_back_until_it_begins(
    session: Session, links: Links, now: Clock, ada: Actor, post: Post
) -> None:
    event = make_event(links)
    made, at = make_round(event, UGO), now.time + timedelta(days=7)
    with pytest.raises(Conflict, match="before the event begins"):
        send(event.slug, made.id, at=event.starts_at, actor=ada, now=now.time)

    send(event.slug, made.id, at=at, actor=ada, now=now.time)
    with pytest.raises(Conflict, match="Call it back first"):
        send(event.slug, made.id, at=None, actor=ada, now=now.time)
    with pytest.raises(Conflict, match="Call it back first"):
        discard(event.slug, made.id, actor=ada, now=now.time)
    assert post() == []
    call_back(event.slug, made.id, actor=ada, now=now.time)
    now.time = at
    assert post() == []
    again = at + timedelta(days=1)
    send(event.slug, made.id, at=again, actor=ada, now=now.time)
    now.time = again
    assert [letter.email for letter in post()] == [UGO.email]
    with pytest.raises(Conflict, match="has begun"):
        call_back(event.slug, made.id, actor=ada, now=now.time)
    assert len(session.scalars(select(Job).where(Job.kind == Kind.ROUND)).all()) == 1


@ON_BOTH
def test_carried_out_twice_or_ended_half_way_it_writes_once(
    session: Session, links: Links, now: Clock, ada: Actor, post: Post
) -> None:
    event = make_event(links)
    made = make_round(event, UGO, UMA)
    send(event.slug, made.id, at=None, actor=ada, now=now.time)
    job = claim(now.time, "one", (Kind.ROUND,))
    assert job
    carry(job, now.time)
    carry(job, now.time)
    finish(job.id, "one")

    assert [letter.email for letter in post()] == [UGO.email, UMA.email]
    session.rollback()
    assert len(session.scalars(select(Entry).where(Entry.act == Act.INVITED)).all()) == 1
    audience = event.rules.audience
    assert len(session.scalars(select(CHOICES[audience])).all()) == 2


def test_nobody_is_written_to_once_it_has_become_untrue(
    session: Session, links: Links, now: Clock, ada: Actor, post: Post
) -> None:
    event = make_event(links)
    make_standing(links, Label.COMMUNITY, UGO)
    listed = make(event.slug, Source.STANDING, keys=links.keys, actor=ada, now=now.time)
    others = [Person(f"Guest {number}", f"guest{number}@users.example") for number in range(4)]
    made = make_round(event, *others, UMA)
    for each in (listed, made):
        send(event.slug, each.id, at=None, actor=ada, now=now.time)
    while job := claim(now.time, "one", (Kind.ROUND,)):
        carry(job, now.time)
        finish(job.id, "one")
    mine = {each.email: each for each in invitations_of(session, event)}
    audience = event.rules.audience

    with writing() as writer:
        writer.execute(delete(STANDING[audience]))
    outcome = sign_up(event, others[0])
    leave(audience, outcome.ref, now=now.time)  # who came and left has answered
    decline(audience, mine[others[1].email].ref, now=now.time)
    invite_no_more(audience, mine[others[2].email].ref, now=now.time)
    revoke_invitation(event.slug, mine[others[3].email].id, actor=ada, now=now.time)

    assert [letter.email for letter in post()] == [UMA.email]


def test_of_an_event_that_is_off_over_or_a_draft_nobody_hears(
    session: Session, links: Links, now: Clock, ada: Actor, post: Post
) -> None:
    off, over, draft = make_event(links), make_event(links), make_event(links, published=False)
    for event in (off, over):
        send(event.slug, make_round(event, UGO).id, at=None, actor=ada, now=now.time)
    late = make_round(over, UMA)
    with pytest.raises(Conflict, match="is a draft"):
        make_round(draft, UGO)
    cancel_event(off.slug, actor=ada, links=links, now=now.time)
    now.time = over.starts_at

    assert post() == []
    with pytest.raises(Conflict, match="has begun"):
        send(over.slug, late.id, at=None, actor=ada, now=now.time)
    with pytest.raises(Conflict, match="was cancelled"):
        make_round(off, UMA)


def test_without_the_sellers_address_nothing_goes_out(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, Label.COMMERCIAL)
    made = make_round(event, BEA)
    owner = signing()

    for act in (
        lambda: send(event.slug, made.id, at=None, actor=owner, now=now.time),
        lambda: nudge(event.slug, made.id, actor=owner, now=now.time),
        lambda: service.try_out(event.slug, made.id, Kind.INVITED, actor=owner, now=now.time),
    ):
        with pytest.raises(Conflict, match="postal address"):
            act()

    session.rollback()
    assert session.get_one(InvitationRound, made.id).send_at is None


def test_a_round_of_another_event_or_label_is_not_there(session: Session, links: Links, now: Clock, ada: Actor) -> None:
    event, other = make_event(links), make_event(links)
    made = make_round(event, UGO)
    stranger = Actor(ada.id, frozenset({Label.COMMERCIAL}))

    for slug, actor in ((other.slug, ada), (event.slug, stranger)):
        for act in (call_back, discard, nudge):
            with pytest.raises(NotFound):
                act(slug, made.id, actor=actor, now=now.time)
        with pytest.raises(NotFound):
            send(slug, made.id, at=None, actor=actor, now=now.time)
    with pytest.raises(NotFound):
        make(
            event.slug,
            Source.FILE,
            guests=[Guest("", UMA.email)],
            statement="x",
            keys=links.keys,
            actor=stranger,
            now=now.time,
        )


def test_a_link_made_by_hand_is_mailed_once_while_it_is_good(
    session: Session, links: Links, now: Clock, ada: Actor, post: Post
) -> None:
    event = make_event(links)
    mine = {person: make_invitation(event, person).id for person in (UGO, UMA, UDO, BEA)}
    sign_up(event, UMA)
    no_more(event, UDO, now)
    revoke_invitation(event.slug, mine[BEA], actor=ada, now=now.time)

    mail_one(event.slug, mine[UGO], keys=links.keys, actor=ada, now=now.time)
    for person, said in ((UGO, "once alone"), (UMA, "has answered"), (UDO, "no invitations"), (BEA, "withdrawn")):
        with pytest.raises(Conflict, match=said):
            mail_one(event.slug, mine[person], keys=links.keys, actor=ada, now=now.time)
    with pytest.raises(NotFound):
        mail_one(make_event(links).slug, mine[UGO], keys=links.keys, actor=ada, now=now.time)

    assert [letter.email for letter in post()] == [UGO.email]
    assert make_round(event, UGO, ZED).left_out == {"invited": 1}
