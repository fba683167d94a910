"""Hosts and speakers of an event: who they are, and whether they have pledged to keep to its charter."""
