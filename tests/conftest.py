"""Fixtures: a newsroom on a folder of its own, with fakes for what needs a model. No network but loopback."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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

LOOPBACK = ("127.0.0.1", "::1", "localhost", "testserver", "")
reached: list[str] = []
"""What anything in this process tried to reach that is not this machine."""


def _loopback_only(event: str, args: tuple[Any, ...]) -> None:
    """Heard by the interpreter before a socket connects, sends or looks up a name, whatever library does it."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = args[1]
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            reached.append(f"{event} {address!r}")
            raise AssertionError(f"a test connects to {address!r}")
    elif event == "socket.getaddrinfo" and not _local(args[0]):
        raise socket.gaierror(socket.EAI_NONAME, "tests know no names but this machine's")


def _local(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(name)
        return True  # nobody is asked for an address
    return name in LOOPBACK


sys.addaudithook(_loopback_only)
for name in [name for name in os.environ if name.startswith(("QA_", "OPENAI_", "OTEL_"))]:
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


@pytest.fixture(scope="session", autouse=True)
def _nothing_but_this_machine_was_reached() -> Iterator[None]:
    """Also where the error was swallowed."""
    yield
    assert reached == []


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
