"""How the two lists are kept apart, in numbers: for whoever answers for the data, and for whoever doubts it."""
