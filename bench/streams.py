"""Many streams at once: time to the first event beside a bare SSE endpoint of the same server, in the same run;
then as many that hang up, and how many calls of the model were thereby stopped.

    python -m bench.streams [--streams 100] [--rounds 5]

The server is a process of its own over the five seeds; this process asks, and plays a model server that never answers.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2

SEEDS = Path(__file__).parent.parent / "seeds"
BODY = {"question": "when did Russian instructors arrive", "stream": True}


def serve(home: str, port: int, upstream: str) -> None:
    import uvicorn
    from fastapi.sse import EventSourceResponse, format_sse_event

    from qa import bootstrap
    from qa.adapters import sources
    from qa.ingest import read
    from qa.interfaces import rest
    from qa.settings import Settings

    settings = Settings(home=Path(home), llm_base_url=upstream, llm_model="silent", llm_timeout=600)
    with bootstrap.writing(settings, what="bench.streams") as newsroom:
        newsroom.ingest(newsroom.read(sources.files([SEEDS], readable=read.is_readable)))
        newsroom.search("warm")
        app = rest.app(newsroom)

        @app.post("/bare")
        async def bare() -> EventSourceResponse:
            async def events() -> AsyncIterator[bytes]:
                yield format_sse_event(event="done", data_str="{}")

            return EventSourceResponse(events())

        uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


class Silent:
    """A model server that takes every request and answers none."""

    def __init__(self) -> None:
        self.open = self.dropped = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        self.open += 1
        with contextlib.suppress(ConnectionError):
            while await reader.read(65536):
                pass
        self.dropped += 1
        writer.close()


async def first_and_last(client: httpx2.AsyncClient, path: str, body: dict[str, object]) -> tuple[float, str]:
    """Milliseconds to the first event, and the name of the last."""
    start, first, last = time.perf_counter(), 0.0, ""
    async with client.stream("POST", path, json=body) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                first, last = first or time.perf_counter() - start, line[7:]
    return first * 1000, last


async def together(
    client: httpx2.AsyncClient, path: str, body: dict[str, object], streams: int
) -> list[float]:
    told = await asyncio.gather(*(first_and_last(client, path, body) for _ in range(streams)))
    broken = sum(last != "done" for _, last in told)
    if broken:
        raise SystemExit(f"{broken} of {streams} streams of {path} broke")
    return [first for first, _ in told]


async def hang_up(client: httpx2.AsyncClient, silent: Silent, streams: int) -> float:
    """Open streams that wait for the model, close them all; seconds until every call of the model was dropped."""
    request = client.build_request("POST", "/v1/ask", json=BODY)
    held = await asyncio.gather(*(client.send(request, stream=True) for _ in range(streams)))
    while silent.open < streams:  # noqa: ASYNC110  the calls come from another process
        await asyncio.sleep(0.01)
    start = time.perf_counter()
    await asyncio.gather(*(answer.aclose() for answer in held))
    while silent.dropped < streams:
        await asyncio.sleep(0.005)
        if time.perf_counter() - start > 30:
            raise SystemExit(f"only {silent.dropped} of {streams} calls were stopped")
    return time.perf_counter() - start


def show(name: str, values: list[float]) -> None:
    cuts = statistics.quantiles(values, n=20)
    print(
        f"{name:32} p50 {statistics.median(values):7.1f}  p95 {cuts[-1]:7.1f}  max {max(values):7.1f} ms  (n={len(values)})"
    )


async def run(streams: int, rounds: int) -> None:
    silent = Silent()
    upstream = await asyncio.start_server(silent, "127.0.0.1", 0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    model = f"http://127.0.0.1:{upstream.sockets[0].getsockname()[1]}/v1"
    with tempfile.TemporaryDirectory() as home:
        server = multiprocessing.get_context("spawn").Process(
            target=serve, args=(home, port, model), daemon=True
        )
        server.start()
        try:
            limits = httpx2.Limits(max_connections=2 * streams)
            async with httpx2.AsyncClient(
                base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=120, limits=limits
            ) as client:
                await ready(client)
                quoted = BODY | {"mode": "extractive"}
                ours, bare, alone = [], [], []
                for _ in range(rounds):
                    bare += await together(client, "/bare", {}, streams)
                    ours += await together(client, "/v1/ask", quoted, streams)
                    alone += await together(client, "/v1/ask", quoted, 1)
                show(f"bare endpoint, {streams} at once", bare)
                show(f"/v1/ask, {streams} at once", ours)
                show("/v1/ask, alone", alone)
                seconds = await hang_up(client, silent, streams)
                print(
                    f"{streams} hung up: {silent.dropped} calls of the model stopped within {seconds:.2f} s"
                )
        finally:
            server.terminate()
            server.join()


async def ready(client: httpx2.AsyncClient) -> None:
    for _ in range(600):
        with contextlib.suppress(httpx2.HTTPError):
            if (await client.get("/healthz")).is_success:
                return
        await asyncio.sleep(0.1)
    raise SystemExit("the server did not start")


def main() -> int:
    parser = argparse.ArgumentParser(description="Many streams at once.")
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    asyncio.run(run(options.streams, options.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
