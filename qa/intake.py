"""Articles in, several things at once: files are read, cleaned and dated while passages are embedded and stored.

Embedding takes nearly all of the time and leaves the interpreter free, so one thread reads ahead, one embeds, and the
caller's stores. What waits between them is bounded.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from queue import Empty, Full, Queue
from typing import BinaryIO, Generic, TypeVar

from qa.ingest import date as publication
from qa.ingest import dedupe, language, read, receipts, records
from qa.models import Article, Cut, Draft, RawFile, Refusal, Summary
from qa.ports import Archive, Embedder, Prepared, Reader, Sketch, Splitter, Stored, Tally, Vectors
from qa.telemetry import Stopwatch, Tell, nobody

T = TypeVar("T")

PASSAGES = 64
"""Embedded together: enough that no core waits for another, few enough that what is stored is never far behind."""
_AHEAD = 32
"""Articles read ahead of the embedder; the longest are 5 MB."""
_BATCHES = 2
"""Batches embedded ahead of the archive."""
_PATIENCE = 0.2
_LEAVE = 2.0
"""Seconds for a thread to end in when its work is no longer wanted; a fetch on its way may take longer."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An item of a job begins or ends here; it goes through with the articles, in its place among them."""

    tally: Tally
    name: str
    ends: bool = False


Item = Draft | Refusal | Stored | Mark
Outcome = Stored | Refusal | Mark


@dataclass(frozen=True, slots=True)
class Ready:
    """An article that is to be embedded."""

    draft: Draft
    cuts: tuple[Cut, ...]
    texts: tuple[str, ...]
    sketch: Sketch
    language: str
    watch: Stopwatch


@dataclass(frozen=True, slots=True)
class Failed:
    """What went wrong in a thread; it is raised in the caller's."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors, and what made them: by the time they are stored, another model may be in use."""

    vectors: Vectors
    by: Embedder


Waiting = Ready | Outcome
Batch = list[tuple[Waiting, Embedded | None]]


