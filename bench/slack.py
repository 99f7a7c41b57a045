"""How soon Slack's deliveries are acknowledged while 50 questions are in work with a slow model.

    python -m bench.slack [--deliveries 400]

A real server over the five seeds with the built-in embedding model, a language model that takes 6 s for each answer,
Slack on loopback. 50 mentions are sent at once; then, while the model works on them, mentions, messages that are no
questions, and commands, one after another, each signed. What is measured is from the first byte sent to the whole
reply. Slack wants each within 3 s; the bar is 1 s at the 99th percentile.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from served import served
from slack_server import BOT_TOKEN, SECRET, Deliveries, SlackServer

from qa import bootstrap
from qa.adapters import sources
from qa.ingest import read
from qa.interfaces import rest
from qa.interfaces.slack import desk
from qa.interfaces.slack.door import Door
from qa.models import Usage
from qa.ports import Chunk
from qa.settings import Settings

SLOW, IN_WORK = 6.0, 50
SEEDS = Path(__file__).parent.parent / "seeds"
QUESTION = "when did Russian instructors arrive"


class SlowModel:
    name = "slow"

    def __init__(self) -> None:
        self.waiting = 0
        self.most = 0

    async def stream(
        self, messages: Sequence[Mapping[str, str]], *, schema: Mapping[str, object]
    ) -> AsyncGenerator[Chunk]:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        try:
            await asyncio.sleep(SLOW)
        finally:
            self.waiting -= 1
        yield Chunk("{}")
        yield Chunk(model=self.name, usage=Usage())


@click.command()
@click.option("--deliveries", default=400, show_default=True)
def main(deliveries: int) -> None:
    desk.A_MINUTE = 10**6
    model = SlowModel()
    with tempfile.TemporaryDirectory() as folder, SlackServer().running() as slack:
        settings = Settings(
            home=Path(folder), slack_bot_token=BOT_TOKEN, slack_signing_secret=SECRET, slack_api_url=slack.api
        )
        with bootstrap.writing(settings, what="bench") as newsroom:
            newsroom.ingest(newsroom.read(sources.files([SEEDS], readable=read.is_readable)))
            newsroom.parts.model = model
            newsroom.search("ready")  # as `qa serve` does before it answers
            with served(rest.app(newsroom, slack=Door(newsroom, settings))) as address:
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
                    found = elsewhere.submit(measured, address, slack.url, deliveries).result()
                print(json.dumps({"in work at once, at most": model.most, **found}, indent=2))


def measured(address: str, slack_url: str, deliveries: int) -> dict[str, object]:
    """In a process of its own, so that sending takes no time from the server."""
    slack = SlackServer()
    slack.url = slack_url
    deliver = Deliveries(address, slack)

    def mention() -> float:
        return timed(lambda: deliver.event(deliver.said(QUESTION)))

    with ThreadPoolExecutor(IN_WORK) as threads:
        burst = [each.result() for each in [threads.submit(mention) for _ in range(IN_WORK)]]
    kinds = (
        mention,
        lambda: timed(lambda: deliver.event(deliver.said("", type="message", text="lunch?"))),
        lambda: timed(lambda: deliver.command(QUESTION)),
    )
    since = [kinds[number % 3]() for number in range(deliveries)]
    return {"50 at once": spread(burst), "while they are in work": spread(since)}


def timed(send: object) -> float:
    began = time.perf_counter()
    reply = send()  # type: ignore[operator]
    spent = (time.perf_counter() - began) * 1000
    if reply.status_code != 200:
        raise click.ClickException(f"{reply.status_code}: {reply.text}")
    return spent


def spread(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {
        "n": len(times),
        "p50_ms": round(cuts[49], 1),
        "p99_ms": round(cuts[98], 1),
        "max_ms": round(max(times), 1),
    }


if __name__ == "__main__":
    main()
