"""The pages that count what the year was: nobody of its six hundred people stands on them, and each label sees its own."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eventdesk.db import db, writing
from eventdesk.labels import Label
from eventdesk.organisers.models import SignIn
from eventdesk.organisers.queries import by_email, digest
from eventdesk.organisers.rules import SIGN_IN_LASTS
from eventdesk.suggestions.models import Contribution
from tests.cast import ADA, BERT, CORA, Person
from tests.conftest import BASE_URL, Clock
from tests.year.conftest import Played

pytestmark = pytest.mark.slow
#: By label: what only those who organise it may open.
PAGES = {
    Label.COMMUNITY: (
        "/desk/scorecards/community",
        "/desk/scorecards/community.csv",
        "/desk/signals",
        "/desk/signals.txt",
    ),
    Label.COMMERCIAL: ("/desk/scorecards/commercial", "/desk/scorecards/commercial.csv"),
}
THEIRS = {Label.COMMUNITY: CORA, Label.COMMERCIAL: BERT}
SignedIn = Callable[[Played, Person], FlaskClient]


@pytest.fixture
def signed_in(now: Clock) -> SignedIn:
    """Somebody's browser, signed in when one looks."""

    def sign(played: Played, person: Person) -> FlaskClient:
        now.time, secret = played.now, f"secret of {person.name}"
        with played.app.app_context(), writing() as session:
            known = by_email(session, person.email)
            assert known
            lasting = {"made_at": now.time, "ends_at": now.time + SIGN_IN_LASTS}
            session.query(SignIn).filter_by(digest=digest(secret)).delete()
            session.add(SignIn(digest=digest(secret), organiser=known, **lasting))
        browser = played.app.test_client()
        with browser.session_transaction(base_url=BASE_URL) as cookie:
            cookie["sign_in"] = secret
        return browser

    return sign


def test_nobody_is_named_where_the_year_is_counted(whole: Played, signed_in: SignedIn) -> None:
    _names_nobody(whole, signed_in)


def test_nobody_is_named_there_once_people_are_gone(emptied: Played, signed_in: SignedIn) -> None:
    _names_nobody(emptied, signed_in)


def _names_nobody(played: Played, signed_in: SignedIn) -> None:
    forbidden = _forbidden(played)
    for label, pages in PAGES.items():
        for person in (THEIRS[label], ADA):
            browser = signed_in(played, person)
            for page in pages:
                answer = browser.get(page)
                assert answer.status_code == 200, page
                said = _about_the_year(answer.get_data(as_text=True), person)
                assert [each for each in forbidden if each in said] == [], page


def _forbidden(played: Played) -> list[str]:
    """All addresses, names, surnames and companies of the year's people, and of the organisers, in small letters."""
    people = played.player.year.people
    said = {each for person in people for each in (person.email, person.name, person.name.split()[1])}
    said |= {each for person in (ADA, BERT, CORA) for each in (person.email, person.name)}
    return sorted(each.casefold() for each in said if each)


def _about_the_year(page: str, reader: Person) -> str:
    """A page without the line at its foot that says who is signed in."""
    return page.replace(f"Signed in as {reader.name}, {reader.email}.", "").casefold()


def test_each_label_counts_for_its_own_organisers_alone(whole: Played, signed_in: SignedIn) -> None:
    for label, pages in PAGES.items():
        for other, person in THEIRS.items():
            browser = signed_in(whole, person)
            expected = 200 if other is label else 404
            assert {page: browser.get(page).status_code for page in pages} == dict.fromkeys(pages, expected)


def test_a_name_that_members_wrote_is_told_in_no_signal(whole: Played, signed_in: SignedIn) -> None:
    named = whole.player.year.people[29]
    with whole.app.app_context():
        wrote = select(func.count()).where(Contribution.words.contains(named.name))
        assert db.session().scalar(wrote) == 3
    said = signed_in(whole, CORA).get("/desk/signals").get_data(as_text=True)
    assert "sensor" in said
    assert named.name.split()[1] not in said
    assert named.email not in said
