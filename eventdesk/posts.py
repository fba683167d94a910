"""A post of at most 300 characters: the promise first, the link whole (standard library only).

What is too long gives way in this order: the end of the title, the words around the link, the names in the promise. A
link over 200 characters leaves no room for a promise: it is left out, and never cut.
"""

from collections.abc import Callable, Sequence

POST_MOST = 300
LINK_MOST = 200
GAP = "\n\n"


def cut(text: str, most: int) -> str:
    """The text in at most `most` characters, with an ellipsis where it was longer; nothing where there is no room."""
    return text if len(text) <= most else (text[: most - 1].rstrip() + "…" if most > 1 else "")


def promise_within(
    promise_of: Callable[[Sequence[str], str], str], hosts: Sequence[str], sender: str, link: str
) -> str:
    """The promise that leaves room for the link: naming the hosts, else the sender, else the sender's beginning."""
    room = POST_MOST - len(GAP) - (len(link) if len(link) <= LINK_MOST else 0)
    for named in (hosts, ()):
        promise = promise_of(named, sender)
        if len(promise) <= room:
            return promise
    over = len(promise_of((), sender)) - room
    return promise_of((), cut(sender, max(len(sender) - over, 1)) or "…")


def words_within(promise: str, say: Callable[[str], str], title: str, link: str) -> str:
    """What `say` says of the title and the link, in the room that the promise leaves."""
    room = POST_MOST - len(promise) - len(GAP)
    words = say(title)
    if len(words) > room:
        words = say(cut(title, len(title) - (len(words) - room)) or "…")
    if len(words) <= room:
        return words
    if len(link) > min(room, LINK_MOST) or link not in words:
        return cut(words.replace(link, "").strip(), room)
    around = " ".join(say(title).replace(link, "").split())
    return f"{cut(around, room - len(link) - 1)} {link}".strip()
