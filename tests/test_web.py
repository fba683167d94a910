"""What every answer carries, what is refused before any page is asked, and what a person reads when it is."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from eventdesk import create_app
from eventdesk.access import PERSONAL, PUBLIC
from eventdesk.config import Settings
from eventdesk.db import db
from eventdesk.events.models import Event
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from tests.cast import ADA, BEA, UGO, Person
from tests.conftest import BASE_URL, ON_BOTH, Visitor
from tests.crawl import crawl, csrf_of
from tests.dumps import dump
from tests.factories import make_event, sign_up

#: notes on security, section 5: on every answer, whatever it is.
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
}
POLICY = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")


#: A mail in a frame brings its own styles, may do nothing, and is shown by our own pages alone.
FRAME = re.compile(r"/desk/(events|programmes)/[\w-]+/mail/|/desk/gallery/\w+/")
FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


def assert_guarded(answer: TestResponse) -> None:
    """The headers of every answer."""
    everywhere, policy = EVERYWHERE, answer.headers["Content-Security-Policy"]
    if framed := FRAME.match(answer.request.path):
        everywhere = EVERYWHERE | {"X-Frame-Options": "SAMEORIGIN"}
        assert policy == FRAME_POLICY
    assert {name: answer.headers.get(name) for name in everywhere} == everywhere, answer.request.path
    if framed:
        return
    assert [part for part in POLICY if part not in policy] == []
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] in ("strict-origin-when-cross-origin", "no-referrer")
    assert "camera=()" in answer.headers["Permissions-Policy"]


class Meeting(NamedTuple):
    """A published community session, as others know it."""

    id: int
    slug: str
    code: str
    title: str


@pytest.fixture
def meeting(app: Flask, links: Links) -> Meeting:
    with app.app_context():
        event = make_event(links)
        return Meeting(event.id, event.slug, event.code, event.title)


@pytest.fixture
def manage_path(app: Flask, links: Links, meeting: Meeting) -> str:
    with app.app_context():
        outcome = sign_up(db.session.get_one(Event, meeting.id), UGO)
        return links.manage(RULES[Label.COMMUNITY].audience, outcome.ref, outcome.generation).removeprefix(BASE_URL)


def test_the_front_page_has_one_door_for_each_label(client: FlaskClient, meeting: Meeting) -> None:
    page = client.get("/").text

    assert [f"All {rules.plural}" in page for rules in RULES.values()] == [True, True]
    assert meeting.title in page


def test_before_the_first_start_the_front_page_says_what_is_missing(empty_app: Flask) -> None:
    page = empty_app.test_client().get("/").text

    assert "Not open yet" in page


def test_every_answer_carries_the_headers(
    client: FlaskClient, meeting: Meeting, manage_path: str, at_desk: Callable[[Person], FlaskClient]
) -> None:
    desk = crawl(at_desk(ADA), ["/desk/"])
    public = crawl(
        client, ["/", "/sign-in", "/calendars/community.ics", manage_path, "/static/eventdesk.css", "/nowhere"]
    )

    for answer in [*desk.values(), *public.values()]:
        assert_guarded(answer)
    assert [path for path, answer in desk.items() if answer.status_code != 200] == []
    private = [
        *(answer for path, answer in desk.items() if path.startswith("/desk")),
        public[manage_path],
        public[manage_path + ".ics"],
        public["/sign-in"],
    ]
    assert {answer.headers["Cache-Control"] for answer in private} == {"no-store"}
    assert {answer.headers["Referrer-Policy"] for answer in private} == {"no-referrer"}
    assert {answer.headers["X-Robots-Tag"] for answer in private} == {"noindex"}


@pytest.mark.own_app
def test_refusals_carry_the_headers_too(app: Flask, client: FlaskClient, meeting: Meeting) -> None:
    app.config["TESTING"] = False
    app.add_url_rule("/broken", "broken", PUBLIC(lambda: str(1 / 0)))

    answers = {
        404: client.get("/nowhere"),
        405: client.delete("/"),
        413: client.post(f"/i/{meeting.code}", data={"name": "x" * (1 << 20)}),
        400: client.get("/", base_url="http://evil.example"),
        403: client.post(f"/i/{meeting.code}", headers={"Origin": "http://evil.example"}),
        422: client.post(f"/i/{meeting.code}"),
        500: client.get("/broken"),
    }

    assert {status: answer.status_code for status, answer in answers.items()} == {status: status for status in answers}
    for answer in answers.values():
        assert_guarded(answer)
        assert answer.mimetype == ("text/plain" if answer.status_code == 400 else "text/html")
        assert "Traceback" not in answer.text
    assert answers[405].headers["Allow"]


def test_over_https_browsers_are_told_to_stay_there(settings: Settings, app: Flask) -> None:
    secure = create_app(replace(settings, base_url="https://desk.example"))
    secure.test_client_class = Visitor

    answer = secure.test_client().get("/sign-in", base_url="https://desk.example")

    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "upgrade-insecure-requests" in answer.headers["Content-Security-Policy"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    with secure.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_no_public_page_sets_a_cookie(client: FlaskClient, meeting: Meeting, manage_path: str) -> None:
    begin = ["/", f"/i/{meeting.code}", manage_path, "/healthz", "/calendars/community.ics", "/nowhere"]
    answers = crawl(client, begin)
    sent = client.post(f"/i/{meeting.code}", data=BEA.form)

    assert len(answers) > 8
    entrances = {path for path in answers if path.partition("?")[0] in ("/sign-in", "/forgot")}
    assert {path for path, answer in answers.items() if "Set-Cookie" in answer.headers} - entrances == set()
    assert "Set-Cookie" not in sent.headers
    assert "Set-Cookie" in answers["/sign-in"].headers


def test_looking_changes_nothing(
    app: Flask, client: FlaskClient, meeting: Meeting, manage_path: str, at_desk: Callable[[Person], FlaskClient]
) -> None:
    browser = at_desk(ADA)
    before = dump(app)

    seen = [*crawl(browser, ["/desk/", manage_path]), *crawl(client, ["/", f"/i/{meeting.code}", manage_path])]
    heads = [client.head(path).status_code for path in seen]

    assert len(seen) > 25
    assert set(heads) <= {200, 303}
    assert dump(app) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": BASE_URL},
        {"Origin": "http://evil.example"},
        {"Origin": "http://desk.example.evil.example"},
        {"Origin": "http://desk.example:81"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "nonsense"},
    ],
)
def test_a_post_from_another_site_is_refused(
    app: Flask, client: FlaskClient, meeting: Meeting, headers: dict[str, str]
) -> None:
    before = dump(app)

    answer = client.post(f"/i/{meeting.code}", data=UGO.form, headers=headers)

    assert (answer.status_code, "another site" in answer.text) == (403, True)
    assert dump(app) == before


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": BASE_URL}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none", "Origin": "null"}],
)
def test_a_post_of_our_own_pages_is_taken(client: FlaskClient, meeting: Meeting, headers: dict[str, str]) -> None:
    assert client.post(f"/i/{meeting.code}", data=UGO.form, headers=headers).status_code == 200


def test_a_personal_page_over_plain_http_may_hide_its_origin(client: FlaskClient, manage_path: str) -> None:
    assert client.post(manage_path, data={"act": "cancel"}, headers={"Origin": "null"}).status_code == 303


@pytest.mark.parametrize(
    "host", ["evil.example", "desk.example.evil.example", "desk.example:evil", "desk.example@evil"]
)
def test_a_forged_host_is_refused_in_words(app: Flask, client: FlaskClient, meeting: Meeting, host: str) -> None:
    before = dump(app)

    answers = [
        client.get("/", headers={"Host": host}),
        client.post(f"/i/{meeting.code}", data=UGO.form, headers={"Host": host}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert all("evil" not in answer.text for answer in answers)
    assert dump(app) == before


def test_a_forwarded_host_is_not_believed_without_a_proxy(client: FlaskClient, meeting: Meeting) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-For": "1.2.3.4"}

    page = client.get(f"/events/{meeting.slug}", headers=headers)

    assert (page.status_code, "evil.example" in page.text) == (200, False)


def test_a_body_over_a_mebibyte_is_refused_and_one_below_is_read(
    app: Flask, client: FlaskClient, meeting: Meeting, manage_path: str, at_desk: Callable[[Person], FlaskClient]
) -> None:
    browser = at_desk(ADA)
    before = dump(app)
    big = {"name": "x" * (1 << 20)}

    public = [client.post(path, data=big).status_code for path in (f"/i/{meeting.code}", manage_path, "/sign-in")]
    desk = browser.post("/desk/events/new", data=big | {"csrf_token": csrf_of(browser)})
    small = client.post(f"/i/{meeting.code}", data={"name": "x" * 1_000_000})

    assert public == [413, 413, 413]
    assert (desk.status_code, "at most 1 MiB" in desk.text) == (413, True)
    assert small.status_code == 422
    assert dump(app) == before


@ON_BOTH
@pytest.mark.parametrize(
    "path",
    [
        "/desk/?q=a%00",
        "/desk/events/new?like=%00",
        "/desk/messages?tab=%00",
        "/sign-in?next=%00/desk",
        "/desk/?q=%ED%A0%80",
    ],
)
def test_a_nul_in_an_address_breaks_nothing(at_desk: Callable[[Person], FlaskClient], path: str) -> None:
    assert at_desk(ADA).get(path).status_code in (200, 400, 404)


@pytest.mark.own_app
def test_an_unexpected_error_is_told_without_secrets_and_logged_without_them(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["TESTING"] = False
    app.add_url_rule("/r/<token:token>/broken", "broken", PERSONAL(lambda token: str(1 / 0)))

    with caplog.at_level(logging.ERROR):
        answer = client.get("/r/abcdefghijklmnop/broken?x=1")

    assert answer.status_code == 500
    assert "/r/[redacted]/broken" in caplog.text
    assert "abcdefghijklmnop" not in caplog.text
    assert "division" not in answer.text


@pytest.mark.own_app
def test_a_database_that_does_not_answer_is_a_moment_to_wait(app: Flask, client: FlaskClient) -> None:
    def gone() -> str:
        raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))

    app.add_url_rule("/gone", "gone", PUBLIC(gone))

    answer = client.get("/gone")

    assert (answer.status_code, "closed the connection" in answer.text) == (503, False)
    assert_guarded(answer)


def test_a_static_file_of_a_digest_is_kept_for_ever_and_any_other_is_not(client: FlaskClient) -> None:
    fixed, plain = (
        client.get("/static/eventdesk.css?v=1", buffered=True),
        client.get("/static/eventdesk.css", buffered=True),
    )

    assert "immutable" in fixed.headers["Cache-Control"]
    assert "immutable" not in plain.headers["Cache-Control"]
    assert "immutable" not in client.get("/static/none.css?v=1").headers["Cache-Control"]
