"""The tests mirror the package; servers/, forked.py, browser.py, subscriber.py and ics_lint.py are what they are made with."""
