"""Settings to a newsroom: the one place that makes objects, opens what must be opened, and closes it.

Imports are made where they are needed: chromadb and llama_index take seconds, and one question from the command
line needs neither.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Literal

from qa.adapters import state
from qa.adapters.archive import SqlArchive
from qa.adapters.exact import ExactSearch
from qa.adapters.lexical import KeywordView
from qa.adapters.lock import FolderLock, Owner, Served, owner
from qa.adapters.vectors import VectorLeg
from qa.chronology import Chronology
from qa.errors import ArchiveError, Busy, QaError
from qa.library import Parts, catch_up
from qa.ports import Embedder, LanguageModel, Reader, Splitter
from qa.service import Newsroom
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.adapters.chroma import ChromaView

BUILT_IN_MODEL = "all-MiniLM-L6-v2/int8"
Opening = Literal["now", "beside", "when it changes"]
log = logging.getLogger(__name__)


def embedder(settings: Settings) -> Embedder:
    if settings.embed_base_url:
        from qa.adapters.openai import OpenAIEmbedder

        return OpenAIEmbedder(
            base_url=settings.embed_base_url, model=settings.embed_model,
            dimensions=settings.embed_dimensions, api_key=settings.openai_api_key,
        )  # fmt: skip
    from qa.adapters.onnx import OnnxEmbedder

    return OnnxEmbedder()


def fingerprint(settings: Settings) -> str:
    """Of the embedder in use, without loading it."""
    if settings.embed_base_url:
        return f"openai:{settings.embed_model}/{settings.embed_dimensions}"
    from qa.adapters.minilm import FINGERPRINT

    return FINGERPRINT


def splitter() -> Splitter:
    from qa.adapters.splitter import NewsSplitter

    return NewsSplitter()


def reader(closing: contextlib.ExitStack | None) -> Reader:
    from qa.adapters.reader import Reader as Made

    made = Made()
    if closing is not None:
        closing.callback(made.close)
    return made


def language_model(settings: Settings) -> LanguageModel | None:
    if not settings.has_model:
        return None
    from qa.adapters.guard import Budget
    from qa.adapters.openai import OpenAIModel

    return OpenAIModel(
        base_url=settings.llm_base_url, model=settings.llm_model,
        api_key=settings.openai_api_key, timeout=settings.llm_timeout,
        budget=Budget(settings.llm_tokens_per_day),
    )  # fmt: skip


def archive(settings: Settings) -> SqlArchive:
    settings.home.mkdir(parents=True, exist_ok=True)
    return SqlArchive.at(settings.database_url or settings.home, fingerprint=fingerprint(settings))


def build(
    settings: Settings,
    held: SqlArchive,
    *,
    model: LanguageModel | None = None,
    embed: Callable[[], Embedder] | None = None,
    closing: contextlib.ExitStack | None = None,
) -> tuple[Newsroom, VectorLeg]:
    """A newsroom that reads. Its views are brought along by `writing`, or by nobody.

    `embed` makes another embedder than the settings do, of the same fingerprint. What is made later and must be
    closed is put on `closing`.
    """
    leg = VectorLeg(ExactSearch(held.vectors, held.position, held.allowed), held.allowed)
    keywords = KeywordView(_views(settings), archive=held.id, writable=False)
    parts = Parts(
        archive=held,
        keywords=keywords,
        vectors=leg,
        embedder=cache(embed or (lambda: embedder(settings))),
        splitter=cache(splitter),
        reader=cache(lambda: reader(closing)),
        model=model or language_model(settings),
        max_question=settings.max_question,
        write_within=settings.llm_timeout,
    )
    return Newsroom(parts), leg


def other_model(settings: Settings, newsroom: Newsroom) -> list[str]:
    """A sentence where the archive's vectors are of another model than the settings name."""
    held = newsroom.model_of_vectors
    if held == fingerprint(settings):
        return []
    return [
        f"The vectors were made with {held}, but the model now is {fingerprint(settings)}. Run `qa doctor --fix`."
    ]


def _settle(held: SqlArchive) -> None:
    """Find the dates that an older Dateline, or one that was killed, has not found."""
    Chronology(held, ExactSearch(held.vectors, held.position)).catch_up()


def _views(settings: Settings) -> Path:
    return settings.home / "views"


