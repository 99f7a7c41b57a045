"""Questions while the indexes are built anew, and while the embedding model is changed: none may fail, none may mix models.

    python -m bench.reindex [--set SET_DIR] [--articles 400] [--rate 20]

Fills an archive with vectors of a hash embedder (a server of this process, 384 numbers as the built-in model has, so that a
mixture would raise nothing), serves it, and runs `qa reindex` three times: to the same model, to the built-in one, and back.
Meanwhile questions are asked at an even rate, searches and answers in turn. What a search finds, with its cosines, must be
exactly what it finds before or what it finds after; anything between is a mixture. At last a change is killed in its middle
together with its server, and done again.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import numpy as np

from qa import bootstrap, prompts, settings
from qa.adapters import sources
from qa.eval import cases
from qa.eval.door import served
from qa.ingest import read

DIMENSIONS = 384
QUESTIONS = 30
Found = tuple[tuple[str, int, float], ...]
"""Article, offset and cosine of each passage that a search found."""


class Hashed(BaseHTTPRequestHandler):
    """Speaks /v1/embeddings: words to buckets."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        data = [
            {"object": "embedding", "index": n, "embedding": row(text)}
            for n, text in enumerate(asked["input"])
        ]
        body = json.dumps({"object": "list", "data": data, "model": asked["model"], "usage": {}}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


def row(text: str) -> list[float]:
    found = np.full(DIMENSIONS, 1e-3)
    for word in re.findall(r"\w+", text.casefold()):
        found[int(hashlib.sha256(word.encode()).hexdigest(), 16) % DIMENSIONS] += 1
    return [float(number) for number in found / np.linalg.norm(found)]


@contextmanager
def hashing() -> Iterator[str]:
    """The settings of a hash embedder, as lines of qa.toml."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), Hashed)
    Thread(target=made.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{made.server_address[1]}/v1"
    yield f'embed_base_url = "{url}"\nembed_model = "hash"\nembed_dimensions = {DIMENSIONS}\n'
    made.shutdown()
    made.server_close()


# -- asking ----------------------------------------------------------------------------------------------------


class Asker:
    """Asks at an even rate until it is told to stop, whatever is still open."""

    def __init__(self, url: str, questions: list[str], *, rate: float) -> None:
        self._questions, self._rate = questions, rate
        self._client = httpx2.AsyncClient(base_url=url, timeout=60, trust_env=False)
        self.seconds: list[float] = []
        self.failed: list[str] = []
        self.found: list[tuple[str, Found]] = []

    async def search(self, question: str) -> Found:
        reply = await self._client.post("/v1/search", json={"question": question})
        reply.raise_for_status()
        hits = reply.json()["hits"]
        return tuple((hit["article_id"], hit["start"], round(hit["cosine"], 4)) for hit in hits)

    async def all(self) -> dict[str, Found]:
        return {question: await self.search(question) for question in self._questions}

    async def _one(self, number: int) -> None:
        question, began = self._questions[number // 2 % len(self._questions)], time.perf_counter()
        try:
            if number % 2:
                self.found.append((question, await self.search(question)))
            else:
                (await self._client.post("/v1/ask", json={"question": question})).raise_for_status()
        except httpx2.HTTPError as error:
            self.failed.append(f"{question}: {error!r}")
        self.seconds.append(time.perf_counter() - began)

    async def until(self, done: asyncio.Event) -> None:
        began, open_ = time.perf_counter(), set[asyncio.Task[None]]()
        for number in itertools.count():
            if done.is_set():
                break
            task = asyncio.create_task(self._one(number))
            open_.add(task)
            task.add_done_callback(open_.discard)
            await asyncio.sleep(max(0.0, began + (number + 1) / self._rate - time.perf_counter()))
        await asyncio.gather(*open_)


async def during(url: str, home: Path, questions: list[str], *, rate: float) -> dict[str, Any]:
    """Ask while `qa reindex` runs against the server; what came of both."""
    asker, done = Asker(url, questions, rate=rate), asyncio.Event()
    before = await asker.all()
    asking = asyncio.create_task(asker.until(done))
    await asyncio.sleep(1)
    began = time.perf_counter()
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "qa", "reindex", "--json", env=environment(home),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    out, err = await command.communicate()
    took = time.perf_counter() - began
    await asyncio.sleep(1)
    done.set()
    await asking
    after = await asker.all()
    if command.returncode:
        raise SystemExit(err.decode())
    mixed = [question for question, found in asker.found if found not in (before[question], after[question])]
    return {
        "model": json.loads(out)["model"], "embedded": json.loads(out)["embedded"], "seconds": round(took, 1),
        "asked": len(asker.seconds), "failed": asker.failed, "mixed": mixed, "differ": sum(before[q] != after[q] for q in questions),
        "p50": round(statistics.median(asker.seconds), 3),
        "p95": round(statistics.quantiles(asker.seconds, n=20)[18], 3), "slowest": round(max(asker.seconds), 3),
    }  # fmt: skip


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "QA_HOME": str(home)}


# -- killed in the middle --------------------------------------------------------------------------------------


def killed(home: Path) -> dict[str, int]:
    """Kill the command of a change when a third of it is done, and do it again: how much had to be embedded again."""
    wanted = to_embed(home)
    command = subprocess.Popen([sys.executable, "-m", "qa", "reindex"], env=environment(home))
    while to_embed(home) > wanted * 2 / 3:
        time.sleep(0.1)
    command.kill()
    command.wait()
    left = to_embed(home)
    done = subprocess.run(
        [sys.executable, "-m", "qa", "reindex", "--json"], env=environment(home), capture_output=True, check=True
    )  # fmt: skip
    return {
        "passages": wanted,
        "left when killed": left,
        "embedded again": json.loads(done.stdout)["embedded"],
    }


def to_embed(home: Path) -> int:
    chosen = settings.load(environment(home))
    held = bootstrap.archive(chosen)
    try:
        return held.to_embed(bootstrap.fingerprint(chosen))
    finally:
        held.close()


# -- the archive -----------------------------------------------------------------------------------------------


def filled(home: Path, corpus: Path, articles: int) -> None:
    some = home / "some.jsonl"
    if corpus.suffix == ".gz":
        with gzip.open(corpus, "rt", encoding="utf-8") as lines:
            some.write_text("".join(itertools.islice(lines, articles)), "utf-8")
        corpus = some
    chosen = settings.load(environment(home))
    with bootstrap.writing(chosen, what="bench.reindex") as newsroom:
        newsroom.ingest(newsroom.read(sources.files([corpus], readable=read.is_readable)))


def main() -> int:
    chosen = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    chosen.add_argument("--set", type=Path, help="an evaluation set whose articles and questions to use")
    chosen.add_argument("--articles", type=int, default=400)
    chosen.add_argument("--rate", type=float, default=20.0)
    options = chosen.parse_args()
    given = cases.read(options.set) if options.set else None
    corpus = (given and given.corpus) or prompts.shipped("seeds")
    asked = [case.question for case in given.cases] if given else ["when did Russian instructors arrive"]
    broken = False
    with tempfile.TemporaryDirectory() as folder, hashing() as hashed:
        home = Path(folder)
        (home / "qa.toml").write_text(hashed)
        filled(home, corpus, options.articles)
        with served(home) as door:
            for lines in (hashed, "", hashed):
                (home / "qa.toml").write_text(lines)
                told = asyncio.run(during(door.url, home, asked[:QUESTIONS], rate=options.rate))
                broken = broken or bool(told["failed"] or told["mixed"])
                print(json.dumps(told))
        (home / "qa.toml").write_text("")
        print(json.dumps(killed(home)))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
