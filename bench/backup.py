"""A backup that is taken while articles come in, put back elsewhere: the same articles, vectors and answers.

    python -m bench.backup SET_DIR [--articles 600] [--questions 50]

Takes `qa backup` when half of the articles are in, and puts it back with `qa restore` in another folder. What that should
hold is known from a third archive, into which the same articles, as many as the backup has, came without a backup. Rows are
compared byte for byte but for the time of coming in, answers but for the ids of requests and conversations and for timings.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa import bootstrap
from qa.adapters import sources
from qa.eval import cases, fill
from qa.ingest import read
from qa.interfaces import schemas
from qa.models import Filters
from qa.settings import Settings

TABLES = {
    "articles": "SELECT id, version, publisher, url, authors, published_on, published_basis, origin, language FROM articles ORDER BY id",
    "versions": "SELECT article_id, version, title, text, digest, furniture FROM versions ORDER BY 1, 2",
    "passages": "SELECT * FROM passages ORDER BY id",
    "vectors": "SELECT * FROM vectors ORDER BY passage_id, model",
}
CHANGING = {"id", "conversation_id", "timings"}


def some(corpus: Path, folder: Path, count: int) -> Path:
    path = folder / "articles.jsonl"
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        path.write_text("".join(itertools.islice(lines, count)), "utf-8")
    return path


def taken(home: Path, articles: Path, *, backup: Path | None = None, half: int = 0) -> None:
    """Take the articles in; when half of them are, have the backup made beside."""
    settings = Settings(home=home)
    kept = fill.Remembered(bootstrap.embedder(settings), fill.cache())
    there, commands = itertools.count(1), list[threading.Thread]()

    def count(_: object) -> None:
        if backup is not None and next(there) == half:
            command = [sys.executable, "-m", "qa", "backup", str(backup)]
            made = threading.Thread(
                target=lambda: subprocess.run(command, env={**os.environ, "QA_HOME": str(home)}, check=True)
            )
            made.start()
            commands.append(made)

    with bootstrap.writing(settings, what="bench.backup", embed=lambda: kept) as newsroom:
        found = newsroom.read(sources.files([articles], readable=read.is_readable))
        newsroom.ingest(found, on_article=count)
    for command in commands:
        command.join()
    kept.write()


def rows(home: Path) -> dict[str, list[Any]]:
    held = sqlite3.connect(home / "archive.db")
    found = {name: held.execute(query).fetchall() for name, query in TABLES.items()}
    held.close()
    return found


def answers(home: Path, asked: list[cases.Case]) -> Iterator[dict[str, Any]]:
    with bootstrap.reading(Settings(home=home)) as newsroom:
        for case in asked:
            answer = asyncio.run(newsroom.ask(case.question, filters=Filters(as_of=case.as_of)))
            wire = schemas.answer(answer).model_dump(mode="json")
            yield {name: value for name, value in wire.items() if name not in CHANGING}


def main() -> int:
    chosen = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    chosen.add_argument("set", type=Path)
    chosen.add_argument("--articles", type=int, default=600)
    chosen.add_argument("--questions", type=int, default=50)
    options = chosen.parse_args()
    given = cases.read(options.set)
    if given.corpus is None:
        raise SystemExit(f"{options.set} brings no articles")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        articles, copy = some(given.corpus, folder, options.articles), folder / "copy.db"
        taken(folder / "source", articles, backup=copy, half=options.articles // 2)
        subprocess.run(
            [sys.executable, "-m", "qa", "restore", str(copy)], env={**os.environ, "QA_HOME": str(folder / "other")}, check=True
        )  # fmt: skip
        restored = rows(folder / "other")
        held = len(restored["articles"])
        known = folder / "known.jsonl"
        known.write_text("".join(articles.read_text("utf-8").splitlines(keepends=True)[:held]), "utf-8")
        taken(folder / "control", known)
        expected = rows(folder / "control")
        differ = [table for table in TABLES if restored[table] != expected[table]]
        asked = list(given.cases[: options.questions])
        pairs = zip(answers(folder / "other", asked), answers(folder / "control", asked), strict=True)
        other = [left["question"] for left, right in pairs if left != right]
    told = {
        "in the source": options.articles, "in the backup": held, "passages": len(restored["passages"]),
        "tables that differ": differ, "questions": len(asked), "answers that differ": other,
    }  # fmt: skip
    print(json.dumps(told))
    return 1 if differ or other or not 0 < held < options.articles else 0


if __name__ == "__main__":
    sys.exit(main())
