"""The archive that a set is measured on: made once from its articles, kept in the user's cache, found by content.

Its name is a digest of everything that decides what is in it: the articles, the embedding model, and the code that
cuts and stores. Vectors are kept apart, by the text they are of, so that a change of that code embeds only what it
changed.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

import qa
from qa import bootstrap, intake
from qa.adapters import sources
from qa.ingest import read
from qa.models import Refusal
from qa.ports import Embedder, Stored, Vectors
from qa.settings import Settings

CODE = ("ingest/*.py", "adapters/splitter.py", "adapters/archive/migrations/versions/*.py")
"""What decides which passages there are. The views are left out: each knows when it must be built again."""
FLUSH = 4_000
"""New vectors after which they are written: an interrupted run loses minutes, not an hour."""
Report = Callable[[Stored | Refusal], None]


def home(corpus: Path, settings: Settings, *, under: Path | None = None) -> Settings:
    """The settings of the cached archive for these articles; it need not exist yet."""
    digest = hashlib.sha256(bootstrap.fingerprint(settings).encode())
    digest.update(inspect.getsource(intake.embedded_text).encode())
    package = Path(qa.__file__).parent
    for path in [*_files(corpus), *(path for glob in CODE for path in sorted(package.glob(glob)))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    folder = (under or cache()) / digest.hexdigest()[:20]
    return replace(settings, home=folder, database_url="")


def cache() -> Path:
    return Path(platformdirs.user_cache_dir("dateline", appauthor=False)) / "eval"


def fill(corpus: Path, settings: Settings, *, on_article: Report | None = None) -> None:
    """Ingest the articles, unless the archive was already filled to the end."""
    done = settings.home / "filled"
    if done.exists():
        return
    kept = Remembered(bootstrap.embedder(settings), settings.home.parent)
    with bootstrap.writing(settings, what="qa eval", embed=lambda: kept) as newsroom:
        found = newsroom.read(sources.files([corpus], readable=read.is_readable))
        newsroom.ingest(found, on_article=on_article)
    kept.write()
    done.touch()


def _files(corpus: Path) -> Iterable[Path]:
    return sorted(path for path in corpus.rglob("*") if path.is_file()) if corpus.is_dir() else [corpus]


class Remembered:
    """An embedder that keeps the vectors it has made, in one file for each model."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        name = hashlib.sha256(embedder.fingerprint.encode()).hexdigest()[:12]
        self._file = folder / f"vectors-{name}.npz"
        self._rows: dict[bytes, NDArray[np.float32]] = {}
        self._unwritten = 0
        if self._file.exists():
            with np.load(self._file) as held:
                self._rows = {key.tobytes(): row for key, row in zip(held["keys"], held["rows"], strict=True)}

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def dimensions(self) -> int:
        return self._embedder.dimensions

    def embed_question(self, text: str) -> Vectors:
        return self._embedder.embed_question(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._rows}
        if missing:
            made = self._embedder.embed_passages(list(missing.values()))
            self._rows.update(zip(missing, made, strict=True))
            self._unwritten += len(missing)
        if self._unwritten >= FLUSH:
            self.write()
        return np.array([self._rows[key] for key in keys], dtype=np.float32).reshape(
            len(keys), self.dimensions
        )

    def write(self) -> None:
        if not self._unwritten:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new.npz")
        keys = np.frombuffer(b"".join(self._rows), dtype=np.uint8).reshape(-1, 16)
        np.savez(fresh, keys=keys, rows=np.array(list(self._rows.values()), dtype=np.float32))
        fresh.replace(self._file)
        self._unwritten = 0


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16]
