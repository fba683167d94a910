"""How those who may buy are followed up: stage, owner, value and next step; kept as said, counted, and nobody else is."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.errors import Conflict, NotFound, Refused
from eventdesk.events.models import Event
from eventdesk.history.models import Act
from eventdesk.history.queries import entries
from eventdesk.history.words import sentence
from eventdesk.labels import RULES, RULES_BY_AUDIENCE, Label, Stage
from eventdesk.links import Links
from eventdesk.lists.models import LISTS, BuyerRegistration
from eventdesk.lists.stages import (
    FOLLOWED,
    NOBODY,
    FollowUp,
    due_steps,
    follow_up,
    followed,
    followed_labels,
    last_currency,
    next_steps,
    step_counts,
)
from eventdesk.organisers.queries import organisers_of
from eventdesk.organisers.rules import Actor
from eventdesk.organisers.service import add_organiser
from tests.cast import BEA, BERT, BOB, CORA, PASSPHRASE, UGO, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, registered, sign_up, signing

MARCH = date(2027, 3, 20)


def buyer(event: Event, person: Person = BEA) -> BuyerRegistration:
    found = followed(registered(event, sign_up(event, person)))
    assert found
    return found


def organiser(person: Person, label: Label, now: Clock) -> Actor:
    said = {"name": person.name, "email": person.email, "passphrase": PASSPHRASE, "role": label.value}
    return add_organiser(**said, now=now.time).actor


def said_of(session: Session, person: BuyerRegistration) -> FollowUp:
    session.rollback()
    return FollowUp.of(person)


def test_people_are_followed_up_just_where_the_label_has_stages() -> None:
    assert set(FOLLOWED) == {audience for audience, rules in RULES_BY_AUDIENCE.items() if rules.stages}
    kept = set(FollowUp.__dataclass_fields__)
    for audience, people in LISTS.items():
        columns = set(people.__table__.columns.keys())
        assert kept & columns == (kept if audience in FOLLOWED else set())


@ON_BOTH
def test_what_is_said_of_somebody_is_kept_with_the_day_the_stage_changed(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, Label.COMMERCIAL)
    person, bert = buyer(event), organiser(BERT, Label.COMMERCIAL, now)
    ref, audience, event_id, first = person.ref, person.audience, event.id, FollowUp.of(person)
    wanted = FollowUp(Stage.PROPOSAL, bert.id, 12_000, "EUR", "Send the offer.", MARCH)
    then = now.time

    follow_up(audience, ref, wanted, made_from=first.mark, actor=bert, now=then)
    again = replace(wanted, next_step="Call them.")
    follow_up(audience, ref, again, made_from=wanted.mark, actor=bert, now=now.pass_by(days=3))
    follow_up(audience, ref, again, made_from="whatever it was", actor=bert, now=now.time)  # twice is once

    assert (first, said_of(session, person)) == (FollowUp(Stage.NEW), again)
    assert person.staged_at == then
    acts = [each for each in entries(session, event_id, ref) if each.act is Act.STAGED]
    assert [sentence(each.act, each.details) for each in acts] == [
        "Changed how they are followed up.",
        "Set the stage to “proposal”.",
    ]
    assert acts[1].details == {"stage": "proposal", "value": 12_000, "currency": "EUR", "owner": bert.id}
    assert acts[1].actor_id == bert.id
    assert last_currency(session, event.label) == "EUR"


def test_who_comes_second_is_told_and_changes_nothing(session: Session, links: Links, now: Clock) -> None:
    person, ada = buyer(make_event(links, Label.COMMERCIAL)), signing()
    seen = FollowUp.of(person).mark
    first, second = FollowUp(Stage.FOLLOWED_UP), FollowUp(Stage.LOST)

    follow_up(person.audience, person.ref, first, made_from=seen, actor=ada, now=now.time)
    with pytest.raises(Conflict, match="Somebody else has changed this"):
        follow_up(person.audience, person.ref, second, made_from=seen, actor=ada, now=now.time)

    assert said_of(session, person) == first


def test_only_who_organises_the_label_may_own_or_change_somebody(session: Session, links: Links, now: Clock) -> None:
    person = buyer(make_event(links, Label.COMMERCIAL))
    audience, ref, seen = person.audience, person.ref, FollowUp.of(person).mark
    cora = organiser(CORA, Label.COMMUNITY, now)
    owned = FollowUp(Stage.NEW, owner_id=cora.id)

    assert cora.id not in [each.id for each in organisers_of(session, Label.COMMERCIAL)]
    with pytest.raises(Refused, match="Choose somebody who organises"):
        follow_up(audience, ref, owned, made_from=seen, actor=signing(), now=now.time)
    with pytest.raises(NotFound):
        follow_up(audience, ref, FollowUp(Stage.LOST), made_from=seen, actor=cora, now=now.time)
    assert said_of(session, person) == FollowUp(Stage.NEW)


def test_nobody_of_the_other_list_is_followed_up(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo = registered(event, sign_up(event, UGO))

    with pytest.raises(NotFound):
        follow_up(ugo.audience, ugo.ref, FollowUp(Stage.WON), made_from="", actor=signing(), now=now.time)
    assert [rules.stages != () for rules in followed_labels(RULES)] == [True]


@ON_BOTH
def test_next_steps_come_by_their_day_until_it_is_won_or_lost(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, Label.COMMERCIAL)
    bert = organiser(BERT, Label.COMMERCIAL, now)
    people = [buyer(event, Person(f"Buyer {number}", f"b{number}@buyers.example", "B", "B")) for number in range(5)]
    said = [
        FollowUp(Stage.NEW, next_step="No day."),
        FollowUp(Stage.PROPOSAL, bert.id, next_step="Later.", next_step_on=MARCH.replace(day=21)),
        FollowUp(Stage.NEW, bert.id, next_step="Overdue.", next_step_on=MARCH.replace(day=1)),
        FollowUp(Stage.WON, bert.id, next_step="Send a card.", next_step_on=MARCH),
        FollowUp(Stage.NEW, next_step="Today.", next_step_on=MARCH),
    ]
    for person, wanted in zip(people, said, strict=True):
        made_from = FollowUp.of(person).mark
        follow_up(person.audience, person.ref, wanted, made_from=made_from, actor=bert, now=now.time)
    session.rollback()
    audience = event.rules.audience

    def steps(stage: Stage | None = None, owner: str = "") -> list[str]:
        return [person.next_step for person, _ in next_steps(session, audience, stage, owner)]

    assert steps() == ["Overdue.", "Today.", "Later.", "No day."]
    assert steps(Stage.PROPOSAL) == ["Later."]
    assert steps(owner=str(bert.id)) == ["Overdue.", "Later."]
    assert steps(owner=NOBODY) == ["Today.", "No day."]
    assert {stage.value: number for stage, number in step_counts(session, audience).items() if number} == {
        "new": 3,
        "proposal": 1,
    }
    assert bert.id
    assert due_steps(session, audience, MARCH, bert.id) == (1, 1)
    assert due_steps(session, audience, MARCH, 999) == (1, 0)


def test_the_database_keeps_no_value_without_a_currency_and_no_day_without_a_step(
    session: Session, links: Links
) -> None:
    person = buyer(make_event(links, Label.COMMERCIAL), BOB)
    ref = person.ref
    refused: tuple[dict[Any, Any], ...] = (
        {"value": 5},
        {"currency": "EUR"},
        {"value": -1, "currency": "EUR"},
        {"next_step_on": MARCH},
    )
    for wrong in refused:
        with pytest.raises(Conflict), writing() as writer:
            writer.query(BuyerRegistration).filter_by(ref=ref).update(wrong)
