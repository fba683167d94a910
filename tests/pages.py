"""The pages worth looking at, by name: what is photographed, weighed and examined. One line for a new one.

Each is an endpoint with what its address names, or a way there. All rooms of the desk and of an event are in by
themselves, as the desk's own navigation lists them.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Page as Tab

from eventdesk import clock
from eventdesk.consent.queries import choice_of
from eventdesk.db import db
from eventdesk.desk.blueprint import EVENT_ROOMS, OFFICE, ROOMS
from eventdesk.labels import RULES, Audience
from eventdesk.links import Links
from eventdesk.rights.rules import dated
from tests.cast import UDO, UGO, Person
from tests.evening import publish
from tests.heard_ways import open_to_all, questions, said, suggested, suggestion
from tests.house import House, Page

OPEN, FULL = "show-your-worst-dashboard", "get-the-most-out-of-tire-server"
PAST, CANCELLED = "backups-we-have-really-restored", "an-evening-on-the-ferry"
BRIEFING, DRAFT = "tire-server-for-fleets-of-fifty-and-more", "what-the-spring-release-costs"


def _set_up(house: House) -> None:
    house.tab.goto(house.new.find(r"(http://\S+/setup/\S+)"))


def _registered(slug: str, person: Person) -> Callable[[House], None]:
    def way(house: House) -> None:
        house.go(f"/events/{slug}")
        house.tab.get_by_label("Your name").fill(person.name)
        house.tab.get_by_label("Your email").fill(person.email)
        _answer(house.tab)
        house.tab.locator("form", has=house.tab.get_by_label("Your name")).get_by_role("button").click()
        house.tab.get_by_role("heading", name="Thank you").wait_for()
        if (own := house.tab.get_by_label("Your own link")).count():
            house.links[slug] = own.input_value()

    return way


def _answer(tab: Tab) -> None:
    """What the event's own questions require."""
    for each in tab.locator("form [required]:visible").all():
        kind = each.get_attribute("type")
        if kind in ("radio", "checkbox"):
            each.check()
        elif each.evaluate("element => element.tagName") == "SELECT":
            each.select_option(index=1)
        elif not each.input_value():
            each.fill("Whatever there is.")


def _own_page(slug: str) -> Callable[[House], None]:
    def way(house: House) -> None:
        house.go(house.links[slug])

    return way


def _held(house: House) -> None:
    house.go(f"{house.links[OPEN]}/held")


def _held_whole(house: House) -> None:
    links: Links = house.app.extensions["eventdesk"].links
    with house.app.app_context():
        choice = choice_of(db.session(), Audience.USERS, UGO.email)
        assert choice
        house.go(
            f"/held/{links.held(choice.audience, choice.ref, dated(choice.generation, clock.now().date())).rpartition('/')[2]}"
        )


def _suggestion(house: House) -> None:
    """One that somebody is asked to act on, while no mail goes out: their link is there."""
    house.go(f"{house.links[OPEN]}/suggestions")
    house.tab.locator("textarea").fill("An evening on sensors in the cold, please.")
    house.tab.get_by_role("button", name="Post the suggestion").click()
    house.tab.get_by_role("heading", name="Suggestion", exact=True).wait_for()
    house.go(f"/desk/suggestions/{house.tab.url.split('#')[0].rpartition('/')[2]}")
    house.tab.get_by_label("Name").fill("Ines Winter")
    house.tab.get_by_label("Email").fill("ines@workshop.example")
    house.tab.get_by_role("button", name="Ask by mail").click()
    house.links["route"] = house.tab.get_by_label("Their link").input_value()


def _asked(house: House) -> None:
    house.go(house.links["route"])
    house.tab.get_by_label("Planned").check()
    house.tab.get_by_label("Your answer").fill("In May, at the harbour.")
    house.tab.get_by_role("button", name="Send the answer").click()
    house.tab.get_by_role("heading", name="Answered so far").wait_for()


def _offered(house: House) -> None:
    slug = publish(house.served, title="A workshop for eight hands", capacity=1, offer_hours=48)["slug"]
    _registered(slug, UGO)(house)
    first = house.links[slug]
    _registered(slug, UDO)(house)
    house.go(first)
    house.tab.get_by_role("button", name="Cancel my registration").click()
    house.go(house.links[slug])
    house.tab.get_by_role("button", name="Take the seat").wait_for()


def _nowhere(house: House) -> None:
    answer = house.tab.goto(house.served.base_url + "/nothing-here")
    assert answer is not None
    assert answer.status == 404


