"""What an organiser decided about findings of the copy checker: kept with the event, with the reason."""
