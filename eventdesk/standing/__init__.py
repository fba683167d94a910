"""Standing lists: who asked to be told of the next event of a label. One list per label, joined by double opt-in."""