def _refused(house: House) -> None:
    house.go(f"/desk/events/{OPEN}/edit")
    house.tab.locator("#title").fill("")
    house.tab.locator("#ends_at").fill("2020-01-01T10:00")
    house.tab.locator("#event").evaluate("form => form.noValidate = true")
    house.tab.get_by_role("button", name="Save").click()
    house.tab.get_by_role("alert").first.wait_for()


def _telling(house: House) -> None:
    house.go(f"/desk/events/{FULL}/edit")
    house.tab.locator("#venue").fill("Harbour House, Quay Street 6, Oslo")
    house.tab.get_by_role("button", name="Save").click()
    house.tab.get_by_role("heading", name="Before you save").wait_for()


def _looked_at(house: House) -> None:
    house.go(f"/desk/events/{BRIEFING}/people/import")
    rows = [f"Person {number},person{number}@people.example,Beacon,approved" for number in range(1, 40)]
    table = "\n".join(
        ["name,email,company,approval_status,checked_in_at,ticket_name", *rows, "Nobody,nowhere,,approved"]
    )
    house.tab.get_by_label("Or paste the table").fill(table)
    many = house.tab.locator("form", has=house.tab.get_by_label("Or paste the table"))
    many.get_by_label("Where do they come from?").fill("They registered at Luma.")
    many.get_by_role("checkbox").check()
    many.get_by_role("button", name="Look at it first").click()
    house.tab.get_by_role("heading", name="Rows with a mistake").wait_for()


def _followed_up(house: House) -> None:
    """Two people with a next step, one of them overdue."""
    for number, (step, day) in enumerate(
        (("Send the offer for 60 vehicles.", "2026-01-05"), ("Call them.", "2199-03-01"))
    ):
        house.go(f"/desk/events/{BRIEFING}/people")
        house.tab.locator("tbody th a").nth(number).click()
        house.tab.get_by_label("Stage").select_option("proposal")
        house.tab.get_by_label("What it may come to").fill("12000")
        house.tab.get_by_label("Currency").fill("EUR")
        house.tab.get_by_label("Next step").fill(step)
        house.tab.get_by_label("On", exact=True).fill(day)
        house.tab.get_by_role("button", name="Save the follow-up").click()
        house.tab.get_by_text("Saved.").wait_for()
    house.go("/desk/follow-up")
    house.tab.get_by_text("overdue").wait_for()


def _person(house: House) -> None:
    house.go(f"/desk/events/{BRIEFING}/people")
    house.tab.locator("tbody th a").first.click()
    house.tab.get_by_role("heading", name="Follow-up").wait_for()


def _picked(house: House) -> None:
    house.go(f"/desk/events/{OPEN}/questions")
    house.tab.get_by_role("radio", name="What could you show others").check()
    house.tab.get_by_role("button", name="Ask this one").click()
    house.tab.get_by_role("link", name="The answers as a sheet").wait_for()


def _answers(house: House) -> None:
    house.go(f"/events/{OPEN}")
    for label, words in {
        "Your name": "A",
        "Your email": "a@users.example",
        "What could you show": "A failed restore.",
    }.items():
        house.tab.get_by_label(label).fill(words)
    _answer(house.tab)
    house.tab.get_by_role("button", name="Register for the community session").click()
    house.tab.get_by_role("heading", name="Thank you").wait_for()
    house.go(f"/desk/events/{OPEN}/answers")


def _name(endpoint: str) -> str:
    return endpoint.partition(".")[2].replace("_", "-")


