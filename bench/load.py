"""Many questions at once: who is admitted is answered in time, who is not is turned away at once.

    python -m bench.load [QUESTIONS]           1,000 by default; half of them go first, for comparison

Starts a server on the demo's articles. All questions are sent at the same moment from one process on the same machine, so
the latencies contain the sender's own work.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import httpx2

from qa import bootstrap, prompts
from qa.adapters import sources
from qa.eval.door import served
from qa.ingest import read
from qa.settings import Settings

QUESTION = "when did Russian instructors arrive"


async def ask(client: httpx2.AsyncClient, number: int) -> tuple[int, float, bool]:
    began = time.perf_counter()
    reply = await client.post("/v1/ask", json={"question": f"{QUESTION} ({number})"})
    return reply.status_code, time.perf_counter() - began, "retry-after" in reply.headers


async def wave(url: str, size: int) -> None:
    limits = httpx2.Limits(max_connections=size)
    async with httpx2.AsyncClient(base_url=url, timeout=120, trust_env=False, limits=limits) as client:
        told = await asyncio.gather(*(ask(client, number) for number in range(size)))
    by_status: dict[int, list[float]] = defaultdict(list)
    for status, seconds, _ in told:
        by_status[status].append(seconds)
    for status, seconds in sorted(by_status.items()):
        p95 = statistics.quantiles(seconds, n=20)[18] if len(seconds) > 1 else seconds[0]
        print(
            f"{size:5} at once: {status} x {len(seconds)}, p50 {statistics.median(seconds):.3f} s, p95 {p95:.3f} s"
        )
    if not all(retry for status, _, retry in told if status == 503):
        raise SystemExit("turned away without a Retry-After")


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as home:
        with bootstrap.writing(Settings(home=Path(home)), what="bench.load") as newsroom:
            newsroom.ingest(
                newsroom.read(sources.files([prompts.shipped("seeds")], readable=read.is_readable))
            )
        with served(Path(home)) as door:
            for each in (20, 60, size // 2, size):
                asyncio.run(wave(door.url, each))


if __name__ == "__main__":
    main()
