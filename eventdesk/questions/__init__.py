"""The questions an event asks of its own: made by its organisers, answered at registration, frozen once answered."""
