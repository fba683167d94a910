"""The load: a process of its own that sends so many requests over a few kept connections, and says how long it took.

It reads a `Plan` as JSON from standard input. Requests are bytes made beforehand and answers are read no further than
they must be, so that the load costs little beside what it measures.
"""

import json
import socket
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to send. `#` in the body is replaced by a number, from `first` on, so that each body is another."""

    port: int
    path: str
    count: int
    clients: int = 8
    method: str = "GET"
    headers: str = ""
    body: str = ""
    first: int = 0

    def request(self, number: int) -> bytes:
        """One request as bytes."""
        body = self.body.replace("#", str(number))
        length = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n" if body else ""
        head = f"{self.method} {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{self.headers}{length}\r\n"
        return (head + body).encode()

    def to_json(self) -> str:
        """As standard input takes it."""
        return json.dumps(asdict(self))


class Client:
    """One client; it keeps its connection for as long as the server does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.connect()

    def connect(self) -> None:
        """Open the connection."""
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def exchange(self, request: bytes) -> int:
        """Send a request, read its whole answer; the status."""
        self._socket.sendall(request)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += _more(self._socket)
        head, status = answer[:end].lower(), int(answer[9:12])
        rest = 0 if status == 304 else int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        missing = end + 4 + rest - len(answer)
        while missing > 0:
            missing -= len(_more(self._socket))
        if b"\r\nconnection: close" in head:  # as waitress does after every 304
            self.close()
            self.connect()
        return status

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def _more(connection: socket.socket) -> bytes:
    got = connection.recv(1 << 18)
    if not got:
        raise ConnectionError("the server closed the connection")
    return got


def run(plan: Plan) -> tuple[float, Counter[int]]:
    """Carry the plan out: the seconds from the first request to the last answer, and how many answers of each status."""
    requests = [plan.request(plan.first + number) for number in range(plan.count)]
    shares = [requests[client :: plan.clients] for client in range(plan.clients)]
    statuses: list[int] = []
    ready = threading.Barrier(plan.clients + 1)

    def work(share: list[bytes]) -> None:
        with closing(Client(plan.port)) as client:
            ready.wait()
            statuses.extend([client.exchange(request) for request in share])

    threads = [threading.Thread(target=work, args=[share]) for share in shares]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started, Counter(statuses)


if __name__ == "__main__":
    seconds, counted = run(Plan(**json.load(sys.stdin)))
    sys.stdout.write(json.dumps({"seconds": seconds, "statuses": counted}))
