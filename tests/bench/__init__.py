"""How much Eventdesk serves, beside a bare Flask page on the same server: `python -m tests.bench`."""
