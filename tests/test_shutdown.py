"""A server that is told to stop finishes what it has begun."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
from model_server import ModelServer
from test_cli import QUESTION, free_port, home, seeded  # noqa: F401  fixtures

STREAMS = 20


async def test_all_open_streams_finish_within_ten_seconds(home: Path) -> None:  # noqa: F811
    async with ModelServer("{}", pause=0.25).running() as model:
        address = f"http://127.0.0.1:{free_port()}"
        process = subprocess.Popen(  # noqa: ASYNC220  it is waited for below
            [sys.executable, "-m", "qa", "serve", "--port", address.rpartition(":")[2]], stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "QA_HOME": str(home), "QA_LLM_BASE_URL": model.url, "QA_LLM_MODEL": "slow"},
        )  # fmt: skip
        try:
            async with httpx2.AsyncClient(trust_env=False, timeout=60) as client:
                await ready(client, address)
                asked = [asyncio.create_task(stream(client, address)) for _ in range(STREAMS)]
                while len(model.requests) < STREAMS:  # noqa: ASYNC110  requests come from another process
                    await asyncio.sleep(0.05)
                process.send_signal(signal.SIGTERM)
                began = time.monotonic()
                told = await asyncio.gather(*asked)
                code = await asyncio.to_thread(process.wait, 20)
        finally:
            process.kill()
    assert [text.count("event: done") for text in told] == [1] * STREAMS
    assert code == 0
    assert time.monotonic() - began < 10


async def stream(client: httpx2.AsyncClient, address: str) -> str:
    return (await client.post(f"{address}/v1/ask", json={"question": QUESTION, "stream": True})).text


async def ready(client: httpx2.AsyncClient, address: str) -> None:
    for _ in range(300):
        try:
            if (await client.get(f"{address}/readyz")).is_success:
                return
        except httpx2.HTTPError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("the server is not ready")