class Intake:
    """What becomes of drafts until each is stored in a transaction of its own."""

    def __init__(
        self,
        archive: Archive,
        *,
        embedder: Callable[[], Embedder],
        splitter: Callable[[], Splitter],
        tell: Tell = nobody,
    ) -> None:
        self._archive = archive
        self._embedder = embedder
        self._splitter = splitter
        self._tell = tell
        self.storing = threading.Lock()
        """Held while an article is stored, and while the embedding model is changed."""

    def run(
        self, items: Iterable[Item], *, tally: Callable[[], Tally | None] = lambda: None
    ) -> Iterator[tuple[Outcome, int]]:
        """What became of each item, in order, with the number of its passages that were embedded.

        `tally` is asked for each article that is stored, and stored with it.

        Raises what reading, embedding or storing raises; what was given before is stored.
        """
        stop = threading.Event()
        ahead: Line[Waiting] = Line(_AHEAD, stop)
        embedded: Line[Batch] = Line(_BATCHES, stop)
        today = datetime.now(UTC).date()
        threads = [
            threading.Thread(
                target=copy_context().run, args=(self._read, items, today, ahead), name="read", daemon=True
            ),
            threading.Thread(target=self._embed, args=(ahead, embedded), name="embed", daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            for batch in embedded:
                for waiting, found in batch:
                    yield self._store(waiting, found, tally())
        finally:
            stop.set()
            for thread in threads:
                thread.join(_LEAVE)

    def _read(self, items: Iterable[Item], today: date, line: Line[Waiting]) -> None:
        with line:
            watch = Stopwatch("article", self._tell)
            for item in items:
                watch.add("read", watch.began, watch.now())
                line.put(self._ready(item, today, watch))
                watch = Stopwatch("article", self._tell)

    def _ready(self, item: Item, today: date, watch: Stopwatch) -> Waiting:
        if not isinstance(item, Draft):
            return item
        draft = publication.settled(item, today=today)
        if draft.published.seen and not draft.published.date:
            draft = replace(draft, digest="")  # a day in the future may be believed on another day
        known = self._archive.known(draft)
        if known is not None:
            if draft.digest:
                self._archive.acknowledge(known.id, draft)
            return known
        with watch.stage("split"):
            cuts = tuple(self._splitter()(draft.text, draft.furniture))
        texts = tuple(embedded_text(draft, draft.text[cut.start : cut.end]) for cut in cuts)
        with watch.stage("sketch"):
            said = language.language_of(draft.text, furniture=draft.furniture, said=draft.language)
            return Ready(draft, cuts, texts, sketch(draft), said, watch)

    def _embed(self, ahead: Line[Waiting], line: Line[Batch]) -> None:
        with line:
            waiting: list[Waiting] = []
            try:
                for one in ahead:
                    waiting.append(one)
                    if _passages(waiting) >= PASSAGES or ahead.empty():
                        line.put(self._vectors(waiting))
                        waiting = []
            finally:  # where reading broke, what was read before is still stored
                if waiting:
                    line.put(self._vectors(waiting))

    def _vectors(self, waiting: Sequence[Waiting]) -> Batch:
        texts = [text for one in waiting if isinstance(one, Ready) for text in one.texts]
        embedder = self._embedder() if texts else None
        watches = [one.watch for one in waiting if isinstance(one, Ready)]
        began = [watch.now() for watch in watches]
        found = embedder.embed_passages(texts) if embedder else None
        for watch, since in zip(watches, began, strict=True):  # they were embedded together
            watch.add("embed", since, watch.now())
        batch: Batch = []
        start = 0
        for one in waiting:
            count = len(one.texts) if isinstance(one, Ready) else 0
            rows = (
                Embedded(found[start : start + count], embedder) if embedder and found is not None else None
            )
            batch.append((one, rows))
            start += count
        return batch

    def _store(self, waiting: Waiting, found: Embedded | None, tally: Tally | None) -> tuple[Outcome, int]:
        if not isinstance(waiting, Ready):
            return waiting, 0
        with waiting.watch.stage("store"), self.storing:  # in between, nobody else may store a copy of it
            embedder = self._embedder()
            fits = found is not None and found.by is embedder
            rows = found.vectors if found and fits else embedder.embed_passages(waiting.texts)
            near = self.near(waiting.sketch)
            kin = replace(waiting.sketch, near=near)
            prepared = Prepared(waiting.draft, waiting.cuts, rows, kin, waiting.language)
            stored = self._archive.put(prepared, tally)
        embedded = stored.embedded(len(waiting.cuts))
        waiting.watch.note(outcome=stored.outcome, passages=embedded, job=tally.job if tally else "")
        waiting.watch.done()
        return stored, embedded

    def near(self, found: Sketch) -> tuple[str, ...]:
        """The articles of which one with this sketch is a copy."""
        candidates = self._archive.alike(found.bands) if found.bands else []
        return tuple(name for name, other in candidates if dedupe.near(found.signature, other))


class Line(Generic[T]):
    """A queue between two threads that ends in order, with an error, or because nobody listens any more."""

    def __init__(self, size: int, stop: threading.Event) -> None:
        self._queue: Queue[T | Failed | None] = Queue(size)
        self._stop = stop

    def put(self, value: T | Failed | None) -> None:
        """Raises Stopped where nobody waits for more."""
        while not self._stop.is_set():
            with contextlib.suppress(Full):
                self._queue.put(value, timeout=_PATIENCE)
                return
        raise Stopped

    def empty(self) -> bool:
        return self._queue.empty()

    def __iter__(self) -> Iterator[T]:
        while not self._stop.is_set():
            try:
                value = self._queue.get(timeout=_PATIENCE)
            except Empty:
                continue
            if value is None:
                return
            if isinstance(value, Failed):
                raise value.error
            yield value

    def __enter__(self) -> None:
        """What happens within is told at the other end: that it is done, or its error."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        with contextlib.suppress(Stopped):
            self.put(Failed(error) if error else None)
        return True


class Stopped(Exception):
    """Nobody waits for more."""


# -- reading -----------------------------------------------------------------------------------------------


def read_files(
    files: Iterable[RawFile], reader: Callable[[], Reader], known: records.Known
) -> Iterator[Item]:
    """Read files into articles. What cannot be read becomes a refusal, and the rest goes on."""
    for file in files:
        if file.file is None:
            yield Refusal(file.source or file.name, file.refused)
            continue
        with file.file as opened:
            yield from _read_file(file, opened, reader, known)


def _read_file(
    file: RawFile, opened: BinaryIO, reader: Callable[[], Reader], known: records.Known
) -> Iterator[Item]:
    start = opened.read(read.SNIFFED)
    opened.seek(0)
    given = read.Input(opened, file.name, file.source, file.declared, file.url, known)
    if read.lined(start, name=file.name):
        yield from read.stream(given)
        return
    other = tuple(url for url in (file.url, *file.aliases) if url)
    digest = receipts.of_file(opened, file.source, file.url or "", file.declared or "", file.name)
    if held := known(digest):
        yield from held
        return
    found = list(
        _contained(file, opened, reader()) if read.risky(start, name=file.name) else read.stream(given)
    )
    whole = all(isinstance(item, Draft) for item in found)  # what was refused is tried again another time
    for item in found:
        if isinstance(item, Draft):
            item = replace(item, aliases=other, digest=digest if whole else "", parts=len(found))
        yield item


def _contained(file: RawFile, opened: BinaryIO, reader: Reader) -> Iterator[Item]:
    data = opened.read(read.DOCUMENT_BYTES + 1)
    if len(data) > read.DOCUMENT_BYTES:
        yield Refusal(file.source or file.name, f"{file.name} is over {read.DOCUMENT_BYTES // 10**6} MB.")
    else:
        yield from reader.parse(file, data)


# -- what is stored beside an article ------------------------------------------------------------------------


def sketch(article: Draft | Article) -> Sketch:
    """What its copies are told by."""
    signature = dedupe.signature(article.text, furniture=article.furniture)
    return Sketch(dedupe.origin(article), signature, tuple(dedupe.bands(signature)))


def embedded_text(article: Draft | Summary, words: str) -> str:
    """What is embedded for a passage: who wrote when under which headline, for a passage alone seldom says it.

    Against the headline alone: MRR +.016 on rtqa2022, all evidence +.013 on multihop47 (docs/evaluation.md).
    """
    day = article.published.date if article.published.basis != "inferred" else None
    source = ", ".join(
        part for part in (article.publisher, f"{day:%B} {day.day}, {day.year}" if day else "") if part
    )
    head = ": ".join(part for part in (source, article.title) if part)
    return f"{head}\n{words}" if head else words


def _passages(waiting: Iterable[Waiting]) -> int:
    return sum(len(one.texts) for one in waiting if isinstance(one, Ready))
