"""The one fetcher: nothing else in Dateline opens a connection to an address from outside.

A host is resolved once per hop, every address it has is checked, and the connection goes to the checked address
itself, with the host's name for TLS: a name that resolves differently a moment later changes nothing. Redirects
come back through the same gate. Sizes are bounded raw and unpacked, and the whole takes at most 15 s by the wall.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.message import Message
from urllib.parse import urljoin

from qa.adapters import addresses
from qa.adapters.addresses import Policy, Target
from qa.adapters.streams import Timed, Timer, Unpacked
from qa.errors import FetchFailed, FetchGone, FetchRefused

MOST_BYTES = 5_000_000
MOST_HOPS = 5
MOST_SECONDS = 15.0
AGENT = "DatelineBot/1.0 (+https://pypi.org/project/dateline-qa/)"
_REDIRECTS = (301, 302, 303, 307, 308)
_TRANSIENT = (408, 425, 429, 500, 502, 503, 504)
_LONGEST_WAIT = 60.0

Resolve = Callable[[str, int], Sequence[str]]
"""A host's addresses, all of them, as text."""
Connect = Callable[[str, int, float], socket.socket]
"""Open a TCP connection to an address and port within so many seconds."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one address. `data` is unpacked; it is empty when nothing changed."""

    url: str
    """Where it was found in the end."""
    aliases: tuple[str, ...]
    """The addresses that led there, the one asked for first."""
    data: bytes
    content_type: str = ""
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    unchanged: bool = False
    """The server says that nothing changed since what `etag` and `last_modified` stand for."""


@dataclass(frozen=True, slots=True)
class Limits:
    bytes: int = MOST_BYTES
    hops: int = MOST_HOPS
    seconds: float = MOST_SECONDS


def system_resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def system_connect(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


@dataclass(kw_only=True)
class Fetcher:
    """Fetches addresses. The seams `resolve` and `connect` are the network; `clock` is monotonic seconds."""

    policy: Policy = field(default_factory=Policy)
    limits: Limits = field(default_factory=Limits)
    resolve: Resolve = system_resolve
    connect: Connect = system_connect
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    clock: Callable[[], float] = time.monotonic

    def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None,
        gate: Callable[[Target], None] = lambda target: None,
    ) -> Fetched:  # fmt: skip
        """Fetch one address, following redirects.

        Args:
            etag, last_modified: what an earlier answer carried; the server may then say that nothing changed.
            gate: called with each hop before it is connected to; it may raise or wait (robots.txt, politeness).

        Raises:
            FetchRefused: permanent; not to be fetched, or not an answer that can be used.
            FetchGone: the server says 404 or 410.
            FetchFailed: transient; another try may help.
        """
        asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in asked.items() if value and value.isprintable()}
        led: list[str] = []
        spent = 0.0
        for _ in range(self.limits.hops + 1):
            target = addresses.target(url, policy=self.policy)
            gate(target)
            begun = self.clock()
            answer = self._hop(target, headers, begun + self.limits.seconds - spent)
            spent += self.clock() - begun
            if isinstance(answer, Fetched):
                return replace(answer, aliases=tuple(led))
            led.append(target.url)
            url = _joined(target.url, answer)
        raise FetchRefused(f"{led[0]} leads on through more than {self.limits.hops} redirects.")

    def _hop(self, target: Target, headers: Mapping[str, str], deadline: float) -> Fetched | str:
        """One request: what was found, or the address that it redirects to."""
        try:
            return self._ask(target, headers, Timer(deadline, self.clock))
        except ssl.SSLCertVerificationError as error:
            raise FetchRefused(
                f"{target.url}: its certificate is not valid: {error.verify_message}."
            ) from error
        except TimeoutError as error:
            raise FetchFailed(f"{target.url} took longer than {self.limits.seconds:g} s.") from error
        except (OSError, http.client.HTTPException) as error:
            raise FetchFailed(f"{target.url} could not be read: {error or type(error).__name__}.") from error
        except zlib.error as error:
            raise FetchRefused(f"{target.url}: what it sent cannot be unpacked: {error}.") from error

    def _ask(self, target: Target, headers: Mapping[str, str], timer: Timer) -> Fetched | str:
        link = http.client.HTTPConnection(target.host, target.port)
        timed = self._socket(target, timer)
        link.sock = timed
        try:
            said = {"User-Agent": AGENT, "Accept-Encoding": "gzip", "Accept": "*/*", "Connection": "close"}
            link.request("GET", target.path, headers={"Host": target.site.split("://")[1], **said, **headers})
            response = link.getresponse()
            if response.status in _REDIRECTS and response.headers.get("Location"):
                return str(response.headers["Location"])
            if response.status == 304:
                return _found(target, response, b"", unchanged=True)
            _refuse(target, response)
            return self._read(target, response)
        finally:
            link.close()
            timed.shut()

    def _read(self, target: Target, response: http.client.HTTPResponse) -> Fetched:
        raw, unpacked = 0, Unpacked(response.headers.get("Content-Encoding", ""), self.limits.bytes)
        while block := response.read1(65_536):
            raw += len(block)
            unpacked.add(block)
            if raw > self.limits.bytes or unpacked.over:
                raise FetchRefused(
                    f"{target.url} is over {self.limits.bytes / 1e6:g} MB, the most that is fetched."
                )
        if response.length:
            raise FetchFailed(f"{target.url} broke off before its end.")
        return _found(target, response, unpacked.done())

    def _socket(self, target: Target, timer: Timer) -> Timed:
        """A connection to one of the host's addresses, after every one of them was checked."""
        failed: OSError | None = None
        for address in self._checked(target, timer):
            try:
                plain = self.connect(address, target.port, timer.left())
            except OSError as error:
                failed = error
                continue
            if target.scheme == "http":
                return Timed(plain, timer)
            try:
                plain.settimeout(timer.left())
                return Timed(self.tls.wrap_socket(plain, server_hostname=target.host), timer)
            except BaseException:
                plain.close()
                raise
        raise failed or FetchFailed(f"{target.host} has no address.")

    def _checked(self, target: Target, timer: Timer) -> list[str]:
        if addresses.literal(target.host) is not None:
            found: Sequence[str] = [target.host]
        else:
            found = _within(timer, self.resolve, target)
        for text in found:
            try:
                public = self.policy.admits(ipaddress.ip_address(text), target.port)
            except ValueError:
                public = False
            if not public:
                raise FetchRefused(
                    f"{target.host} is not fetched: it leads to {text}, which is not a public address."
                )
        return list(dict.fromkeys(found))


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise FetchRefused(f"{url} redirects to what is no address: {error}.") from None


