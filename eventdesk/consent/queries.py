"""Reads of what people said about mail, of one label at a time."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..labels import Audience
from ..links import Links
from .models import CHOICES, MailChoice


def choice_of(session: Session, audience: Audience, email_key: str) -> MailChoice | None:
    """What an address said; None while it was never written to beyond a registration."""
    choices = CHOICES[audience]
    return session.scalar(select(choices).where(choices.email_key == email_key))


def choice_by_ref(session: Session, audience: Audience, ref: int) -> MailChoice | None:
    """One address's choice by its reference."""
    choices = CHOICES[audience]
    return session.scalar(select(choices).where(choices.ref == ref))


def refusing(session: Session, audience: Audience, email_keys: Collection[str]) -> set[str]:
    """Which of these addresses want no mail of the label beyond that about a registration of their own."""
    choices = CHOICES[audience]
    wanted = select(choices.email_key).where(choices.refused_at.is_not(None), choices.email_key.in_(email_keys))
    return set(session.scalars(wanted))


def stop_url(session: Session, audience: Audience, email_key: str, links: Links) -> str:
    """Where this address says that it wants no more mail of the label; blank while it has no such place."""
    choice = choice_of(session, audience, email_key)
    return links.stop(audience, choice.ref, choice.generation) if choice else ""
