"""The desk: the organisers' pages. They read every feature and change each through its own service."""
