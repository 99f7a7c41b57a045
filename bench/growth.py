"""Latency, rate, memory, start-up and Chroma's recall against the size of the archive.

    python -m bench.growth [--passages 5000 50000] [--set SET_DIR] [--seconds 8]

Articles are those of an evaluation set, or the five of the demo; beyond their number they are repeated with a third of
their words exchanged for made-up ones and their vectors turned by noise, so that neither index sees copies. Questions
are the set's. Each size is served by `qa serve` and asked over HTTP, questions never twice in a row.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain, cycle
from pathlib import Path

import httpx2
import numpy as np
from numpy.typing import NDArray

from qa import bootstrap, intake, prompts
from qa.adapters import sources
from qa.adapters.archive import SqlArchive
from qa.adapters.chroma import ChromaView
from qa.adapters.exact import ExactSearch
from qa.eval import cases, fill
from qa.ingest import dedupe, read
from qa.models import ANY, Cut, Draft
from qa.ports import Prepared, Sketch
from qa.settings import Settings

OUT = Path(__file__).parent / "out" / "growth"
NOISE = 0.8
"""Length of the noise added to a unit vector: the copy keeps a cosine of about .78 with its original."""
EXCHANGED = 0.33
CLIENTS = 32
RECALL_AT = 50
Real = tuple[Draft, tuple[Cut, ...], NDArray[np.float32]]


def main() -> None:
    chosen = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    chosen.add_argument("--passages", type=int, nargs="+", default=[5_000, 50_000])
    chosen.add_argument("--set", type=Path, help="an evaluation set whose articles and questions to use")
    chosen.add_argument("--seconds", type=float, default=8.0, help="how long each rate is measured")
    options = chosen.parse_args()
    found = cases.read(options.set) if options.set else None
    corpus = (found and found.corpus) or prompts.shipped("seeds")
    questions = [case.question for case in found.cases] if found else ["When did Russian instructors arrive?"]
    for size in options.passages:
        settings = built(corpus, size)
        print(
            json.dumps(
                {"passages": size, **recall(settings, questions), **served(settings, questions, options)}
            )
        )


# -- building ----------------------------------------------------------------------------------------------


def built(corpus: Path, size: int) -> Settings:
    """An archive of that many passages with its views; made once."""
    settings = Settings(home=OUT / f"{corpus.parent.name}-{size}")
    done = settings.home / "built"
    if done.exists():
        return settings
    settings.home.mkdir(parents=True, exist_ok=True)
    held = SqlArchive.at(settings.home, fingerprint=bootstrap.fingerprint(settings))
    for prepared in grown(real(corpus, settings), size):
        if held.known(prepared.draft) is None:  # a build that was interrupted goes on
            held.put(prepared)
    held.close()
    with bootstrap.writing(settings, what="bench.growth"):
        done.touch()
    return settings


def real(corpus: Path, settings: Settings) -> Iterator[Real]:
    """The corpus cut and embedded, as ingestion does it; vectors come from evaluation's cache where it has them."""
    embedder = fill.Remembered(bootstrap.embedder(settings), fill.cache())
    splitter = bootstrap.splitter()
    found = (
        read.drafts(file.file.read(), name=file.name)
        for file in sources.files([corpus], readable=read.is_readable)
        if file.file
    )
    for draft in chain.from_iterable(found):
        if isinstance(draft, Draft):
            cuts = tuple(splitter(draft.text, draft.furniture))
            texts = [intake.embedded_text(draft, draft.text[cut.start : cut.end]) for cut in cuts]
            yield draft, cuts, embedder.embed_passages(texts)
    embedder.write()


def grown(articles: Iterator[Real], size: int) -> Iterator[Prepared]:
    """Articles until they have that many passages: first the real ones, then changed copies."""
    dice, noise = random.Random(1), np.random.default_rng(1)
    made = 0
    for copy, (draft, cuts, vectors) in _endless(articles):
        if made >= size:
            return
        if copy:
            draft = replace(draft, id=f"copy-{copy}", url=None, text=_exchanged(draft.text, dice))
            turned = vectors + noise.normal(0, NOISE / np.sqrt(vectors.shape[1]), vectors.shape)
            vectors = (turned / np.linalg.norm(turned, axis=1, keepdims=True)).astype(np.float32)
        made += len(cuts)
        yield Prepared(draft, cuts, vectors, Sketch(dedupe.origin(draft)))


