"""The two stories: what becomes of an article, and what becomes of a question."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock

import numpy as np

from qa import chat, retrieve
from qa.answer import conflicts, quote, suggest, verify, words, write
from qa.answer.judge import Beside
from qa.answer.sentences import Asked, Scored
from qa.errors import ModelError, QuestionError
from qa.ingest import date as dating
from qa.ingest import dedupe, read
from qa.models import (
    ANY,
    Answer,
    AnswerDraft,
    Article,
    AskMode,
    Draft,
    Filters,
    Hit,
    IngestReport,
    RawFile,
    Refusal,
    Status,
    Summary,
    Turn,
    Usage,
)
from qa.ports import (
    Archive,
    Embedder,
    KeywordSearch,
    KeywordView,
    LanguageModel,
    Prepared,
    Splitter,
    Stored,
    Vectors,
    VectorSearch,
    View,
)
from qa.telemetry import Stopwatch

PASSAGES = 10
"""Passages that an answer is made from."""
BATCH = 200
"""Entries of the archive's sequence that a view takes at a time."""
MAX_QUESTION = 4_000
Ranked = tuple[Asked, Sequence[Scored]]
"""A question with every sentence of its passages, best first."""
EMPTY = AnswerDraft((), "empty_archive", "The archive is empty. Add articles with `qa ingest PATH`.")


@dataclass(kw_only=True)
class Parts:
    """What a newsroom is made of. Those that are slow to make are made when first asked for."""

    archive: Archive
    keywords: KeywordSearch
    vectors: VectorSearch
    embedder: Callable[[], Embedder]
    splitter: Callable[[], Splitter]
    views: list[View] = field(default_factory=list)
    model: LanguageModel | None = None
    max_question: int = MAX_QUESTION
    write_within: float = 8.0
    """Seconds for a model's answer, its repair and every try together."""


