"""`python -m eventdesk` is the console script."""

from .cli import main

main()
