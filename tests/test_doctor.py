"""The doctor: what is wrong, and the line that mends it; nothing is changed, and no letter leaves."""

import ssl
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.rcode
import pytest
from sqlalchemy.orm import Session

from eventdesk.config import Settings
from eventdesk.db import writing
from eventdesk.doctor import rules
from eventdesk.doctor.examination import examine
from eventdesk.doctor.rules import Finding, Verdict
from eventdesk.errors import DomainError
from eventdesk.links import Links
from eventdesk.migrations import downgrade
from eventdesk.outbox.models import Kind
from eventdesk.outbox.rules import LATE, SILENT
from eventdesk.outbox.service import beat, enqueue
from tests.conftest import NOW, Clock
from tests.factories import make_event
from tests.servers import Mailbox, Nameserver, free_port

GOOD, LOOK, WRONG = Verdict
DOMAIN = "users.org"
RECORDS = {
    DOMAIN: ["google-site-verification=x", "v=spf1 include:mail.host -all"],
    f"s1._domainkey.{DOMAIN}": ["v=DKIM1; k=rsa; p=MIGf"],
    f"_dmarc.{DOMAIN}": ["v=DMARC1; p=reject"],
}
Examined = Callable[..., dict[str, Finding]]


@pytest.fixture
def examined(session: Session, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Examined:
    """Set these settings, and see the doctor; findings by what they are about."""
    monkeypatch.setenv("EVENTDESK_INSTANCE", str(tmp_path))
    monkeypatch.setenv("EVENTDESK_DATABASE_URL", settings.database_url)

    def see(dns: str = "127.0.0.1:9", **said: str) -> dict[str, Finding]:
        for name, value in said.items():
            monkeypatch.setenv(f"EVENTDESK_{name}", value)
        return {finding.about: finding for finding in examine(dns)}

    return see


@pytest.fixture
def encrypting(mailbox: Mailbox, tmp_path: Path) -> Path:
    """The mailbox offers TLS; the certificate that it shows, which nobody has signed."""
    made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    files = ("-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem")
    subprocess.run(
        ["openssl", *made, *files, "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True,
        capture_output=True,
    )
    mailbox.stop()
    mailbox.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    mailbox.tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    mailbox.start()
    return tmp_path / "cert.pem"


def signing_in(mailbox: Mailbox) -> str:
    return mailbox.url.replace("//", "//events:secret@")


def test_a_good_installation_is_well(
    links: Links,
    examined: Examined,
    now: Clock,
    mailbox: Mailbox,
    nameserver: Nameserver,
    encrypting: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nameserver.texts = RECORDS
    monkeypatch.setenv("SSL_CERT_FILE", str(encrypting))
    mailbox.offers.append("AUTH PLAIN")
    mailbox.answers["AUTH"] = "235 2.7.0 welcome"
    make_event(links)
    now.time = datetime.now(UTC).replace(microsecond=0)  # the disk's clock does not stand still
    beat("one.of.ours:12", now.time, now.time)

    found = examined(
        nameserver.address, SMTP_URL=signing_in(mailbox), BASE_URL=f"https://events.{DOMAIN}", MAIL_FROM=f"hi@{DOMAIN}"
    )

    assert [each for each in found.values() if each.verdict is not GOOD] == []
    steps = ("mail server", "mail TLS", "mail sign-in", "From", "SPF", "DKIM", "DMARC")
    assert set(found) == {"instance", "base URL", "database", "worker", *steps, "copy rules", "clock", "time zones"}
    assert found["mail TLS"].said.startswith("TLSv1.")
    assert "one.of.ours" not in str(found.values())
    assert mailbox.deliveries == []


def test_how_far_one_comes_with_the_mail_server_is_told_in_steps(
    examined: Examined, mailbox: Mailbox, encrypting: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verdicts(url: str) -> tuple[dict[str, Verdict], str]:
        found = [each for each in examined(SMTP_URL=url).values() if each.about.startswith("mail ")]
        return {each.about.partition(" ")[2]: each.verdict for each in found}, found[-1].said

    nobody, said = verdicts(f"smtp://127.0.0.1:{free_port()}")
    assert (nobody, "EVENTDESK_SMTP_URL" in said) == ({"server": WRONG}, True)

    distrusted, said = verdicts(signing_in(mailbox))
    assert distrusted == {"server": GOOD, "TLS": WRONG}
    assert "certificate is not to be trusted" in said

    monkeypatch.setenv("SSL_CERT_FILE", str(encrypting))
    mailbox.answers["STARTTLS"] = "454 4.7.0 TLS not available"
    refused, said = verdicts(signing_in(mailbox))
    assert (refused, "454 4.7.0 TLS not available" in said) == ({"server": GOOD, "TLS": WRONG}, True)

    other_port, _ = verdicts(mailbox.url.replace("smtp:", "smtps:"))
    assert other_port == {"server": GOOD, "TLS": WRONG}

    mailbox.behave()
    mailbox.offers.append("AUTH PLAIN")
    mailbox.answers["AUTH"] = "535 5.7.8 Who are you?"
    unknown, said = verdicts(signing_in(mailbox))
    assert unknown == {"server": GOOD, "TLS": GOOD, "sign-in": WRONG}
    assert "535 5.7.8 Who are you?" in said
    assert "%40" in said

    mailbox.behave()
    mailbox.answers["MAIL"] = "550 5.7.1 not you"
    disliked, said = verdicts(mailbox.url)
    assert disliked == {"server": GOOD, "TLS": GOOD, "sign-in": GOOD, "sender": WRONG}
    assert "550 5.7.1 not you" in said
    assert "EVENTDESK_MAIL_FROM" in said


def test_without_a_mail_server_the_setting_is_named(examined: Examined, nameserver: Nameserver) -> None:
    finding = examined(nameserver.address)["mail server"]

    assert (finding.verdict, "EVENTDESK_SMTP_URL" in finding.said, nameserver.asked) == (LOOK, True, [])


def test_what_dns_lacks_is_told_with_the_record_that_mends_it(
    examined: Examined, mailbox: Mailbox, nameserver: Nameserver
) -> None:
    def see(texts: dict[str, list[str]], mailbox_at: str = DOMAIN) -> dict[str, Finding]:
        nameserver.texts = texts
        return examined(
            nameserver.address, SMTP_URL=mailbox.url, BASE_URL="https://users.org", MAIL_FROM=f"hi@{mailbox_at}"
        )

    nobody = see({})
    assert (nobody["DNS"].verdict, "EVENTDESK_MAIL_FROM" in nobody["DNS"].said, "SPF" in nobody) == (WRONG, True, False)

    nothing = see({DOMAIN: ["google-site-verification=x"]})
    assert [nothing[each].verdict for each in ("SPF", "DKIM", "DMARC")] == [WRONG] * 3
    assert f'{DOMAIN}. TXT "v=spf1 ' in nothing["SPF"].said
    assert f'_dmarc.{DOMAIN}. TXT "v=DMARC1; p=none"' in nothing["DMARC"].said
    assert f"dig TXT NAME._domainkey.{DOMAIN}" in nothing["DKIM"].said

    hidden = see({f"k2027._domainkey.{DOMAIN}": ["p=MIGf"], "s1._domainkey.users.org": ["v=DKIM1; p="]})
    assert hidden["DKIM"].verdict is LOOK

    above = see(RECORDS | {f"news.{DOMAIN}": ["x"]}, f"news.{DOMAIN}")
    assert (above["DMARC"].verdict, above["SPF"].verdict) == (GOOD, WRONG)

    for answer in (dns.rcode.SERVFAIL, dns.rcode.REFUSED):
        nameserver.answers = answer
        unknown = see(RECORDS)
        assert (unknown["DNS"].verdict, "SPF" in unknown) == (LOOK, False)
    nameserver.answers = None
    nameserver.asked.clear()
    assert see(RECORDS, "desk.example")["DNS"].verdict is LOOK
    assert nameserver.asked == []
    with pytest.raises(DomainError, match="no address of a DNS server"):
        examine("the one over there")


@pytest.mark.parametrize(
    ("finding", "verdict"),
    [
        (rules.spf("x.org", ["v=spf1 mx -all", "v=spf1 a -all"]), WRONG),
        (rules.spf("x.org", ["v=spf1 mx +all"]), WRONG),
        (rules.spf("x.org", ["v=spf10 mx -all"]), WRONG),
        (rules.spf("x.org", ["V=SPF1 mx ~all"]), GOOD),
        (rules.dmarc("x.org", "_dmarc.x.org", ["v=DMARC1;p=none", "v=DMARC1;p=none"]), WRONG),
        (rules.dmarc("x.org", "_dmarc.x.org", ["v=DMARC1; rua=mailto:a@x.org"]), WRONG),
        (rules.dmarc("x.org", "_dmarc.x.org", ["v=DMARC1; sp=reject; p=Quarantine"]), GOOD),
        (rules.sender("events@x.org", "events.x.org"), GOOD),
        (rules.sender("events@mail.x.org", "events.x.org"), GOOD),
        (rules.sender("events@events.x.org", "x.org"), GOOD),
        (rules.sender("events@y.org", "x.org"), LOOK),
        (rules.sender("events@y.org", "127.0.0.1"), LOOK),
        (rules.sender("events@127.0.0.1", "127.0.0.1"), WRONG),
        (rules.sender("events@localhost", "localhost"), WRONG),
    ],
)
def test_what_is_found_is_judged(finding: Finding, verdict: Verdict) -> None:
    assert finding.verdict is verdict, finding.said


def test_a_worker_that_is_silent_is_told_with_the_line_that_starts_one(examined: Examined, now: Clock) -> None:
    def worker() -> Finding:
        return examined()["worker"]

    assert worker().verdict is LOOK  # none was ever there, and nothing waits
    beat("desk:12", NOW, NOW)
    assert worker().verdict is GOOD
    with writing() as session:
        enqueue(session, Kind.JOIN, label=None, event_id=0, ref=1, version=0, now=NOW)
    now.time += SILENT + timedelta(minutes=1)
    silent = worker()
    assert (silent.verdict, "since 2027-02-09 12:00:00 UTC" in silent.said) == (WRONG, True)
    assert "eventdesk worker" in silent.said
    assert "for 4 minutes" in silent.said
    now.time += LATE
    beat("desk:12", NOW, now.time)
    assert worker().verdict is LOOK  # at work, and something waits long
    beat("elsewhere:9", NOW, now.time + timedelta(hours=1))
    assert "1 hour ahead" in worker().said


def test_a_base_url_is_told_plainly(links: Links, examined: Examined) -> None:
    assert examined()["base URL"].verdict is LOOK
    make_event(links)
    unset = examined()["base URL"]
    assert (unset.verdict, "EVENTDESK_BASE_URL=https://" in unset.said) == (WRONG, True)
    assert examined(BASE_URL="http://127.0.0.1:8000")["base URL"].verdict is LOOK
    plain = examined(BASE_URL="http://events.example.org")["base URL"]
    assert (plain.verdict, "https" in plain.said) == (WRONG, True)


def test_a_database_that_is_not_up_to_date_is_told_how(examined: Examined, settings: Settings) -> None:
    downgrade(settings.database_url, "base")

    finding = examined()["database"]

    assert (finding.good, "eventdesk db upgrade" in finding.said) == (False, True)


def test_a_setting_that_cannot_be_used_ends_the_examination(examined: Examined) -> None:
    [finding] = examined(TRUSTED_PROXIES="many").values()

    assert (finding.about, finding.good, "EVENTDESK_TRUSTED_PROXIES" in finding.said) == ("settings", False, True)
