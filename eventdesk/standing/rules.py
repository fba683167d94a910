"""How often somebody may be asked whether it was they, and how long the question stands. Pure."""

from datetime import datetime, timedelta

#: How long the link in the mail waits for its button.
UNCONFIRMED_LASTS = timedelta(days=7)
#: Asking again within this time is a double click; later it may be somebody who has lost the mail.
DOUBLE_CLICK = timedelta(minutes=15)
#: At most so many mails to one address within so many seconds, over both labels: anybody can type anybody's address.
MAILS = {3: 3600, 10: 86_400}
#: A fair, not a flood: requests from one network within an hour.
ASKED_OF_NETWORK, NETWORK_SECONDS = 120, 3600
ASKED_ENOUGH = (
    "This address was asked for often enough. Look for our mail there, also among the unwanted; "
    "or try again tomorrow. Nothing was changed."
)
NOT_GOOD = "This link is not valid any more: a newer mail holds another, it was not used within seven days, or the list was left."
OTHER_WORDS = "What you agree to has other words since you opened this page. Please read it again; nothing was kept."


def is_too_late(asked_at: datetime, now: datetime) -> bool:
    """Whether the question has stood for too long to be answered."""
    return now - asked_at > UNCONFIRMED_LASTS


def mailbox_of(email_key: str) -> str:
    """The mailbox behind an address, as far as it can be told: +tags and dots make no other. For limits alone."""
    local, _, host = email_key.rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{host}"
