"""Fixtures: a newsroom on a folder of its own, with fakes for what needs a model. No network but loopback."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes import FakeEmbedder, FakeReader

from qa import indexes
from qa.adapters.archive import SqlArchive
from qa.library import Parts
from qa.models import Cut, Draft, Published
from qa.ports import LanguageModel
from qa.service import Newsroom

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
SHARED = ROOT.parent / "shared"

_connect = socket.socket.connect


def _loopback_only(self: socket.socket, address: object) -> None:
    host = address[0] if isinstance(address, tuple) else ""
    if self.family != socket.AF_UNIX and host not in ("127.0.0.1", "::1", "localhost"):
        raise AssertionError(f"a test connects to {address!r}")
    _connect(self, address)  # type: ignore[arg-type]


socket.socket.connect = _loopback_only  # type: ignore[method-assign, assignment]
for name in [name for name in os.environ if name.startswith(("QA_", "OPENAI_"))]:
    del os.environ[name]


def shared(path: str) -> Path:
    """A file beside the checkout; the test is skipped where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"needs {path} of the folder `shared` beside the checkout")
    return found


def whole(text: str, furniture: object = ()) -> list[Cut]:
    """A splitter: paragraphs as passages, each one sentence."""
    cuts, cursor = [], 0
    for block in text.split("\n\n"):
        at = text.index(block, cursor)
        cursor = at + len(block)
        if block.strip():
            cuts.append(Cut(at, cursor, ((at, cursor),)))
    return cuts


def draft(text: str, **values: object) -> Draft:
    return Draft(text, **{"title": "", "published": Published(), **values})  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SqlArchive]:
    held = SqlArchive.at(tmp_path, fingerprint="fake/64")
    yield held
    held.close()


@pytest.fixture
def make_newsroom(tmp_path: Path, archive: SqlArchive) -> Callable[..., Newsroom]:
    """`make_newsroom(model=...)`: real archive and keyword index, exact vectors, fake embedder."""

    def make(
        *, model: LanguageModel | None = None, embedder: FakeEmbedder | None = None, within: float = 8.0
    ) -> Newsroom:
        vectors = indexes.leg(archive, archive.model)
        views = indexes.Indexes(tmp_path / "views", archive, vectors=vectors, chroma=False)
        used = embedder or FakeEmbedder()
        reader = FakeReader()
        made = Newsroom(
            Parts(
                archive=archive,
                keywords=views.keywords,
                vectors=vectors,
                embedder=lambda: used,
                splitter=lambda: whole,
                reader=lambda: reader,
                model=model,
                write_within=within,
            )
        )
        views.attach(made)
        return made

    return make


@pytest.fixture
def newsroom(make_newsroom: Callable[..., Newsroom]) -> Newsroom:
    return make_newsroom()
