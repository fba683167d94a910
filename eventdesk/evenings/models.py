"""The notes of one event's evening, and what people agreed to be quoted with."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ..labels import RULES, Label
from ..orm import Model, Ref

_SELLS = f"label IN ({', '.join(f'{label.value!r}' for label, rules in RULES.items() if rules.sells)})"


class Evening(Model):
    """What came of one event, as its hosts tell it afterwards."""

    __tablename__ = "evening"
    event_id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[Label]
    #: What was said; Markdown.
    words: Mapped[str]
    #: {"title": ..., "url": ...} each.
    slides: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    #: How one buys, where the label sells: what it is called, and a link, a mail address or where to write to.
    way_to_buy: Mapped[str]
    way_to: Mapped[str]
    #: {"asked": ..., "answer": ...} each: what speaks against it, and what the hosts say to that.
    objections: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    #: Raised by every change; what an organiser's form was made from.
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    #: None while it is written.
    published_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["event_id", "label"], ["event.id", "event.label"]),
        CheckConstraint(f"{_SELLS} OR (way_to_buy = '' AND way_to = '')", name="nobody_buys"),
        CheckConstraint("(way_to_buy = '') = (way_to = '')", name="named_way"),
        CheckConstraint(f"NOT ({_SELLS}) OR published_at IS NULL OR way_to_buy <> ''", name="way_to_buy"),
    )


class Quotation(Model):
    """Words that somebody gave, by their own act, to be quoted where something is sold. Gone from there once withdrawn.

    `label` is that of the list they are on; `author` the reference of their `MailChoice` under it.
    """

    __tablename__ = "quotation"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[Ref]
    label: Mapped[Label]
    author: Mapped[int] = mapped_column(BigInteger)
    #: As they wish to be named.
    name: Mapped[str]
    words: Mapped[str]
    #: What stood beside the button, to the letter.
    said: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (trim(words) <> '')", name="says_something"),
        CheckConstraint("(withdrawn_at IS NULL) = (trim(name) <> '')", name="is_named"),
        Index(None, "label", "author"),
    )


class EventQuotation(Model):
    """That a quotation stands on the page of an event that sells."""

    __tablename__ = "event_quotation"
    event_id: Mapped[int] = mapped_column(primary_key=True)
    quotation_id: Mapped[int] = mapped_column(ForeignKey("quotation.id"), primary_key=True)
    label: Mapped[Label]
    put_at: Mapped[datetime]
    put_by: Mapped[int] = mapped_column(ForeignKey("organiser.id"))
    __table_args__ = (
        ForeignKeyConstraint(["event_id", "label"], ["event.id", "event.label"]),
        CheckConstraint(_SELLS, name="sells"),
    )
