"""The floor: a bare Flask page on the server, and with the threads, that `eventdesk serve` uses."""

import logging
import sys

from flask import Flask
from waitress import serve

from eventdesk.server import CONNECTIONS, THREADS

app = Flask("hello")


@app.get("/")
def hello() -> str:
    """Nothing else."""
    return "hello"


if __name__ == "__main__":
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    serve(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        _quiet=True,
    )
