"""Many questions at once: who is admitted is answered in time, who is not is turned away at once.

    python -m bench.load [CLIENTS]           1,000 by default; half of them go first, for comparison

Starts a server on the demo's articles. First all clients, each with an open connection, ask at the same moment, once: that
is the burst. Then each goes on asking for ten seconds, a new question as soon as it has an answer, and after `Retry-After`
where it was turned away; they begin spread over the first of these seconds, as clients do who know nothing of each other.

One process sends everything, over plain sockets, on the same machine and the same processors as the server. A latency is
from the moment of sending to the moment at which the sender has looked at the reply, so that it contains the sender's own
work; the server's own count of what it turned away, and how long that took it, is printed beside it.
"""

from __future__ import annotations

import heapq
import json
import re
import selectors
import socket
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from qa import bootstrap, prompts
from qa.adapters import sources
from qa.eval.door import served
from qa.ingest import read
from qa.settings import Settings

QUESTION = "when did Russian instructors arrive"
SECONDS = 10.0
PATIENCE = 120.0
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.I)
RETRY = re.compile(rb"\r\nretry-after: (\d+)", re.I)


@dataclass(slots=True)
class Asker:
    """One client with one connection."""

    line: socket.socket
    sent: float = 0.0
    reply: bytes = b""

    def whole(self) -> bool:
        head, gap, body = self.reply.partition(b"\r\n\r\n")
        found = LENGTH.search(head)
        return bool(gap) and found is not None and len(body) >= int(found[1])


@dataclass(slots=True)
class Told:
    seconds: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    broken: list[str] = field(default_factory=list)

    def line(self, what: str) -> str:
        parts = [what]
        for status, found in sorted(self.seconds.items()):
            cuts = statistics.quantiles(found, n=100) if len(found) > 1 else found * 99
            parts.append(
                f"{status} x {len(found)}: p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms, "
                f"slowest {max(found) * 1000:.0f} ms, under 50 ms {sum(one < 0.05 for one in found) / len(found):.1%}"
            )
        return "; ".join([*parts, f"broken {len(self.broken)}"])

    def p95(self, status: int) -> float:
        found = self.seconds[status]
        return statistics.quantiles(found, n=20)[18] if len(found) > 1 else sum(found)


class Crowd:
    """So many clients of one server."""

    def __init__(self, url: str, size: int) -> None:
        self._host, self._port = urlsplit(url).hostname or "", urlsplit(url).port or 80
        self._poll, self._number = selectors.DefaultSelector(), 0
        self._askers = [Asker(self._connected()) for _ in range(size)]
        for asker in self._askers:
            self._poll.register(asker.line, selectors.EVENT_READ, asker)

    def _connected(self) -> socket.socket:
        line = socket.create_connection((self._host, self._port))
        line.setblocking(False)
        return line

    def ask(self, *, seconds: float) -> Told:
        """All at the same moment, once; or spread over a second and, while it lasts, each again when its turn has come."""
        told, began = Told(), time.perf_counter()
        spread, open_ = min(1.0, seconds) / len(self._askers), 0
        waiting = [(began + n * spread, id(asker), asker) for n, asker in enumerate(self._askers)]
        heapq.heapify(waiting)
        while (open_ or waiting) and time.perf_counter() < began + seconds + PATIENCE:
            now = time.perf_counter()
            while waiting and waiting[0][0] <= now:
                self._send(heapq.heappop(waiting)[2])
                open_ += 1
            for key, _ in self._poll.select(0.02):
                asker = key.data
                wait = self._heard(asker, told)
                if wait is None:
                    continue
                open_ -= 1
                turn = time.perf_counter() + wait
                if turn < began + seconds and wait >= 0:
                    heapq.heappush(waiting, (turn, id(asker), asker))
        return told

    def _send(self, asker: Asker) -> None:
        self._number += 1
        body = json.dumps({"question": f"{QUESTION} ({self._number})"})
        head = (
            f"POST /v1/ask HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Type: application/json\r\n"
        )
        asker.reply, asker.sent = b"", time.perf_counter()
        asker.line.send(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())

    def _heard(self, asker: Asker, told: Told) -> float | None:
        """Seconds until the next question; negative for never, None where the reply is not whole."""
        try:
            data = asker.line.recv(1 << 18)
        except OSError as error:
            data, asker.reply = b"", repr(error).encode()
        asker.reply += data
        if not data:
            told.broken.append(asker.reply[:200].decode("latin-1"))
            self._poll.unregister(asker.line)
            return -1.0
        if not asker.whole():
            return None
        status = int(asker.reply[9:12])
        told.seconds[status].append(time.perf_counter() - asker.sent)
        retry = RETRY.search(asker.reply)
        if status in (429, 503) and retry is None:
            told.broken.append("turned away without a Retry-After")
        return float(retry[1]) if retry else 0.0

    def close(self) -> None:
        for asker in self._askers:
            asker.line.close()
        self._poll.close()


def crowd(url: str, size: int) -> tuple[Told, Told]:
    made = Crowd(url, size)
    time.sleep(0.5)  # the connections are taken
    burst = made.ask(seconds=0)
    print(burst.line(f"{size:5} at once"))
    lasting = made.ask(seconds=SECONDS)
    print(lasting.line(f"{size:5} clients for {SECONDS:g} s"))
    made.close()
    return burst, lasting


def main() -> int:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as home:
        with bootstrap.writing(Settings(home=Path(home)), what="bench.load") as newsroom:
            newsroom.ingest(
                newsroom.read(sources.files([prompts.shipped("seeds")], readable=read.is_readable))
            )
        with served(Path(home)) as door:
            time.sleep(2)
            runs = {each: crowd(door.url, each) for each in (1, 20, size // 2, size)}
            text = httpx2.get(f"{door.url}/metrics", trust_env=False).text
    for line in text.splitlines():
        if line.startswith(("dateline_requests_shed_total", "dateline_requests_open ")):
            print(line)
    half, full = runs[size // 2][1].p95(200), runs[size][1].p95(200)
    print(f"p95 of who was admitted: {half:.3f} s at half, {full:.3f} s at full ({full / half:.2f} times)")
    broken = [one for pair in runs.values() for told in pair for one in told.broken]
    odd = {status for pair in runs.values() for told in pair for status in told.seconds} - {200, 429, 503}
    return 1 if broken or odd else 0


if __name__ == "__main__":
    sys.exit(main())
