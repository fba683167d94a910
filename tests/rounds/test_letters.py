"""The letter of a round: to one person, with their own link and the way to stop; a test of it binds nobody."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.consent.letters import NO_ADDRESS, passed
from eventdesk.consent.queries import choice_of
from eventdesk.consent.service import refuse
from eventdesk.db import db, writing
from eventdesk.errors import TooMany
from eventdesk.events.models import Event
from eventdesk.invites.queries import invitations_of
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.organisers.rules import Actor
from eventdesk.outbox.mail import Letter, NotDelivered, compose
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.service import claim
from eventdesk.programmes.models import Programme
from eventdesk.rounds import service
from eventdesk.rounds.carrying import carry
from eventdesk.rounds.letters import CHANNEL_OF, invitation_letter, sample_letter
from eventdesk.rounds.service import nudge, send, try_out
from eventdesk.wording import Channel, Words
from eventdesk.words.service import reword_event
from tests.cast import ADA, BEA, UGO, Person
from tests.conftest import BASE_URL, Clock
from tests.factories import make_event, make_round
from tests.rounds.conftest import Post

NAMELESS = Person("", "nobody@people.example")


def first_of(event: Event, links: Links) -> tuple[str, str]:
    """The first one's own link, and where they stop."""
    [invitation, *_] = invitations_of(db.session(), event)
    choice = choice_of(db.session(), invitation.audience, invitation.email_key)
    assert choice
    return (
        links.personal_invite(invitation.audience, invitation.ref, 0),
        links.stop(invitation.audience, choice.ref, 0),
    )


@pytest.mark.parametrize("label", RULES)
def test_it_greets_by_name_and_holds_ones_own_link_and_the_way_to_stop(
    session: Session, links: Links, now: Clock, ada: Actor, post: Post, label: Label
) -> None:
    event = make_event(links, label)
    made = make_round(event, UGO, NAMELESS)
    send(event.slug, made.id, at=None, actor=ada, now=now.time)
    invited = post()
    nudge(event.slug, made.id, actor=ada, now=now.time)
    nudged = post()
    own_url, stop_url = first_of(event, links)

    assert [letter.name for letter in (*invited, *nudged)] == [UGO.name, "", UGO.name, ""]
    for letter in (invited[0], nudged[0]):
        assert letter.text.body.startswith(f"{event.promise}\n\nHello {UGO.name},\n\n")
        assert own_url in letter.text.body
        assert letter.text.body.rstrip().endswith(stop_url)
        assert f'href="{own_url}"' in letter.html
        assert links.page(event.slug) not in letter.text.body
        assert (event.rules.needs_postal_address, letter.calendar) == ("Mill Road 9" in letter.text.body, None)
        mail = compose(letter, mailbox=links.mailbox, host=links.host, key="k", now=now.time)
        assert mail["List-Unsubscribe"] == f"<{stop_url}>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert event.rules.noun in mail["Subject"].casefold()
    assert "Hello" not in invited[1].text.body + nudged[1].text.body
    assert "This is the one reminder you get." in nudged[0].text.body


def test_an_organisers_own_words_apply_and_the_program_greets(
    session: Session, links: Links, now: Clock, ada: Actor, post: Post
) -> None:
    event = make_event(links)
    made = make_round(event, UGO)
    words = Words("Come, {title}", "Bring a friend: {link}")
    reword_event(event.slug, Channel.INVITE, words, actor=ada, links=links, now=now.time)
    send(event.slug, made.id, at=None, actor=ada, now=now.time)

    [letter] = post()

    own_url, stop_url = first_of(event, links)
    assert letter.text.subject == f"Come, {event.title}"
    assert f"Hello {UGO.name},\n\nBring a friend: {own_url}\n\n" in letter.text.body
    assert stop_url in letter.text.body


def test_what_is_refused_or_lacks_an_address_is_not_written(
    session: Session, links: Links, now: Clock, ada: Actor
) -> None:
    event = make_event(links, Label.COMMERCIAL)
    send(event.slug, make_round(event, BEA).id, at=None, actor=ada, now=now.time)
    job = claim(now.time, "one", (Kind.ROUND,))
    assert job
    carry(job, now.time)
    letter = claim(now.time, "one", (Kind.INVITED,))
    assert letter
    with writing() as writer:
        for programme in writer.scalars(select(Programme)):
            programme.postal_address = ""

    with pytest.raises(NotDelivered, match="postal address") as refused:
        passed(invitation_letter, db.session(), letter, links, now.time)
    assert (str(refused.value), refused.value.final) == (NO_ADDRESS, True)

    choice = choice_of(db.session(), event.rules.audience, BEA.email)
    assert choice
    refuse(event.rules.audience, choice.ref, now=now.time)
    assert passed(invitation_letter, db.session(), letter, links, now.time) is None


@pytest.mark.parametrize("kind", CHANNEL_OF)
def test_a_test_goes_to_who_asks_and_its_links_are_nobodys(
    client: FlaskClient, session: Session, links: Links, now: Clock, ada: Actor, kind: Kind
) -> None:
    event = make_event(links)
    made = make_round(event, UGO)
    for _ in range(2):  # a double click is one test
        try_out(event.slug, made.id, kind, actor=ada, now=now.time)
    session.rollback()
    [job] = session.scalars(select(Job).where(Job.kind == Kind.TEST)).all()

    letter = sample_letter(session, job, links, now.time)

    assert isinstance(letter, Letter)
    assert (letter.email, letter.stop_url) == (ADA.email, "")
    assert letter.text.subject.startswith("Test: ")
    assert f"Hello {ADA.name}," in letter.text.body
    [invitation] = invitations_of(session, event)
    assert links.personal_invite(invitation.audience, invitation.ref, 0) not in letter.text.body
    session.rollback()
    for path in ("/i/a-sample-link", "/u/a-sample-link"):
        assert f"{BASE_URL}{path}" in letter.text.body
        assert client.get(path).status_code == 404


def test_tests_are_counted(
    session: Session, links: Links, now: Clock, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "TESTS_PER_HOUR", 1)
    event = make_event(links)
    made = make_round(event, UGO)
    try_out(event.slug, made.id, Kind.INVITED, actor=ada, now=now.time)
    now.pass_by(minutes=1)

    with pytest.raises(TooMany, match="many tests"):
        try_out(event.slug, made.id, Kind.INVITED, actor=ada, now=now.time)
