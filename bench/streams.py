"""Many streams at once: time to the first event beside a bare SSE endpoint of the same server, in the same run;
then as many that hang up, and how many calls of the model were thereby stopped; and how long after a model that
writes 30 tokens a second has written the words of its first claim, that claim is there, verified.

    python -m bench.streams [--streams 100] [--rounds 5]

The server is a process of its own over the five seeds; this process asks, and plays the model's server.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import re
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

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


class Paced:
    """A model server that quotes a passage it is given, 30 tokens of 4 characters a second."""

    QUOTE = "Russian military trainers arrived in Niger on Wednesday"
    CLAIM = "Russian trainers arrived in Niger on Wednesday."

    def __init__(self) -> None:
        self.sentence = 0.0
        """When it had written the words of its first claim."""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head.lower())[1])  # type: ignore[index]
        given = json.loads(await reader.readexactly(length))["messages"][-1]["content"]
        label = re.findall(r"passage=(P\d+)>", given[: given.index(self.QUOTE)])[-1]
        claim = {"quotes": [{"passage": label, "quote": self.QUOTE}], "text": self.CLAIM}
        reply = json.dumps({"answered": True, "reason": "", "claims": [claim] * 6})
        end, asked = reply.index(self.CLAIM) + len(self.CLAIM), time.perf_counter()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            for at in range(0, len(reply), 4):
                delta = {
                    "choices": [{"index": 0, "delta": {"content": reply[at : at + 4]}, "finish_reason": None}]
                }
                writer.write(f"data: {json.dumps(delta)}\n\n".encode())
                await writer.drain()
                if at < end <= at + 4:
                    self.sentence = time.perf_counter()
                await asyncio.sleep(max(0, asked + (at / 4 + 1) / 30 - time.perf_counter()))
            stop = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
            writer.write(f"data: {json.dumps(stop)}\n\ndata: [DONE]\n\n".encode())
        writer.close()


async def paced(client: httpx2.AsyncClient, model: Paced) -> float:
    """Seconds to the first claim, as a multiple of the model's own to the end of its first claim's words."""
    start = time.perf_counter()
    async with client.stream("POST", "/v1/ask", json=BODY) as answer:
        async for line in answer.aiter_lines():
            if line == "event: claim":
                return (time.perf_counter() - start) / (model.sentence - start)
    raise SystemExit("the paced model's claim did not come")


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
    models: list[Any] = [Paced()]
    """The last is the one that answers."""

    async def model_of_now(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await models[-1](reader, writer)

    upstream = await asyncio.start_server(model_of_now, "127.0.0.1", 0)
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
                await measured(client, models, streams, rounds)
        finally:
            server.terminate()
            server.join()


async def measured(client: httpx2.AsyncClient, models: list[Any], streams: int, rounds: int) -> None:
    quoted = BODY | {"mode": "extractive"}
    ours, bare, alone = [], [], []
    for _ in range(rounds):
        bare += await together(client, "/bare", {}, streams)
        ours += await together(client, "/v1/ask", quoted, streams)
        alone += await together(client, "/v1/ask", quoted, 1)
    show(f"bare endpoint, {streams} at once", bare)
    show(f"/v1/ask, {streams} at once", ours)
    show("/v1/ask, alone", alone)
    ratios = [await paced(client, models[0]) for _ in range(rounds)]
    print(
        f"first claim / the model's own first sentence: {statistics.median(ratios):.3f} (max {max(ratios):.3f})"
    )
    silent = Silent()
    models.append(silent)
    seconds = await hang_up(client, silent, streams)
    print(f"{streams} hung up: {silent.dropped} calls of the model stopped within {seconds:.2f} s")


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
