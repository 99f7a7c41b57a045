"""A small internet for the tests: names of our own, public-looking addresses, servers on loopback."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from qa.adapters.fetch import Fetcher, Limits

PUBLIC = "93.184.215.14"
NAMES: dict[str, list[str]] = {
    "pub.test": [PUBLIC],
    "imds.test": ["169.254.169.254"],
    "mixed.test": [PUBLIC, "127.0.0.1"],
    "v6.test": ["::1"],
    "mapped.test": ["::ffff:127.0.0.1"],
}


@dataclass
class Internet:
    """DNS and connections of the tests' own. `reached` are the addresses that were connected to."""

    port: int
    names: dict[str, list[str]] = field(default_factory=lambda: dict(NAMES))
    reached: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        if host.startswith("rebind"):
            return [PUBLIC] if self.asked.count(host) == 1 else ["127.0.0.1"]
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return self.names[host]

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        self.reached.append(address)
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def fetcher(self, *, limits: Limits = Limits(seconds=5.0), **options: object) -> Fetcher:  # noqa: B008
        return Fetcher(resolve=self.resolve, connect=self.connect, limits=limits, **options)  # type: ignore[arg-type]


class Pages(BaseHTTPRequestHandler):
    """What the servers of this internet say, by path."""

    requests: list[tuple[str, str]] = []  # noqa: RUF012
    """Host and path of each request."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.requests.append((self.headers.get("Host", ""), self.path))
        answer: Callable[[dict[str, list[str]]], None] = getattr(
            self, f"at_{parts.path.strip('/') or 'home'}", self.at_none
        )
        try:
            answer(parse_qs(parts.query))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def say(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Length": str(len(body)), "Content-Type": "text/plain", **given}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def at_home(self, query: dict[str, list[str]]) -> None:
        self.say(b"hello", Content_Type="text/html; charset=iso-8859-1", ETag='"one"')

    def at_none(self, query: dict[str, list[str]]) -> None:
        self.say(b"no such page", status=404)

    def at_status(self, query: dict[str, list[str]]) -> None:
        self.say(b"x", status=int(query["code"][0]), Retry_After="7")

    def at_redir(self, query: dict[str, list[str]]) -> None:
        self.say(
            b"", status=int(query.get("c", ["302"])[0]), Location=query["to"][0].encode().decode("latin-1")
        )

    def at_loop(self, query: dict[str, list[str]]) -> None:
        self.say(b"", status=302, Location="/loop")

    def at_same(self, query: dict[str, list[str]]) -> None:
        if self.headers.get("If-None-Match") == '"one"':
            self.send_response(304)
            self.end_headers()
            return
        self.say(b"new", ETag='"one"', Last_Modified="Fri, 03 May 2024 10:00:00 GMT")

    def at_packed(self, query: dict[str, list[str]]) -> None:
        self.say(gzip.compress(b"packed"), Content_Encoding="gzip")

    def at_bomb(self, query: dict[str, list[str]]) -> None:
        self.say(gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")

    def at_big(self, query: dict[str, list[str]]) -> None:
        self.say(b"x" * 6_000_000)

    def at_short(self, query: dict[str, list[str]]) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"only this")
        self.close_connection = True

    def at_drip(self, query: dict[str, list[str]]) -> None:
        self.send_response(200)
        self.end_headers()
        self._drip()

    def at_dripping_headers(self, query: dict[str, list[str]]) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        self._drip()

    def _drip(self) -> None:
        for _ in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that left is no error."""


@contextmanager
def internet(pages: type[Pages] = Pages) -> Iterator[Internet]:
    """Serve `pages` under every name; yields the names and connections to reach them by."""
    pages.requests = []
    server = Server(("127.0.0.1", 0), pages)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield Internet(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
