"""The files that docs/deployment.md tells people to write, as it tells them, and a machine's other programs around them."""

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.servers import Served, free_port

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "deployment.md").read_text()
#: By the path at which each is to be written.
FILES: Mapping[str, str] = dict(re.findall(r"^```\w+ file=(\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
NGINX, CADDY = "/etc/nginx/sites-available/eventdesk", "/etc/caddy/Caddyfile"
HOST = "events.example.org"
NGINX_ALONE = """
daemon off;
pid {here}/nginx.pid;
error_log {here}/start.log crit;
{user}
events {{}}
http {{
    client_body_temp_path {here}/body;
    proxy_temp_path {here}/proxy;
    include {here}/site;
}}
"""


class Behind(Served):
    """A server that knows itself under the host of the page, and is asked under it."""

    def _healthy(self) -> bool:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/healthz", headers={"Host": HOST})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


class Front:
    """A proxy in front: asks it by HTTP or HTTPS, as a visitor who typed the host."""

    def __init__(self, here: Path, plain: int, tls: int) -> None:
        self.here, self.plain, self.tls = here, plain, tls
        self._trust = ssl.create_default_context(cafile=here / "cert.pem")

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        encrypted: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """The answer and its body."""
        asked = {"Host": HOST, "Connection": "close", **(headers or {})}
        connection = http.client.HTTPConnection("127.0.0.1", self.tls if encrypted else self.plain, timeout=20)
        connection.connect()
        if encrypted:
            connection.sock = self._trust.wrap_socket(connection.sock, server_hostname=HOST)
        try:
            connection.request(method, path, body, asked)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    @property
    def logs(self) -> str:
        """All that the proxy has written anywhere."""
        return "\n".join(file.read_text(errors="replace") for file in sorted(self.here.glob("*.log")))


def make_certificate(here: Path) -> None:
    """A certificate for the host, signed by itself."""
    made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    files = ("-keyout", here / "key.pem", "-out", here / "cert.pem")
    names = ("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}")
    subprocess.run(["openssl", *made, *files, *names], check=True, capture_output=True)


def replaced(text: str, changes: Mapping[str, str]) -> str:
    """The text with each of these changed; each must be in it."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(here: Path, port: int) -> Iterator[Front]:
    """The documented nginx, at ports and with files of this test's own."""
    front = Front(here, free_port(), free_port())
    certificate = f"/etc/letsencrypt/live/{HOST}"
    changes = {
        "listen 80;": f"listen 127.0.0.1:{front.plain};",
        "    listen [::]:80;\n": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{front.tls} ssl http2;",
        "    listen [::]:443 ssl http2;\n": "",
        f"{certificate}/fullchain.pem": str(here / "cert.pem"),
        f"{certificate}/privkey.pem": str(here / "key.pem"),
        "/var/log/nginx": str(here),
        "127.0.0.1:8000": f"127.0.0.1:{port}",
    }
    (here / "site").write_text(replaced(FILES[NGINX], changes))
    user = "user root;" if Path("/root").owner() == Path.home().owner() else ""
    (here / "nginx.conf").write_text(NGINX_ALONE.format(here=here, user=user))
    with _running(front, [shutil.which("nginx") or "nginx", "-p", str(here), "-c", str(here / "nginx.conf")]):
        yield front


@contextmanager
def caddy(here: Path, port: int) -> Iterator[Front]:
    """The documented Caddy, at ports and with files of this test's own."""
    front = Front(here, free_port(), free_port())
    changes = {
        f"\n{HOST} {{": f"\n{HOST} {{\n\tbind 127.0.0.1\n\ttls {here}/cert.pem {here}/key.pem",
        "\tlog default {": f"\thttp_port {front.plain}\n\thttps_port {front.tls}\n\tadmin off\n\tlog default {{",
        "/var/log/caddy": str(here),
        "127.0.0.1:8000": f"127.0.0.1:{port}",
    }
    (here / "Caddyfile").write_text(replaced(FILES[CADDY], changes))
    program = ["caddy", "run", "--adapter", "caddyfile", "--config", str(here / "Caddyfile")]
    with _running(front, program, {"HOME": str(here), "XDG_DATA_HOME": str(here), "XDG_CONFIG_HOME": str(here)}):
        yield front


FRONTS: Mapping[str, Callable[[Path, int], AbstractContextManager[Front]]] = {"nginx": nginx, "caddy": caddy}


@contextmanager
def _running(front: Front, program: list[str], environment: Mapping[str, str] | None = None) -> Iterator[None]:
    with (front.here / "output.log").open("ab") as output:
        process = subprocess.Popen(program, stdout=output, stderr=output, env=environment)
    try:
        deadline = time.monotonic() + 20
        while not all(map(_taken, (front.plain, front.tls))):
            assert process.poll() is None, front.logs
            assert time.monotonic() < deadline, front.logs
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(15)


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
