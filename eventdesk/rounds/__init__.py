"""Rounds of invitations: many personal links made at once, and mailed together, to people of one label's own lists."""
