"""What every form asks of typed text."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField

from eventdesk.fields import Address, Plain, tidy


class Line(Form):
    line = StringField(filters=[tidy], validators=[Plain(40)])


class Name(Form):
    name = StringField(filters=[tidy], validators=[Plain(40, links=False)])


class Mail(Form):
    mail = StringField(filters=[tidy], validators=[Address()])


@pytest.mark.parametrize(
    "typed", ["Get the most out of Tire Server", "Räder & Co.: 2 < 3?", "日本語 🎉", "a=b?", "x" * 40]
)
def test_plain_text_is_taken(typed: str) -> None:
    assert Line(MultiDict({"line": typed})).validate()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * 41, "40 characters at most"),
        ("a\nb", "on one line"),
        ("a\rb", "control characters"),
        ("a\x00b", "control characters"),
        ("a\u202eb", "control characters"),
        ("a\ud800b", "control characters"),
        ("Tea =?utf-8?q?=0D=0ABcc:x?=", "read it as a code"),
    ],
)
def test_what_would_break_mail_or_calendars_is_refused_in_words(typed: str, said: str) -> None:
    form = Line(MultiDict({"line": typed}))

    assert not form.validate()
    assert said in form.line.errors[0]


@pytest.mark.parametrize("typed", ["win at https://evil.example", "www.evil.example", "[x](y)", "evil@example.org"])
def test_a_name_carries_no_address(typed: str) -> None:
    form = Name(MultiDict({"name": typed}))

    assert not form.validate()
    assert "Leave web and mail addresses out" in form.name.errors[0]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ugo@Users.Example", "Ugo@users.example"),
        ("ugo+tires@users.example", "ugo+tires@users.example"),
        ("ugo@server.local", "ugo@server.local"),
        ("ugo@exämple.org", "ugo@xn--exmple-cua.org"),
    ],
)
def test_an_address_is_kept_as_the_standard_spells_it(typed: str, kept: str) -> None:
    form = Mail(MultiDict({"mail": typed}))

    assert form.validate(), form.errors
    assert form.mail.data == kept


@pytest.mark.parametrize(
    "typed", ["", "ugo", "ugo@", "@users.example", "ugo@users", "a@b.example, c@d.example", "jörg@users.example"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert not Mail(MultiDict({"mail": typed})).validate()
