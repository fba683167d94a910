"""Notes of the evening: what was said, and what one can do next; and words of people who agreed to be quoted."""