PUBLIC = (
    Page("set-up", way=_set_up),
    Page("front", "web.front"),
    Page("label-community", "events.label_page", {"label": "community"}),
    Page("label-commercial", "events.label_page", {"label": "commercial"}),
    Page("event-open", "events.page", {"slug": OPEN}),
    Page("event-full", "events.page", {"slug": FULL}),
    Page("event-past", "events.page", {"slug": PAST}),
    Page("event-cancelled", "events.page", {"slug": CANCELLED}),
    Page("event-commercial", "events.page", {"slug": BRIEFING}),
    Page("sponsors", "events.sponsors", {"slug": FULL}),
    Page("registered", way=_registered(OPEN, UGO)),
    Page("registered-waiting", way=_registered(FULL, UDO)),
    Page("manage-confirmed", way=_own_page(OPEN)),
    Page("manage-waitlisted", way=_own_page(FULL)),
    Page("manage-offered", way=_offered),
    Page("suggestions", way=suggested),
    Page("suggestion", way=suggestion),
    Page("questions", way=questions),
    Page("suggestions-mine", way=said),
    Page("suggestions-public", "suggestions.to_read", {"slug": "community-sessions"}, way=open_to_all),
    Page("held-own", way=_held),
    Page("held-whole", way=_held_whole),
    Page("standing-form", "standing.form", {"label": "commercial"}),
    Page("programme-public", "programmes.page", {"slug": "community-sessions"}),
    Page("programme-changes", "programmes.history", {"slug": "community-sessions"}),
    Page("sign-in", "organisers.sign_in"),
    Page("forgot", "organisers.forgot"),
    Page("not-found", way=_nowhere),
)
AT_DESK = (
    *(Page(f"desk-{_name(endpoint)}", endpoint, desk=True) for endpoint in (*ROOMS, *OFFICE)),
    *(Page(f"desk-event-{_name(endpoint)}", endpoint, {"slug": FULL}, desk=True) for endpoint in EVENT_ROOMS),
    Page("desk-event-commercial", "desk.event", {"slug": BRIEFING}, desk=True),
    Page("desk-event-draft", "desk.event", {"slug": DRAFT}, desk=True),
    Page("desk-event-rounds-made", "desk.rounds", {"slug": OPEN}, desk=True),
    Page("desk-round", "desk.invitation_round", {"slug": OPEN, "number": 1}, desk=True),
    Page("desk-merge", "desk.merge_people", {"slug": FULL}, desk=True),
    Page("desk-export", "desk.export_people", {"slug": BRIEFING}, desk=True),
    Page("desk-handover", "desk.export_people", {"slug": BRIEFING, "what": "handover"}, desk=True),
    Page("desk-export-standing", "desk.export_standing", {"label": "community"}, desk=True),
    Page("desk-person-buyer", way=_person, desk=True),
    Page("desk-followed-up", way=_followed_up, desk=True),
    Page("desk-people-import", "desk.import_people", {"slug": FULL}, desk=True),
    Page("desk-people-look", way=_looked_at, desk=True),
    Page("desk-people-buyers", "desk.people", {"slug": BRIEFING}, desk=True),
    Page("desk-edit-with-errors", way=_refused, desk=True),
    Page("desk-edit-telling", way=_telling, desk=True),
    *(Page(f"desk-scorecard-{label}", "desk.scorecard", {"label": label}, desk=True) for label in RULES),
    Page("desk-standing-buyers", "desk.standing_list", {"label": "commercial"}, desk=True),
    Page("desk-programme", "desk.programme", {"slug": "community-sessions"}, desk=True),
    Page("desk-bank-to-begin", "desk.bank", {"slug": "commercial-briefings"}, desk=True),
    Page("desk-questions-picked", way=_picked, desk=True),
    Page("desk-bank", "desk.bank", {"slug": "community-sessions"}, desk=True),
    Page("desk-answers", "desk.answers", {"slug": OPEN}, way=_answers, desk=True),
    Page("desk-new-programme", "desk.new_programme", desk=True),
    Page("desk-installation", "desk.installation", desk=True),
    Page("desk-firewall", "desk.firewall", desk=True),
    Page("desk-signals", "desk.signals", desk=True),
    Page("desk-event-file", "desk.event_file", desk=True),
    Page("desk-new-twin", "desk.new_event", {"twin": OPEN}, desk=True),
    Page("desk-event-evening-form", "desk.evening", {"slug": PAST}, desk=True),
    Page("desk-event-kept", "desk.kept", {"slug": PAST}, desk=True),
    Page("desk-programme-kept", "desk.programme_kept", {"slug": "community-sessions"}, desk=True),
    Page("desk-sponsors", "desk.sponsors", {"slug": FULL}, desk=True),
    Page("desk-name-tags", "desk.name_tags", {"slug": FULL}, desk=True),
    Page("desk-name-tags-buyers", "desk.name_tags", {"slug": BRIEFING}, desk=True),
    Page("desk-suggestion", way=_suggestion, desk=True),
    Page("desk-suggestion-asked", way=_asked, desk=True),
    Page("desk-suggestions-planned", "desk.suggestions", {"tab": "planned"}, desk=True),
    Page("desk-event-team", "desk.event_team", {"slug": FULL}, desk=True),
)
PAGES = (*PUBLIC, *AT_DESK)
#: Not pages of their own: files, frames inside pages, and pages of which another like it is above.
NO_PAGES = re.compile(
    r"\.ics$|\.txt$|\.atom$|\.svg$|\.png$|/logo$|^/static/|^/healthz$|/here$|\.csv$|\.xlsx$|<token:|<signed:|<sealed:|/mail/|^/desk/gallery/<|<channel:|"
    r"<int|/versions$|/series$|^/desk/programmes/<slug:slug>/words$"
)