class Newsroom:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._archive = parts.archive
        self._following = Lock()
        self._ingesting = Lock()

    # -- the life of a question ----------------------------------------------------------------------------

    async def ask(
        self,
        question: str,
        *,
        conversation: str | None = None,
        filters: Filters = ANY,
        mode: AskMode = "auto",
    ) -> Answer:
        """Answer from the articles, or say that they do not answer it.

        Raises:
            QuestionError: empty or too long.
            NotFound: no such conversation.
        """
        watch = Stopwatch()
        said = self._checked(question)
        history = self._archive.history(conversation) if conversation else []
        asked = await self._standalone(said, history, mode)
        _, hits = await asyncio.to_thread(self._find, asked, filters, PASSAGES, watch)
        ranked = await asyncio.to_thread(self._ranked, asked, filters, hits, watch)
        written = await self._write(asked, hits, mode, watch)
        draft = written.draft
        if draft is None:
            draft = await asyncio.to_thread(self._quote, ranked, hits, watch)
        elif draft.claims:
            draft = replace(draft, conflicts=quote.disagreements(*ranked))
        answer = await asyncio.to_thread(self._verified, draft, hits, watch)
        answer = replace(
            answer, question=said, standalone_question=asked, as_of=filters.as_of,
            notes=(*written.notes, *map(conflicts.told, answer.conflicts)),
            mode="model" if written.draft else "extractive", model=written.model, usage=written.usage,
            suggestions=suggest.suggestions(asked, hits),
        )  # fmt: skip
        turn = Turn(said, asked, answer.text)
        name = await asyncio.to_thread(self._archive.remember, conversation, turn)
        return replace(answer, conversation_id=name, timings=watch.read())

    async def _standalone(self, question: str, history: Sequence[Turn], mode: AskMode) -> str:
        model = self._parts.model
        if model is None or mode == "extractive":
            return chat.standalone(question, history)
        try:
            async with asyncio.timeout(self._parts.write_within / 4):
                return await chat.rewritten(question, history, model)
        except TimeoutError:
            return chat.standalone(question, history)

    def search(self, question: str, *, filters: Filters = ANY, limit: int = PASSAGES) -> list[Hit]:
        """The passages that an answer would be made from, best first."""
        return self._find(self._checked(question), filters, limit, Stopwatch())[1]

    def _checked(self, question: str) -> str:
        words = "".join(char for char in question if char.isprintable() or char.isspace()).strip()
        if not words:
            raise QuestionError(
                "The question is empty. Ask something, for example: when did the talks begin?"
            )
        if len(words) > self._parts.max_question:
            raise QuestionError(
                f"The question has {len(words):,} characters; at most {self._parts.max_question:,} are read. "
                "Ask a shorter one."
            )
        return words

    def _find(self, asked: str, filters: Filters, limit: int, watch: Stopwatch) -> tuple[Vectors, list[Hit]]:
        with watch.stage("embed"):
            vector = self._parts.embedder().embed_question(asked)
        with watch.stage("search"):
            dense = self._parts.vectors.nearest(vector, k=retrieve.CANDIDATES, filters=filters)
            sparse = self._parts.keywords.matching(asked, k=retrieve.CANDIDATES, filters=filters)
            fused = retrieve.fuse(dense, sparse)
            found = self._archive.passages([number for number, _ in fused[: 4 * limit]])
        return vector, retrieve.hits(fused, found, dense=dense, sparse=sparse, limit=limit)

    async def _write(self, asked: str, hits: Sequence[Hit], mode: AskMode, watch: Stopwatch) -> Written:
        """A model's draft; none where there is no model, it was not asked for, or it failed."""
        model = self._parts.model
        if mode == "extractive" or not hits:
            return Written()
        if model is None:
            said = "No language model is set up, so the answer is quoted from the articles."
            return Written(notes=(said,) if mode == "model" else ())
        request = write.request(asked, hits)
        try:
            with watch.stage("write"):
                async with asyncio.timeout(self._parts.write_within):
                    done = await write.written(request, model)
            return Written(done.draft, done.model, done.usage)
        except TimeoutError:
            said = f"The model did not answer within {self._parts.write_within:g} s."
        except ModelError as error:
            said = str(error)
        return Written(notes=(f"{said} The answer is quoted from the articles instead.",))

    def _ranked(self, asked: str, filters: Filters, hits: Sequence[Hit], watch: Stopwatch) -> Ranked:
        with watch.stage("quote"):
            known = Asked(asked, self._parts.keywords.rarity(words.words_of(asked)), filters.as_of)
            return known, quote.candidates(known, hits)

    def _quote(self, ranked: Ranked, hits: Sequence[Hit], watch: Stopwatch) -> AnswerDraft:
        with watch.stage("quote"):
            found = quote.extract(*ranked)
            if found is None and not hits and not self._archive.count()[0]:
                return EMPTY
            return found or quote.silence(*ranked, self._beside(hits))

    def _beside(self, hits: Sequence[Hit]) -> Beside:
        pages = {hit.article.id: self._archive.article(hit.article.id) for hit in hits}
        furniture = [page.text[start:end] for page in pages.values() for start, end in page.furniture]
        days = self._archive.published()
        return Beside((days[0].year, days[1].year) if days else None, furniture)

    def _verified(self, draft: AnswerDraft, hits: Sequence[Hit], watch: Stopwatch) -> Answer:
        with watch.stage("verify"):
            versions = {(hit.passage.article_id, hit.passage.version) for hit in hits}
            kept = verify.keep_supported(
                draft, hits, self._archive.texts(versions), self._archive.furniture(versions)
            )
        lost = len(draft.claims) - len(kept.claims)
        status: Status = "not_answered" if not kept.claims else "partial" if lost else "answered"
        return Answer(
            status=status,
            reason=None if status == "answered" else draft.reason or "unverified",
            text=kept.text or draft.explanation or "What was written could not be verified, so it is not shown.",
            question="", standalone_question="", mode="extractive", claims=kept.claims, citations=kept.citations,
            conflicts=kept.conflicts,
            origins=len({cited.origin for cited in kept.citations}),
            articles=len({cited.article_id for cited in kept.citations}),
        )  # fmt: skip

    # -- the life of an article ----------------------------------------------------------------------------

    def ingest(
        self,
        drafts: Iterable[Draft | Refusal],
        *,
        on_article: Callable[[Stored | Refusal], None] | None = None,
    ) -> IngestReport:
        """Store what is new or changed, each article in a transaction of its own, then bring the views along."""
        counts = dict.fromkeys(("new", "changed", "unchanged", "copy"), 0)
        refused: list[Refusal] = []
        ids: list[str] = []
        passages = 0
        today = datetime.now(UTC).date()
        with self._ingesting:
            for found in drafts:
                item = dating.settled(found, today=today) if isinstance(found, Draft) else found
                outcome: Stored | Refusal = item if isinstance(item, Refusal) else self._known(item)
                if isinstance(item, Draft) and isinstance(outcome, Stored) and outcome.outcome != "unchanged":
                    prepared = self._prepared(item)
                    passages += len(prepared.cuts)
                    outcome = self._archive.put(prepared)
                if isinstance(outcome, Refusal):
                    refused.append(outcome)
                else:
                    counts[outcome.outcome] += 1
                    ids.append(outcome.id)
                if on_article:
                    on_article(outcome)
            self.follow()
        return IngestReport(
            new=counts["new"], changed=counts["changed"], unchanged=counts["unchanged"], copies=counts["copy"],
            refused=tuple(refused), ids=tuple(ids), passages=passages,
        )  # fmt: skip

    def _known(self, draft: Draft) -> Stored:
        return self._archive.known(draft) or Stored("", 0, "new")

    def _prepared(self, draft: Draft) -> Prepared:
        cuts = self._parts.splitter()(draft.text, draft.furniture)
        texts = [embedded_text(draft.title, draft.text[cut.start : cut.end]) for cut in cuts]
        vectors = self._parts.embedder().embed_passages(texts)
        return Prepared(draft, tuple(cuts), vectors, dedupe.origin(draft))

    def delete(self, article_id: str) -> None:
        """Remove an article from the archive and from every view. Raises NotFound."""
        self._archive.delete(article_id)
        self.follow()

    def article(self, article_id: str, version: int | None = None) -> Article:
        return self._archive.article(article_id, version)

    def articles(self, *, after: str | None = None, limit: int = 100) -> list[Summary]:
        """Articles in the order of their ids, from after the given one."""
        return self._archive.articles(after=after, limit=limit)

    # -- the views -----------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Bring every view up to the archive."""
        with self._following:
            for view in self._parts.views:
                catch_up(self._archive, view)

    def use_keywords(self, view: KeywordView) -> None:
        """Search this view, and keep it up to the archive."""
        self._parts.keywords = view
        self._parts.views.append(view)

    def add_view(self, view: View) -> None:
        """Bring one more view up to the archive, and keep it there."""
        catch_up(self._archive, view)  # most of the way, while ingestion may go on
        with self._following:
            catch_up(self._archive, view)
            self._parts.views.append(view)

    def reindex(self, *, on_passages: Callable[[int], None] | None = None) -> int:
        """Embed what has no vector of the model in use, then rebuild every view. Returns passages embedded."""
        embedded = 0
        embedder = self._parts.embedder()
        while batch := self._archive.unembedded(limit=64):
            vectors = embedder.embed_passages([embedded_text(title, words) for _, title, words in batch])
            self._archive.add_vectors([number for number, _, _ in batch], vectors)
            embedded += len(batch)
            if on_passages:
                on_passages(len(batch))
        self._archive.adopt_model()
        with self._following:
            for view in self._parts.views:
                view.reset()
                catch_up(self._archive, view)
        return embedded

    def health(self) -> dict[str, object]:
        """Counts and positions: of the archive, and of each view."""
        articles, passages = self._archive.count()
        behind = {view.name: self._archive.position() - view.position() for view in self._parts.views}
        return {
            "articles": articles,
            "passages": passages,
            "position": self._archive.position(),
            "behind": behind,
        }

    def check(self) -> list[str]:
        """What is wrong, each in a sentence: every passage must find itself by its own vector in every view."""
        found = []
        _, passages = self._archive.count()
        ids, vectors = self._archive.vectors(ANY)
        if len(ids) != passages:
            found.append(f"{passages - len(ids)} of {passages} passages have no vector. Run `qa reindex`.")
        for view in self._parts.views:
            if (held := view.count()) != passages:
                found.append(
                    f"The view {view.name} holds {held} passages, the archive {passages}. Run `qa reindex`."
                )
        lost = [
            int(number)
            for number, vector in zip(ids, vectors, strict=True)
            if not self._finds(number, vector)
        ]
        if lost:
            found.append(
                f"{len(lost)} passages do not find themselves, the first is {lost[0]}. Run `qa reindex`."
            )
        return found

    def _finds(self, number: np.int64, vector: Vectors) -> bool:
        near = self._parts.vectors.nearest(vector, k=20, filters=ANY)
        return any(found == number and score > 0.999 for found, score in near)


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking a model."""

    draft: AnswerDraft | None = None
    model: str | None = None
    usage: Usage = field(default_factory=Usage)
    notes: tuple[str, ...] = ()


def drafts(files: Iterable[RawFile]) -> Iterator[Draft | Refusal]:
    """Read files into articles. What cannot be read becomes a refusal, and the rest goes on."""
    for file in files:
        if file.file is None:
            yield Refusal(file.source or file.name, file.refused)
            continue
        with file.file as opened:
            yield from read.stream(read.Input(opened, file.name, file.source))


def embedded_text(title: str, words: str) -> str:
    """What is embedded for a passage: its headline first, for a passage alone seldom says what it is about."""
    return f"{title}\n{words}" if title else words


def catch_up(archive: Archive, view: View) -> None:
    """Apply the archive's sequence to a view; one that is ahead is of another past and starts again."""
    if view.position() > archive.position():
        view.reset()
    while True:
        last, touched, added = archive.changes(view.position(), limit=BATCH)
        if last == view.position():
            return
        view.apply(touched, added)
        view.mark(last)
