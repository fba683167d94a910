"""Organisers' own words in place of generated ones: for one event, or for all events of a programme."""
