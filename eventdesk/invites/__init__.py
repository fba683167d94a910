"""Invite links: the addresses through which people reach an event's registration."""
