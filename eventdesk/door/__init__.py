"""The code shown at the door, and what whoever keeps it is told."""
