"""A real DNS server on the loopback address that knows a few TXT records."""

import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest


class Nameserver:
    """Answers what `texts` says, by name; `answers` is what becomes of every question instead, if anything does."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.answers: dns.rcode.Rcode | None = None
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self._socket.getsockname())
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            wire, sender = self._socket.recvfrom(4096)
            if not wire:  # the end
                return
            self._socket.sendto(self._answer(dns.message.from_wire(wire)).to_wire(), sender)

    def _answer(self, asked: dns.message.Message) -> dns.message.Message:
        question = asked.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        if self.answers is not None:
            answer.set_rcode(self.answers)
        elif found := self.texts.get(name):
            quoted = [f'"{text}"' for text in found]
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", dns.rdatatype.TXT, quoted))
        elif not any(each.endswith(f".{name}") for each in self.texts):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer

    def stop(self) -> None:
        """Answer no more."""
        host, port = self._socket.getsockname()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", (host, port))
        self._thread.join(5)
        self._socket.close()


@pytest.fixture
def nameserver() -> Iterator[Nameserver]:
    """A DNS server for this test."""
    server = Nameserver()
    yield server
    server.stop()
