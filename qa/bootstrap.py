"""Settings to a newsroom: the one place that makes objects, opens what must be opened, and closes it.

Imports are made where they are needed: chromadb and llama_index take seconds, and one question from the command
line needs neither.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from qa import indexes
from qa.adapters import otel
from qa.adapters.archive import SqlArchive
from qa.adapters.exact import ExactSearch
from qa.adapters.lexical import KeywordView
from qa.adapters.lock import FolderLock, Served
from qa.adapters.vectors import VectorLeg
from qa.chronology import Chronology
from qa.errors import ArchiveError, Busy
from qa.library import Chosen, Parts, catch_up
from qa.ports import Embedder, LanguageModel, Reader, Splitter
from qa.service import Newsroom
from qa.settings import Settings
from qa.telemetry import Tell, nobody

BUILT_IN_MODEL = "all-MiniLM-L6-v2/int8"
Opening = Literal["now", "when it changes"]
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


def chosen(settings: Settings) -> Chosen:
    """The embedding model that the settings name."""
    return Chosen(fingerprint(settings), cache(lambda: embedder(settings)))


def naming(settings: Settings, model: str) -> Settings | None:
    """The settings as they would name an archive's model; None where they do not say how it is reached."""
    built_in = replace(settings, embed_base_url="", embed_model="", embed_dimensions=0)
    name, _, dimensions = model.removeprefix("openai:").rpartition("/")
    of_server = (
        replace(settings, embed_model=name, embed_dimensions=int(dimensions))
        if dimensions.isdecimal()
        else settings
    )
    return next((each for each in (settings, built_in, of_server) if fingerprint(each) == model), None)


def splitter() -> Splitter:
    from qa.adapters.splitter import NewsSplitter

    return NewsSplitter()


def reader(closing: contextlib.ExitStack) -> Reader:
    from qa.adapters.reader import Reader as Made

    made = Made()
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


def _tracing(closing: contextlib.ExitStack) -> Tell:
    """What is told of work that was measured: OpenTelemetry, where the environment asks for it."""
    traces = otel.traces(os.environ)
    if traces is None:
        return nobody
    closing.callback(traces.close)
    return traces.tell


def archive(settings: Settings) -> SqlArchive:
    settings.home.mkdir(parents=True, exist_ok=True)
    return SqlArchive.at(settings.database_url or settings.home, fingerprint=fingerprint(settings))


def build(
    settings: Settings,
    held: SqlArchive,
    *,
    model: LanguageModel | None = None,
    embed: Callable[[], Embedder] | None = None,
    closing: contextlib.ExitStack,
) -> tuple[Newsroom, VectorLeg]:
    """A newsroom that reads. Its views are brought along by `writing`, or by nobody.

    `embed` makes another embedder than the settings do, of the same fingerprint. What is made later and must be
    closed is put on `closing`.
    """
    leg = indexes.leg(held, held.model)
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
        tokens_per_day=settings.llm_tokens_per_day,
        prices=settings.prices,
        write_within=settings.llm_timeout,
        chosen=cache(lambda: chosen(settings)),
        on_trace=_tracing(closing),
    )
    return Newsroom(parts), leg


def other_model(settings: Settings, newsroom: Newsroom) -> list[str]:
    """A sentence where the archive's vectors are of another model than the settings name."""
    held = newsroom.model_of_vectors
    if held == fingerprint(settings):
        return []
    return [_other_model(held, settings)]


def _other_model(held: str, settings: Settings) -> str:
    return (
        f"The vectors were made with {held}, but the model now is {fingerprint(settings)}. Run `qa reindex`."
    )


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
    with contextlib.ExitStack() as stack:
        held = archive(settings)
        stack.callback(held.close)
        held.require_model()
        with contextlib.suppress(Busy), FolderLock(settings.home, what="qa ask"):
            _settle(held)
            view = KeywordView(_views(settings), archive=held.id)
            catch_up(held, view)
        yield build(settings, held, closing=stack)[0]


@contextlib.contextmanager
def writing(
    settings: Settings,
    *,
    what: str,
    opening: Opening = "now",
    any_model: bool = False,
    embed: Callable[[], Embedder] | None = None,
) -> Iterator[Newsroom]:
    """A newsroom that owns the data folder and keeps its views.

    Chroma takes seconds to open. With `opening="when it changes"`, it is opened only once there is something new to
    index.

    Raises:
        Busy: another process owns the folder.
        ModelMismatch: unless `any_model`, which is for embedding again.
    """
    with FolderLock(settings.home, what=what), contextlib.ExitStack() as stack:
        held = archive(settings)
        stack.callback(held.close)
        if not any_model:
            held.require_model()
            _settle(held)
        newsroom, views = _owning(settings, held, stack, embed)
        if opening == "when it changes":
            newsroom.parts.on_change = views.start_if_behind
        else:
            views.open()
        yield newsroom


@contextlib.contextmanager
def answering(
    settings: Settings, *, what: str, served: Served | None = None, again: Callable[[], Settings]
) -> Iterator[Newsroom]:
    """A newsroom for a server, which owns the data folder.

    What takes long is done beside, from the moment at which questions are answered (`Parts.on_serving`): dates that were
    not found yet, and Chroma.

    Where the settings name another embedding model than the archive's, questions are answered with the archive's as
    long as the settings say how it is reached, until `reindex` changes it. `again` reads the settings as they are then.

    Raises:
        Busy: another process owns the folder.
        ModelMismatch: the archive's model cannot be used.
    """
    with FolderLock(settings.home, what=what, served=served), contextlib.ExitStack() as stack:
        held = archive(settings)
        stack.callback(held.close)
        usable = naming(settings, held.model)
        if usable is None:
            held.require_model()
        elif usable != settings:
            held.keep_model()
            log.warning("%s", _other_model(held.model, settings))
        newsroom, views = _owning(usable or settings, held, stack, None)
        newsroom.parts.chosen = lambda: _named(newsroom, again())
        newsroom.parts.on_serving = views.start
        newsroom.search("ready")  # loads the embedder
        try:
            yield newsroom
        finally:
            newsroom.stopping.set()


def _owning(
    settings: Settings,
    held: SqlArchive,
    closing: contextlib.ExitStack,
    embed: Callable[[], Embedder] | None,
) -> tuple[Newsroom, indexes.Indexes]:
    newsroom, leg = build(settings, held, embed=embed, closing=closing)
    views = indexes.Indexes(_views(settings), held, vectors=leg, server=settings.chroma_url)
    catch_up(held, views.keywords)
    views.attach(newsroom)
    closing.callback(views.close)
    return newsroom, views


def _named(newsroom: Newsroom, settings: Settings) -> Chosen:
    """The embedder in use is not loaded a second time."""
    parts = newsroom.parts
    return (
        Chosen(parts.fingerprint, parts.embedder)
        if fingerprint(settings) == parts.fingerprint
        else chosen(settings)
    )
