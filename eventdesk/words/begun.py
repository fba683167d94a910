"""The generated text with its placeholders in place of what they become, to begin one's own words from. Pure."""

from dataclasses import fields, replace

from ..channels import CHANNELS, Channel
from ..wording import EventFacts, Reader, Words, write


class _Unfilled(EventFacts):
    """Facts that say their own names."""

    when = property(lambda self: "{when}")
    where = property(lambda self: "{where}")
    inviting = property(lambda self: "{hosts}")
    answers_told = property(lambda self: "{answers}" if self.rules.brief else "")


_READER = Reader(
    name="{name}",
    manage_url="{manage_link}",
    changes=("{changes}",),
    subject="{subject}",
    message="{message}",
    deadline="{deadline}",
)


def begun(channel: Channel, facts: EventFacts) -> Words:
    """What an organiser may go on writing from; blank where the generated text says one thing to some and another to others."""
    said = {field.name: getattr(facts, field.name) for field in fields(facts)}
    named = {name: f"{{{name}}}" for name in ("title", "description", "sender")}
    unfilled = _Unfilled(
        **said
        | named
        | {
            "speakers": ("{speakers}",) if facts.speakers else (),
            "url": "{link}",
            "full": False,
            "postal_address": "",
            "words": {},
        }
    )
    reader = replace(_READER, name="") if CHANNELS[channel].greets else _READER
    text = write(channel, unfilled, reader)
    others = (replace(reader, waitlisted=True), replace(reader, held=True), replace(reader, offered=True))
    if any(write(channel, unfilled, other) != text for other in others):
        return Words("", "")
    return Words(text.subject, text.after_promise.strip().replace("- {changes}", "{changes}"))