def restore(settings: Settings, file: Path, *, replace: bool) -> Path | None:
    """Make a backup the archive. Returns where the one of before is now.

    Raises:
        ArchiveError: it cannot be used, or there is an archive and `replace` is not set.
        Busy: another process owns the folder.
    """
    from qa.adapters.archive import upkeep

    if settings.database_url:
        raise ArchiveError("The archive is in a database server. Use the server's own tools to restore it.")
    settings.home.mkdir(parents=True, exist_ok=True)
    with FolderLock(settings.home, what="qa restore"):
        return upkeep.restore(file, settings.home, replace=replace)


@contextlib.contextmanager
def reading(settings: Settings) -> Iterator[Newsroom]:
    """A newsroom for one question. If the keyword view is behind and nobody else is at it, it catches up first."""
    held = archive(settings)
    try:
        held.require_model()
        with contextlib.suppress(Busy), FolderLock(settings.home, what="qa ask"):
            _settle(held)
            view = KeywordView(_views(settings), archive=held.id)
            catch_up(held, view)
        yield build(settings, held)[0]
    finally:
        held.close()


@contextlib.contextmanager
def writing(
    settings: Settings,
    *,
    what: str,
    served: Served | None = None,
    opening: Opening = "now",
    any_model: bool = False,
    embed: Callable[[], Embedder] | None = None,
) -> Iterator[Newsroom]:
    """A newsroom that owns the data folder and keeps its views.

    Chroma takes seconds to open. With `opening="beside"` that goes on while questions are already answered from the
    archive's own vectors; with `"when it changes"`, it is opened only once there is something new to index.

    Raises:
        Busy: another process owns the folder.
        ModelMismatch: unless `any_model`, which is for embedding again.
    """
    with FolderLock(settings.home, what=what, served=served), contextlib.ExitStack() as stack:
        held = archive(settings)
        stack.callback(held.close)
        if not any_model:
            held.require_model()
            _settle(held)
        keywords = KeywordView(_views(settings), archive=held.id)
        catch_up(held, keywords)
        newsroom, leg = build(settings, held, embed=embed, closing=stack)
        newsroom.use_keywords(keywords)
        chroma = _Opening(settings, held, newsroom, leg)
        stack.callback(chroma.close)
        if opening == "when it changes":
            newsroom.parts.on_change = chroma.start_if_behind
        elif opening == "beside":
            newsroom.search(
                "ready"
            )  # loads the embedder before Chroma's import competes with it for the processor
            chroma.start()
        else:
            chroma.run()
        yield newsroom


class _Opening:
    """Opens Chroma, beside everything else if wished. What goes wrong is logged, never fatal."""

    def __init__(self, settings: Settings, held: SqlArchive, newsroom: Newsroom, leg: VectorLeg) -> None:
        self._settings, self._held, self._newsroom, self._leg = settings, held, newsroom, leg
        self._view: ChromaView | None = None
        self._thread = Thread(target=self.run, name="open-vectors", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def start_if_behind(self) -> None:
        """Start once, where the index at rest is not the archive's as it is now."""
        if self._thread.ident is None:
            rest = state.read(_views(self._settings) / "chroma.json")
            if (
                rest is None
                or not rest.clean
                or rest != replace(rest, archive=self._held.id, model=self._held.model)
                or rest.position != self._held.position()
            ):
                self.start()

    def run(self) -> None:
        from qa.adapters.chroma import ChromaView

        try:
            self._view = ChromaView(_views(self._settings), archive=self._held.id, model=self._held.model)
            self._newsroom.add_view(self._view)
        except (QaError, RuntimeError, OSError, ValueError):
            log.exception(
                "The vector index could not be opened; answers come from the archive's own vectors."
            )
        else:
            self._leg.use(self._view)

    def close(self) -> None:
        if self._thread.ident is not None:
            self._thread.join(timeout=600)
        if self._view is not None:
            self._leg.use(None)
            self._view.close()


def serving(settings: Settings) -> Owner | None:
    """Who holds the data folder and answers over HTTP, if anybody does."""
    held = owner(settings.home)
    return held if held is not None and held.url else None


def holder(settings: Settings) -> Owner | None:
    return owner(settings.home)


Factory = Callable[[Settings], LanguageModel | None]
