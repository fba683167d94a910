"""Events: a label and its promise, a time and a place, seats, and the calendar entry built from them."""
