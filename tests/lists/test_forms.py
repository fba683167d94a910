"""What a registration may say, field by field."""

import pytest
from werkzeug.datastructures import MultiDict

from eventdesk.labels import RULES, Label
from eventdesk.lists.forms import form_for
from tests.cast import BEA, UGO


@pytest.mark.parametrize("label", RULES)
def test_each_label_asks_what_it_asks_and_nothing_more(label: Label) -> None:
    form = form_for(label)(MultiDict(BEA.form))

    assert form.validate()
    assert form.details(label) == {ask.name: BEA.details[ask.name] for ask in RULES[label].asks}
    assert {field.name for field in form} == {"name", "email", *(ask.name for ask in RULES[label].asks)}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" ugo@users.example ", UGO.email),
        ("ugo@USERS.example", UGO.email),
        ("a+b'c@bücher.example", "a+b'c@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_kept_as_the_standard_spells_it(typed: str, kept: str) -> None:
    form = form_for(Label.COMMUNITY)(MultiDict(UGO.form | {"email": typed}))

    assert form.validate()
    assert form.email.data == kept


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": ""}, "Tell us your name."),
        ({"name": "  "}, "Tell us your name."),
        ({"name": "x" * 5_000}, "Use 100 characters at most; this has 5,000."),
        ({"name": "a\nb"}, "one line"),
        ({"name": "a\r\nBcc: x@x.example"}, "one line"),
        ({"name": "a\0b"}, "control characters"),
        ({"name": "a\x1b[1mb"}, "control characters"),
        ({"name": "a\u202eb"}, "control characters"),
        ({"name": "win at https://evil.example"}, "web and mail addresses"),
        ({"name": "www.evil.example"}, "web and mail addresses"),
        ({"email": ""}, "Tell us your address."),
        ({"email": "ugo"}, "not an email address"),
        ({"email": "ugo@users"}, "not an email address"),
        ({"email": "ugo@users.example, uma@users.example"}, "not an email address"),
        ({"email": "ugo@users.example\r\nRCPT TO:<x@x.example>"}, "one line"),
        ({"email": "ugo@users.example\0"}, "control characters"),
        ({"email": "Ugo <ugo@users.example>"}, "not an email address"),
        ({"email": "x" * 5_000 + "@users.example"}, "254"),
        ({"company": ""}, "Tell us your company."),
        ({"role": "x" * 5_000}, "Use 120 characters at most"),
    ],
    ids=lambda given: ascii(given)[:40],
)
def test_what_cannot_be_taken_is_told_at_its_field(said: dict[str, str], sentence: str) -> None:
    form = form_for(Label.COMMERCIAL)(MultiDict(BEA.form | said))

    assert not form.validate()
    [(field, told)] = form.errors.items()
    assert (field, sentence in " ".join(told)) == (*said, True)
