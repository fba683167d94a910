"""What an organiser writes to all who come to an event, in the label's wording."""
