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


def exchange(connection: socket.socket, request: bytes) -> int:
    """Send a request, read its whole answer; the status."""
    connection.sendall(request)
    answer = b""
    while (end := answer.find(b"\r\n\r\n")) < 0:
        answer += _more(connection)
    head, status = answer[:end].lower(), int(answer[9:12])
    rest = 0 if status == 304 else int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    missing = end + 4 + rest - len(answer)
    while missing > 0:
        missing -= len(_more(connection))
    return status


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

    def client(share: list[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", plan.port), timeout=60) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.wait()
            statuses.extend([exchange(connection, request) for request in share])

    threads = [threading.Thread(target=client, args=[share]) for share in shares]
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
