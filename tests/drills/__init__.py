"""Drills: many at once, a server killed in the middle; then the books are opened, and they are right."""