def _endless(articles: Iterator[Real]) -> Iterator[tuple[int, Real]]:
    """Each article with the number of the copy that it is to become; 0 for the real ones, which come first."""
    kept = []
    for article in articles:
        yield 0, article
        kept.append(article)
    yield from enumerate(cycle(kept), 1)


def _exchanged(text: str, dice: random.Random) -> str:
    """A third of the words replaced by made-up ones of the same length, so that every offset still holds."""
    words = text.split(" ")
    for place, word in enumerate(words):
        if word.isalpha() and dice.random() < EXCHANGED:
            words[place] = "".join(dice.choice("aeiournstlmdk") for _ in word)
    return " ".join(words)


# -- measuring ---------------------------------------------------------------------------------------------


def recall(settings: Settings, questions: list[str]) -> dict[str, float]:
    """Share of the nearest passages by exact search that Chroma finds too."""
    held = SqlArchive.at(settings.home, fingerprint=bootstrap.fingerprint(settings))
    view = ChromaView(settings.home / "views", archive=held.id, model=held.model)
    exact = ExactSearch(held.vectors, held.position)
    embedder = bootstrap.embedder(settings)
    shares = []
    for question in questions[:100]:
        vector = embedder.embed_question(question)
        true = {number for number, _ in exact.nearest(vector, k=RECALL_AT, filters=ANY)}
        shares.append(len(true & {n for n, _ in view.nearest(vector, k=RECALL_AT, filters=ANY)}) / len(true))
    view.close()
    held.close()
    return {f"recall@{RECALL_AT}": round(sum(shares) / len(shares), 4)}


def served(settings: Settings, questions: list[str], options: argparse.Namespace) -> dict[str, float]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "QA_HOME": str(settings.home)}
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "qa", "serve", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL
    ) as server:  # its log has a line for each request
        try:
            url = f"http://127.0.0.1:{port}"
            first, open_ = _until(url, began)
            found = {"first_answer_s": first, "index_open_s": open_}
            for turn, name in enumerate(
                ("search", "ask")
            ):  # of each its own half: what one found, the other knows
                found |= {
                    f"{name}_{key}": value
                    for key, value in _asked(f"{url}/v1/{name}", questions[turn::2], options.seconds).items()
                }
            peak = Path(f"/proc/{server.pid}/status").read_text().split("VmHWM:")[1].split()[0]
            return {**found, "peak_mb": round(int(peak) / 1024)}
        finally:
            server.terminate()


def _until(url: str, began: float) -> tuple[float, float]:
    """Seconds until the first answer, and until the vector index is open."""
    first = 0.0
    with httpx2.Client(trust_env=False, timeout=60) as client:
        while True:
            try:
                ready = client.get(f"{url}/readyz").json()
            except httpx2.HTTPError:
                time.sleep(0.05)
                continue
            first = first or time.perf_counter() - began
            if "vectors" in ready["behind"]:
                return round(first, 2), round(time.perf_counter() - began, 2)
            time.sleep(0.05)


def _asked(url: str, questions: list[str], seconds: float) -> dict[str, float]:
    """Every question once, then again by one client, then by many: what was asked before is remembered."""
    _once(url, ["Who?", "When was that?", "How many?"])  # warm
    found = {}
    for name in ("new", "again"):
        times = sorted(_once(url, questions))
        found[f"{name}_p50_ms"] = round(times[len(times) // 2], 1)
        found[f"{name}_p99_ms"] = round(times[int(len(times) * 0.99)], 1)
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        parts = list(pool.map(lambda n: _client(url, questions[n:] + questions[:n], seconds), range(CLIENTS)))
    done = sum(parts)
    return {**found, f"per_s_at_{CLIENTS}": round(done / (time.perf_counter() - began), 1)}


def _once(url: str, questions: list[str]) -> list[float]:
    times = []
    with httpx2.Client(trust_env=False, timeout=60) as client:
        for question in questions:
            began = time.perf_counter()
            client.post(url, json={"question": question}).raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
    return times


def _client(url: str, questions: list[str], seconds: float) -> int:
    """Requests of one client in that time."""
    until = time.perf_counter() + seconds
    with httpx2.Client(trust_env=False, timeout=60) as client:
        for done, question in enumerate(cycle(questions)):
            if time.perf_counter() >= until:
                return done
            client.post(url, json={"question": question}).raise_for_status()
    return 0


if __name__ == "__main__":
    main()
