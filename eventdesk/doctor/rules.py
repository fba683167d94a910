"""What a thing looked at means, and the line that mends it. Pure: no network, no database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

POLICIES = ("none", "quarantine", "reject")
#: Names that no DNS of the net knows (RFC 2606, RFC 6761, RFC 6762), and what is usual inside a house.
NOT_ON_THE_NET = ("localhost", "test", "example", "invalid", "local", "internal", "lan", "home.arpa")


class Verdict(StrEnum):
    """How a thing looked at is; as it is printed."""

    GOOD = "ok"
    #: Worth a look, and not for certain wrong.
    LOOK = "look"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    about: str
    verdict: Verdict
    said: str

    @property
    def good(self) -> bool:
        """Whether nothing need be mended for certain."""
        return self.verdict is not Verdict.WRONG


def good(about: str, said: str) -> Finding:
    """Nothing to do."""
    return Finding(about, Verdict.GOOD, said)


def look(about: str, said: str) -> Finding:
    """Something to know, or to see to."""
    return Finding(about, Verdict.LOOK, said)


def wrong(about: str, said: str) -> Finding:
    """Something to mend."""
    return Finding(about, Verdict.WRONG, said)


def domain_of(mailbox: str) -> str:
    """The domain of an address, in lower case."""
    return mailbox.rpartition("@")[2].lower().rstrip(".")


def is_on_the_net(domain: str) -> bool:
    """Whether a domain may be known to anybody's DNS: no number, no single word, no reserved name."""
    try:
        ip_address(domain)
    except ValueError:
        reserved = any(domain == each or domain.endswith(f".{each}") for each in NOT_ON_THE_NET)
        return "." in domain and not reserved
    return False


def sender(mailbox: str, host: str) -> Finding:
    """Whether the address mail comes from goes with the host its links lead to."""
    domain, about = domain_of(mailbox), "From"
    if "." not in domain or re.fullmatch(r"[\d.]+", domain):
        return wrong(
            about, f"nobody can answer {mailbox}; set EVENTDESK_MAIL_FROM=events@example.org, a mailbox you read"
        )
    if _goes_with(domain, host):
        return good(about, f"{mailbox}, which goes with {host}")
    if not is_on_the_net(host):
        return look(about, f"{mailbox}; whether that goes with the base URL is seen once EVENTDESK_BASE_URL is set")
    return look(
        about,
        f"mail comes from {mailbox} and its links lead to {host}: to some filters that looks forged. "
        f"If there is mail at {host} or above it, set EVENTDESK_MAIL_FROM to an address there",
    )


def _goes_with(domain: str, host: str) -> bool:
    """Whether they are one, one is part of the other, or both are parts of one that is no mere top level."""
    above, beside = domain.partition(".")[2], host.partition(".")[2]
    return (
        domain == host
        or host.endswith(f".{domain}")
        or domain.endswith(f".{host}")
        or ("." in above and above == beside)
    )


def spf(domain: str, texts: Sequence[str]) -> Finding:
    """What a domain says of the servers that may send its mail (RFC 7208), by the TXT records it has."""
    found = [text for text in texts if text.lower().split(" ", 1)[0] == "v=spf1"]
    if not found:
        return wrong(
            "SPF",
            f"{domain} does not say which servers send its mail. Ask your mail host for the name to include, and add: "
            f'{domain}. TXT "v=spf1 include:NAME -all"',
        )
    if len(found) > 1:
        return wrong("SPF", f"{domain} has {len(found)} records, so that none counts: write one TXT in their place")
    if found[0].lower().split()[-1] in ("all", "+all"):
        return wrong("SPF", f"{domain} lets everybody send its mail ({found[0]}): let its record end in -all")
    return good("SPF", f"{domain}: {found[0]}")


def dmarc(domain: str, at: str, texts: Sequence[str]) -> Finding:
    """What a domain wants done with forged mail (RFC 7489), by the TXT records at `at`, the nearest place with any."""
    found = [text for text in texts if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text)]
    if not found:
        return wrong(
            "DMARC",
            f"{domain} does not say what to do with forged mail, and large hosts ask for that. "
            f'Add: _dmarc.{domain}. TXT "v=DMARC1; p=none"',
        )
    if len(found) > 1:
        return wrong("DMARC", f"{at} has {len(found)} records, so that none counts: write one TXT in their place")
    policy = re.search(r";\s*p\s*=\s*(\w+)", found[0])
    if policy is None or policy[1].lower() not in POLICIES:
        return wrong("DMARC", f'{at} names no policy ({found[0]}). Write: {at}. TXT "v=DMARC1; p=none"')
    return good("DMARC", f"{at}: {found[0]}")


def is_key(text: str) -> bool:
    """Whether a TXT record is a key that letters may be signed with (RFC 6376); a blank one was withdrawn."""
    return re.search(r"(^|;)\s*p\s*=\s*[^;\s]", text) is not None


def dkim(domain: str, selectors: Sequence[str], *, any_name: bool) -> Finding:
    """Whether letters are signed, by the names at which keys were found, and by whether there can be others."""
    if selectors:
        return good("DKIM", f"{domain} has a key at {', '.join(selectors)}")
    how = (
        "Open a letter that arrived, find “s=NAME” in its DKIM-Signature, and see that there is one: "
        f"dig TXT NAME._domainkey.{domain}"
    )
    if any_name:
        return look("DKIM", f"{domain} has no key under the usual names, and others cannot be listed. {how}")
    return wrong("DKIM", f"{domain} has no key, so that letters are not signed. Have your mail host sign them. {how}")
