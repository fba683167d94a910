"""What an organiser may write in place of a generated text."""

import pytest

from eventdesk.channels import CHANNELS, Channel
from eventdesk.errors import Refused
from eventdesk.labels import RULES, Label, LabelRules
from eventdesk.samples import READER, sample
from eventdesk.wording import Words, write
from eventdesk.words.begun import begun
from eventdesk.words.rules import checked

COMMUNITY, COMMERCIAL = RULES[Label.COMMUNITY], RULES[Label.COMMERCIAL]
PROMISE = COMMUNITY.promise


def refused(channel: Channel, body: str, subject: str = "") -> dict[str, list[str]]:
    with pytest.raises(Refused) as error:
        checked(channel, COMMUNITY, subject=subject, body=body)
    return error.value.problems


def test_a_mistyped_placeholder_is_named_with_its_line_and_the_right_one() -> None:
    said = refused(Channel.INVITE, "Come to\n\n{titel}: {link}", "On {wen}")

    assert said == {
        "subject": ["There is no {wen}; did you mean {when}?"],
        "body": ["Line 3: there is no {titel}; did you mean {title}?"],
    }


@pytest.mark.parametrize("channel", [each for each, place in CHANNELS.items() if place.keeps])
def test_what_its_reader_needs_must_stay(channel: Channel) -> None:
    needed = CHANNELS[channel].keeps

    assert [said.split("}")[0] for said in refused(channel, "Hello.")["body"]] == [f"Keep {{{name}" for name in needed]
    checked(channel, COMMUNITY, subject="", body=" ".join(f"{{{name}}}" for name in needed))


def test_what_is_one_persons_own_has_no_place_in_a_text_for_everyone() -> None:
    assert "has no meaning" in refused(Channel.PAGE, "Hello {name}")["body"][0]
    checked(Channel.REMINDER, COMMUNITY, subject="", body="Hello {name}: {manage_link}")


def test_the_promise_copied_along_is_taken_off_and_the_others_is_refused() -> None:
    own = checked(Channel.PAGE, COMMUNITY, subject="", body=f"{PROMISE}\n\nCome.")
    hosted = checked(
        Channel.PAGE, COMMERCIAL, subject="", body="This is a commercial briefing. Bo would like your business.\nCome."
    )

    assert (own.body, hosted.body) == ("Come.", "Come.")
    assert refused(Channel.PAGE, "Come.\nThis is a\n**commercial** briefing; Bo would like it.")["body"] == [
        "“This is a commercial briefing” is what a commercial briefing promises, and this is a community session. Take it out."
    ]
    assert refused(Channel.PAGE, f"{PROMISE}\n ")["body"] == ["Write something, or go back to the generated text."]


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
@pytest.mark.parametrize("channel", Channel)
def test_the_text_to_begin_from_is_allowed_and_says_the_same(channel: Channel, rules: LabelRules) -> None:
    facts = sample(rules, words={})
    start = begun(channel, facts)
    if not start.body:
        assert channel in (Channel.CHANGED, Channel.CANCELLED, Channel.LEFT, Channel.AGAIN)
        return

    own = checked(channel, rules, subject=start.subject, body=start.body)

    generated = write(channel, facts, READER)
    again = write(channel, sample(rules, words={channel: own}), READER)
    assert again.subject == generated.subject
    assert [line for line in generated.body.split() if line not in again.body.split()] == []


def test_own_words_keep_what_a_label_that_sells_must_say() -> None:
    own = {Channel.INVITE: Words("", "Come: {link}"), Channel.REMINDER: Words("", "Soon. {manage_link}")}
    briefing, session = sample(COMMERCIAL, words=own), sample(COMMUNITY, words=own)

    invite, reminder = write(Channel.INVITE, briefing).body, write(Channel.REMINDER, briefing, READER).body

    assert all(f"{question}\n{answer}" in invite for question, answer in briefing.answers)
    assert all(text.endswith("Mill Road 9\n0150 Oslo\n") for text in (invite, reminder))
    assert write(Channel.INVITE, session).body == f"{session.promise}\n\nCome: {session.url}\n"
    once = {Channel.INVITE: Words("", "{answers}\n{link}")}
    assert write(Channel.INVITE, sample(COMMERCIAL, words=once)).body.count("Who is it for?") == 1