def _within(timer: Timer, resolve: Resolve, target: Target) -> Sequence[str]:
    """Resolve in a thread of its own: the system's resolver knows no deadline."""
    found: list[Sequence[str] | OSError | UnicodeError] = []

    def run() -> None:
        try:
            found.append(resolve(target.host, target.port))
        except (OSError, UnicodeError) as error:
            found.append(error)

    thread = threading.Thread(target=run, name=f"resolve {target.host}", daemon=True)
    thread.start()
    thread.join(timer.left())
    if not found:
        raise TimeoutError
    result = found[0]
    if isinstance(result, socket.gaierror) and result.errno == socket.EAI_NONAME:
        raise FetchRefused(f"{target.host} is no known host.")
    if isinstance(result, OSError | UnicodeError):
        raise FetchFailed(f"{target.host} could not be looked up: {result}.")
    return result


def _refuse(target: Target, response: http.client.HTTPResponse) -> None:
    """Raise unless the answer is a whole page."""
    status = response.status
    if status in (404, 410):
        raise FetchGone(f"{target.url} is gone: the server says {status}.")
    if status in _TRANSIENT:
        raise FetchFailed(f"{target.url}: the server says {status}.", wait=_wait(response.headers))
    if status != 200:
        raise FetchRefused(f"{target.url}: the server says {status}.")


def _wait(headers: Message) -> float:
    said = headers.get("Retry-After", "").strip()
    return min(float(said), _LONGEST_WAIT) if said.isdigit() and len(said) < 6 else 0.0


def _found(
    target: Target, response: http.client.HTTPResponse, data: bytes, *, unchanged: bool = False
) -> Fetched:
    headers = response.headers
    return Fetched(
        target.url, (), data, headers.get_content_type(), headers.get_content_charset(), headers.get("ETag"),
        headers.get("Last-Modified"), unchanged,
    )  # fmt: skip
