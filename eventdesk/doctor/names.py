"""What DNS says of the domain that mail comes from."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import dns.exception
import dns.resolver

from ..errors import DomainError
from .rules import Finding, dkim, dmarc, is_key, is_on_the_net, look, spf, wrong

#: How long one question may take, with all its tries. In seconds.
PATIENCE = 3.0
#: Where large mail hosts and common programs put their keys.
USUAL_SELECTORS = (
    "default",
    "mail",
    "dkim",
    "google",
    "selector1",
    "selector2",
    "s1",
    "k1",
    "fm1",
    "protonmail",
    "mailjet",
    "smtp",
)


ELSEWHERE = "ask another server than this machine’s own: eventdesk doctor --dns 9.9.9.9"


class NotAsked(Exception):
    """DNS gave no answer, and so nothing is known."""


class Names:
    """DNS, as far as it is asked here."""

    def __init__(self, server: str = "") -> None:
        """Ask the machine's own servers, or one at an address (192.0.2.1, or 192.0.2.1:5353). Raises DomainError."""
        try:
            self._ask = dns.resolver.Resolver(configure=not server)
            if server:
                place = urlsplit(f"//{server}")
                self._ask.nameservers, self._ask.port = [place.hostname or ""], place.port or 53
        except ValueError as error:
            raise DomainError(f"“{server}” is no address of a DNS server, such as 192.0.2.1.") from error
        except dns.exception.DNSException:  # the machine names none
            self._ask = dns.resolver.Resolver(configure=False)
        self._ask.lifetime = PATIENCE

    def texts(self, name: str) -> list[str] | None:
        """The TXT records of a name; None where there is no such name. Raises NotAsked."""
        try:
            found = self._ask.resolve(f"{name}.", "TXT", search=False)
        except dns.resolver.NXDOMAIN:
            return None
        except dns.resolver.NoAnswer:
            return []
        except dns.exception.DNSException as error:
            raise NotAsked(str(error).rstrip(".") or type(error).__name__) from error
        return [b"".join(record.strings).decode(errors="replace") for record in found]


def domain(name: str, names: Names) -> Iterator[Finding]:
    """What large hosts look for before they take mail from a domain."""
    if not is_on_the_net(name):
        yield look("DNS", f"not asked: {name} is known to this machine or house alone, and mail from it to nobody else")
        return
    try:
        texts = names.texts(name)
        if texts is None:
            yield wrong(
                "DNS",
                f"knows no {name}, and mail from a domain that is not there is refused: look at EVENTDESK_MAIL_FROM. "
                f"If it is there for others, {ELSEWHERE}",
            )
            return
        yield spf(name, texts)
        yield _dkim(name, names)
        yield _dmarc(name, names)
    except NotAsked as error:
        yield look(
            "DNS",
            f"could not be asked ({error}), so nothing is known of SPF, DKIM and DMARC of {name}. Perhaps {ELSEWHERE}",
        )


def _dkim(name: str, names: Names) -> Finding:
    keys = f"_domainkey.{name}"
    selectors = [each for each in USUAL_SELECTORS if any(map(is_key, names.texts(f"{each}.{keys}") or []))]
    # Where there are names below, this one is there as well (RFC 8020).
    return dkim(name, selectors, any_name=bool(selectors) or names.texts(keys) is not None)


def _dmarc(name: str, names: Names) -> Finding:
    """Its own record, else that of the nearest domain above it that has one."""
    place, texts = name, names.texts(f"_dmarc.{name}")
    while not texts and place.count(".") > 1:
        place = place.partition(".")[2]
        texts = names.texts(f"_dmarc.{place}")
    return dmarc(name, f"_dmarc.{place}", texts or [])
