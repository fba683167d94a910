"""The users' list and the buyers' list: register, wait, move up, leave; and the letters about it. They never meet."""
