"""A community that is heard: what its members suggest, ask, answer and comment, and what their hosts say to it."""
