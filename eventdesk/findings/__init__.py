"""An organiser's words, held to their label: what the copy checker finds in them, and what may stand all the same."""
