"""Eventdesk."""
