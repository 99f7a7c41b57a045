"""Addresses, politely: robots.txt is respected, and a host is asked at one slow rate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from protego import Protego

from qa.adapters.addresses import Target
from qa.adapters.fetch import AGENT, Fetched
from qa.errors import FetchGone, FetchRefused

ROBOTS_BYTES = 512_000
"""RFC 9309 asks to read at least 500 KiB."""
ROBOTS_SECONDS = 3_600.0
_SLOWEST = 30.0
"""A longer Crawl-delay is not waited for."""
_NAME = AGENT.split("/", maxsplit=1)[0]


class Gets(Protocol):
    """What a fetcher does. See `fetch.Fetcher`."""

    def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None,
        gate: Callable[[Target], None] = ...,
    ) -> Fetched: ...  # fmt: skip


@dataclass(kw_only=True)
class Web:
    """The door to the outside for pages, feeds and sitemaps. May be used from several threads."""

    fetcher: Gets
    interval: float = 1.0
    """Seconds between two requests to a host."""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _turns: dict[str, float] = field(default_factory=dict)
    _robots: dict[str, tuple[float, Protego | None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Fetch one address. Raises as `Fetcher.get` does."""
        return self.fetcher.get(url, etag=etag, last_modified=last_modified, gate=self._gate)

    def _gate(self, target: Target) -> None:
        rules = self._rules(target)
        if rules is not None and not rules.can_fetch(target.url, _NAME):
            raise FetchRefused(f"{target.url} is not fetched: the site's robots.txt asks not to.")
        delay = (rules.crawl_delay(_NAME) if rules is not None else None) or 0.0
        self._wait_turn(target.host, min(max(self.interval, delay), _SLOWEST))

    def _rules(self, target: Target) -> Protego | None:
        """The site's rules; None where it has none. A server that fails to say is asked again later (RFC 9309)."""
        known = self._robots.get(target.site)
        if known is not None and self.clock() - known[0] < ROBOTS_SECONDS:
            return known[1]
        try:
            found = self.fetcher.get(
                f"{target.site}/robots.txt", gate=lambda hop: self._wait_turn(hop.host, self.interval)
            )
            rules = Protego.parse(found.data[:ROBOTS_BYTES].decode("utf-8", errors="replace"))
        except (FetchGone, FetchRefused):
            rules = None  # the page itself still goes through the same checks
        self._robots[target.site] = (self.clock(), rules)
        return rules

    def _wait_turn(self, host: str, interval: float) -> None:
        with self._lock:
            now = self.clock()
            turn = max(now, self._turns.get(host, now))
            self._turns[host] = turn + interval
        if turn > now:
            self.sleep(turn - now)
