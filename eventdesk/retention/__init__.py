"""How long people are kept: what is fixed when an event is over, and what is removed when its time has come."""
