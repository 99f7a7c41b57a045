"""What finding dates costs of an ingestion, in one run: `python -m bench.chronology [CORPUS] [--articles N]`.

The articles are ingested by the product's own road into a folder that is thrown away, with the built-in embedding model;
the seconds within `Chronology.catch_up` are counted apart. With `--undated N` every Nth article loses its date, so that
it must be placed by the others.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import Event

from qa import bootstrap
from qa.adapters import sources
from qa.chronology import Chronology
from qa.ingest import read
from qa.models import UNDATED, Draft, Refusal
from qa.settings import Settings

CORPUS = Path(__file__).parent.parent.parent / "shared" / "bench" / "multihop47" / "corpus.jsonl.gz"


class Timed(Chronology):
    """Counts its seconds."""

    seconds = 0.0

    def catch_up(self, stop: Event | None = None) -> bool:
        begun = time.perf_counter()
        try:
            return super().catch_up(stop)
        finally:
            Timed.seconds += time.perf_counter() - begun


def undated(drafts: Iterable[Draft | Refusal], every: int) -> Iterator[Draft | Refusal]:
    for number, one in enumerate(drafts):
        lost = every and not number % every and isinstance(one, Draft)
        yield replace(one, published=UNDATED, url=None) if lost and isinstance(one, Draft) else one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--undated", type=int, default=0, metavar="N")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        bootstrap.writing(Settings(home=Path(folder)), what="bench") as newsroom,
    ):
        newsroom._chronology = Timed(newsroom.parts.archive, newsroom.parts.vectors)
        newsroom.parts.embedder().embed_passages(["Warm."])
        newsroom.parts.splitter()("Warm.", ())
        found = newsroom.read(sources.files([asked.corpus], readable=read.is_readable))
        begun = time.perf_counter()
        report = newsroom.ingest(undated(islice(found, asked.articles), asked.undated))
        whole = time.perf_counter() - begun
        placed = sum(held.published.basis == "inferred" for held in newsroom.articles(limit=asked.articles))
    print(
        f"{report.new} articles, {report.passages} passages in {whole:.1f} s; dates {Timed.seconds:.2f} s, "
        f"{100 * Timed.seconds / whole:.1f} %; {placed} placed"
    )


if __name__ == "__main__":
    main()
