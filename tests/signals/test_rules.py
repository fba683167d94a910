"""Which words are told, and which are left out because somebody could be known by them."""

import pytest

from eventdesk.signals.rules import _ADDRESS, OF_YEAR, Private, Said, Sitting, Term, foretold, terms, told, without


def said(author: int, words: str) -> Said:
    return Said(author, terms(words))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("How do we restore backups?", "restore, restore backups, backups"),
        ("Backups. Restore!", "backups, restore"),  # two sentences are no phrase
        ("the on-call night", "call, call night, night"),
        ("Don’t we’ll it's", ""),
        ("L’alarme", "l’alarme"),
        ("Anna’s dashboards", "anna, anna dashboards, dashboards"),
        ("Release 4 of p95 in 2027", "release"),
        ("AI, CI and k8s", "ai, ci"),
        ("Wörter über Länder", "wörter, wörter über, über, über länder, länder"),
    ],
)
def test_words_and_two_beside_each_other_are_terms(text: str, found: str) -> None:
    assert sorted(terms(text).values()) == sorted(filter(None, found.split(", ")))


def test_a_plural_counts_with_its_word_and_is_told_as_most_write_it() -> None:
    for some, other in (("backup", "backups"), ("query", "queries"), ("class", "classes"), ("fix", "fixes")):
        assert list(terms(some)) == list(terms(other))
    for word in ("status", "analysis", "bus", "access", "gas"):
        assert list(terms(word)) == [word]
    heard = [said(1, "A backup."), said(2, "Backups."), said(3, "Backups!")]

    assert told(heard, OF_YEAR) == [Term("backups", 3)]


def test_a_term_is_told_once_three_people_used_it_however_often_one_did() -> None:
    heard = [said(1, "alarms alarms"), said(1, "alarms at night"), said(2, "alarms at night"), said(3, "dashboards")]

    assert told(heard, OF_YEAR) == []
    assert told([*heard, said(3, "alarms, and restore drills")], OF_YEAR) == [Term("alarms", 3)]
    assert told([*heard, said(3, "alarms"), said(4, "alarms")], OF_YEAR) == [Term("alarms", 4)]


def test_a_phrase_stands_for_its_words_unless_more_used_them() -> None:
    heard = [said(number, "restore drills") for number in range(3)]

    assert told(heard, OF_YEAR) == [Term("restore drills", 3)]
    assert told([*heard, said(9, "drills")], OF_YEAR) == [Term("drills", 4), Term("restore drills", 3)]
    assert told([said(number, "one alarm, two drills, three nights") for number in range(3)], 2) == [
        Term("alarm", 3),
        Term("drills", 3),
    ]


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("Ask Ugo User about it.", "Ask … about it."),
        ("UGO’s alarms, and Ugos too", "…’s alarms, and … too"),
        ("Write to ugo@users.example or https://ugo.example/x or www.ugo.example.", "Write to … or … or …"),
        ("Call +47 99 88 77 66 at 18:00, room 12.", "Call … at 18:00, room 12."),
        ("Zoë talked; zoe said; ZOE\u0308 wrote; Z\u200boë too", "… talked; … said; … wrote; … too"),
        ("as mckenzie or Mc Kenzie or McKenzie", "as … or … or …"),
        ("Will May talk? Will it rain in May?", "… talk? Will it rain in May?"),
        ("How does it do what it does?", "How does it do what it does?"),  # a Doe is on the list
        ("我想问王小明关于备份", "我想问…关于备份"),
        ("प्रिया ने कहा", "… ने कहा"),
        ("beacon and freighter and org", "… and … and org"),
        ("annaberg or anna-berg", "… or …"),
        ("two\nlines", "two lines"),
        ("Call 1234567 8 9a@b.example now", "Call … now"),
        ("(see svn+ssh://x.example/y)", "(see …"),
        (f"{'a' * 2000}@users.example {'b' * 2000}", f"… {'b' * 2000}"),
    ],
)
def test_addresses_numbers_and_names_are_taken_out(typed: str, left: str) -> None:
    names = ("Ugo User", "Zoë O’Doe", "Ian Mc Kenzie", "Will May", "王小明", "प्रिया", "Anna A. Berg")
    private = Private.of(names, ("info.freighter@beacon.org", "annaberg@x.org"))

    assert without(typed, private) == left


def test_an_address_is_looked_for_once_in_each_word_however_long_that_is() -> None:
    word = "a-" * 1000 + "://x"

    assert [at for at in range(len(word)) if _ADDRESS.match(word, at)] == [0]


def test_what_was_asked_for_one_event_and_is_new_in_the_next_foretold_it() -> None:
    sittings = [
        Sitting("Alarms at night", "Bring one.", ["How do alarms reach a restore drill?", "And dashboards?"]),
        Sitting("A restore drill", "With our own alarms.", []),
        Sitting("Dashboards", "", ["Who reads logs?"]),
        Sitting("Tires", "", ["What of sensors?"]),
    ]

    found = foretold(sittings)

    assert [(each.before, each.after, each.terms) for each in found] == [
        ("Alarms at night", "A restore drill", ["restore drill"]),
        ("Dashboards", "Tires", []),
    ]
    assert foretold(sittings[:1]) == foretold([]) == []
