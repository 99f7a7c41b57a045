"""Which addresses may be fetched: one strict reading of an address, and one list of what is public.

Everything that is not certainly a public host on an http port is refused. Addresses that two parsers could read
in two ways (backslashes, names before an @, numbers in odd bases) are refused, not repaired.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from qa.errors import FetchRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PORTS = {"http": 80, "https": 443}
_LONGEST = 2_000
_LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$")
_NUMBER = re.compile(r"^(?:\d+|0x[0-9a-f]*)$")
_SAFE = "/?#[]@!$&'()*+,;=%:~-._"

# IANA's special-purpose registries (RFC 6890 and its successors), and what clouds answer on.
_CLOSED_4 = [
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",
    )
]  # fmt: skip
_OPEN_6 = ipaddress.IPv6Network("2000::/3")
"""The only global unicast space: mapped (::ffff:0:0/96), compatible, NAT64 (64:ff9b::/96) and local ones lie outside."""
_CLOSED_6 = [
    ipaddress.IPv6Network(net)
    for net in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3ffe::/16",
        "3fff::/20",
        "5f00::/16",
    )
]
_ISATAP = (0x00005EFE, 0x02005EFE)


@dataclass(frozen=True, slots=True)
class Target:
    """An address, taken apart: `url` is how it is asked for, `path` what the request line says."""

    url: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def site(self) -> str:
        """Scheme, host and port, as robots.txt counts sites."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{shown}" + ("" if self.port == PORTS[self.scheme] else f":{self.port}")


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be reached beside public hosts on ports 80 and 443: named pairs of address and port."""

    allow: frozenset[tuple[str, int]] = frozenset()

    def admits(self, address: Address, port: int) -> bool:
        if (str(address), port) in self.allow:
            return True
        return port in PORTS.values() and is_public(address)

    def admits_port(self, port: int) -> bool:
        return port in PORTS.values() or any(port == allowed for _, allowed in self.allow)


def target(url: str, *, policy: Policy = Policy()) -> Target:
    """Take an address apart, strictly.

    Raises:
        FetchRefused: it is not an http(s) address of a public host that can be read in one way only.
    """
    said = url.strip(" ")
    if len(said) > _LONGEST or re.search(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029]", said):
        raise FetchRefused(
            f"{_shown(url)} is not an address: it is too long, or holds spaces or backslashes."
        )
    try:
        parts = urlsplit(said)
        port = parts.port
    except ValueError as error:
        raise FetchRefused(f"{_shown(url)} is not an address: {error}.") from None
    if parts.scheme not in PORTS:
        raise FetchRefused(f"{_shown(url)} is not fetched: only http and https addresses are.")
    if "@" in parts.netloc or "%" in parts.netloc or not parts.hostname:
        raise FetchRefused(
            f"{_shown(url)} is not fetched: an address may have no name or password before its host."
        )
    port = PORTS[parts.scheme] if port is None else port
    if not policy.admits_port(port):
        raise FetchRefused(f"{_shown(url)} is not fetched: only the ports 80 and 443 are.")
    host = _host(parts.hostname, url)
    path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_SAFE)
    found = Target("", parts.scheme, host, port, path)
    return Target(found.site + path, parts.scheme, host, port, path)


def is_public(address: Address) -> bool:
    """Whether an address is of the public internet, in none of the ways in which it could lead inside.

    `ipaddress`'s own `is_global` is not enough: on Python 3.11 it holds 64:ff9b::7f00:1 and 2002:7f00:1:: for public.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in net for net in _CLOSED_4)
    if address not in _OPEN_6 or any(address in net for net in _CLOSED_6) or address.scope_id:
        return False
    return (int(address) >> 32) & 0xFFFFFFFF not in _ISATAP


def literal(host: str) -> Address | None:
    """The address that a host is written as, or None where it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _host(host: str, url: str) -> str:
    """A host in lower case and ASCII, an IP address in its one plain spelling or a name of letters."""
    if literal(host) is not None:
        return str(literal(host))
    try:
        name = host.encode("idna").decode("ascii").lower() if not host.isascii() else host.lower()
    except UnicodeError:
        raise FetchRefused(f"{_shown(url)} is not an address: {host!r} is not the name of a host.") from None
    labels = name.removesuffix(".").split(".")
    if not all(_LABEL.match(label) for label in labels) or len(name) > 253:
        raise FetchRefused(f"{_shown(url)} is not an address: {host!r} is not the name of a host.")
    if _NUMBER.match(labels[-1]):
        raise FetchRefused(f"{_shown(url)} is not fetched: {host!r} is a number, not the name of a host.")
    if len(labels) == 1 or labels[-1] in ("localhost", "local", "internal", "localdomain", "arpa"):
        raise FetchRefused(f"{_shown(url)} is not fetched: {host!r} is not a public host.")
    return name.removesuffix(".")


def _shown(url: str) -> str:
    plain = "".join(char if char.isprintable() else "?" for char in url)
    return plain if len(plain) <= 120 else plain[:120] + "…"
