"""Accounts and their roles."""

import pytest
from sqlalchemy.orm import Session

from eventdesk.errors import Conflict, Refused
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.organisers.queries import by_email, signed_in
from eventdesk.organisers.rules import ROLES, labels_of, passphrase_problem
from eventdesk.organisers.service import SignInFailed, add_organiser, sign_in
from eventdesk.programmes.queries import programmes
from eventdesk.programmes.service import set_up
from tests.cast import ADA, CORA, PASSPHRASE
from tests.conftest import NOW


def test_the_set_up_makes_an_owner_and_a_programme_of_each_label(session: Session) -> None:
    owner = by_email(session, ADA.email.upper())

    assert owner
    assert owner.labels == frozenset(RULES)
    assert owner.passphrase.startswith("$argon2id$")
    assert [(each.label, each.slug) for each in programmes(session, RULES)] == [
        (label, rules.first_programme.slug) for label, rules in RULES.items()
    ]
    assert [each.lacks_postal_address for each in programmes(session, RULES)] == [False, True]


def test_an_installation_is_set_up_once(session: Session) -> None:
    with pytest.raises(Conflict):
        set_up(organisation="x", timezone="UTC", name="x", email="x@x.example", passphrase=PASSPHRASE, now=NOW)


@pytest.mark.parametrize(
    ("roles", "labels"),
    [
        ([], []),
        (["community"], [Label.COMMUNITY]),
        (["commercial"], [Label.COMMERCIAL]),
        (["owner"], list(RULES)),
        (["community", "commercial"], list(RULES)),
        (["nonsense"], []),
    ],
)
def test_a_role_opens_its_label_and_the_owner_opens_all(roles: list[str], labels: list[Label]) -> None:
    assert labels_of(roles) == frozenset(labels)
    assert ROLES == ("community", "commercial", "owner")


def test_a_further_role_is_added_with_a_new_passphrase_and_old_sign_ins_end(session: Session, links: Links) -> None:
    add_organiser(name=CORA.name, email=CORA.email, passphrase=PASSPHRASE, role="community", now=NOW)
    secret = sign_in(CORA.email, PASSPHRASE, links=links, network="n", now=NOW)
    assert signed_in(session, secret, NOW)

    other = "another lamp, other bridges"
    cora = add_organiser(name="x", email=CORA.email.upper(), passphrase=other, role="commercial", now=NOW)

    assert cora.labels == frozenset(RULES)
    assert signed_in(session, secret, NOW) is None
    with pytest.raises(SignInFailed):
        sign_in(CORA.email, PASSPHRASE, links=links, network="n", now=NOW)


def test_an_unknown_role_is_refused(session: Session) -> None:
    with pytest.raises(Refused, match="community, commercial, owner"):
        add_organiser(name="x", email="x@x.example", passphrase=PASSPHRASE, role="admin", now=NOW)


@pytest.mark.parametrize(
    ("passphrase", "good"),
    [
        (PASSPHRASE, True),
        ("ÅÆØ åæø ẞ ß 日本語", True),
        ("x" * 40, False),
        ("ab1!" * 4, True),
        ("ab1!" * 65, False),
        ("", False),
    ],
)
def test_a_passphrase_is_long_and_not_one_thing_over_and_over(passphrase: str, good: bool) -> None:
    assert (passphrase_problem(passphrase) == "") is good
