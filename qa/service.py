"""The two stories: what becomes of an article, and what becomes of a question."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from datetime import date as Day
from functools import partial
from typing import Any, TypeVar

from qa import chat, dates, retrieve
from qa.answer import conflicts, dating, quote, report, since, story, suggest, verify, words, write
from qa.answer.desk import Desk
from qa.answer.sentences import Asked, Scored
from qa.answer.silence import Beside
from qa.answer.story import Story
from qa.errors import ModelError, QuestionError
from qa.events import Account, Done, Event, Record, Sources, Teller
from qa.figures import Dropped
from qa.jobs import Jobs, Reindexer
from qa.library import Library, Parts
from qa.models import (
    ANY,
    HERE,
    Answer,
    AnswerDraft,
    AskMode,
    Caller,
    Citation,
    Claim,
    ClaimDraft,
    Feedback,
    Filters,
    Hit,
    Spoken,
    Talk,
    Timeline,
    Turn,
    Usage,
)
from qa.ports import Keys, LanguageModel, SlackRecords
from qa.records import Records
from qa.search import WORKERS, Remembered, Search
from qa.telemetry import Stopwatch

PASSAGES = 10
"""Passages that an answer is made from."""
SPENT = "This key's tokens of the day are spent, so the answer is quoted from the articles."
Result = TypeVar("Result")
Quoted = tuple[Answer, tuple[Dropped, ...]]
"""An answer without a model, and what of it could not be verified."""
Ranked = tuple[Asked, Sequence[Scored]]
"""A question with every sentence of its passages, best first."""
NONE: Mapping[int, Sequence[Spoken]] = {}
EMPTY = AnswerDraft((), "empty_archive", "The archive is empty. Add articles with `qa ingest PATH`.")


class Newsroom(Library):
    """A library that answers."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.jobs, self.reindexer = Jobs(self), Reindexer(self)
        self._search = Search(parts.archive)
        self._answered = Remembered[Quoted]()
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="question")
        self._records = Records(parts.archive.write_down)

    def _reindex(
        self, on_passages: Callable[[int], None], on_switch: Callable[[], None], stop: threading.Event | None
    ) -> int:
        try:
            return super()._reindex(on_passages, on_switch, stop)
        finally:
            self._search.clear()  # also of the parts of before, which it holds on to
            self._answered.clear()

    # -- the life of a question ----------------------------------------------------------------------------

    async def ask(
        self,
        question: str,
        *,
        conversation: str | Sequence[Turn] | None = None,
        filters: Filters = ANY,
        mode: AskMode = "auto",
        caller: Caller = HERE,
    ) -> Answer:
        """Answer from the articles, or say that they do not answer it.

        `conversation` is one to follow up, by its id. Where whoever asks keeps the conversation, it is the turns so far,
        which may be none, and nothing is stored.

        Raises:
            QuestionError: empty or too long.
            NotFound: no such conversation.
        """
        events = self.stream(question, conversation=conversation, filters=filters, mode=mode, caller=caller)
        return [event.answer async for event in events if isinstance(event, Done)][-1]

    def stream(
        self,
        question: str,
        *,
        conversation: str | Sequence[Turn] | None = None,
        filters: Filters = ANY,
        mode: AskMode = "auto",
        caller: Caller = HERE,
    ) -> AsyncGenerator[Event]:
        """What `ask` does, told as it happens: sources, whole verified claims, and last the answer.

        Raises what `ask` raises for the question and the conversation at once, before the first event.
        """
        said = self._checked(question)
        held: Sequence[Turn] = ()
        kept = ""
        if not isinstance(conversation, str | None):
            held = conversation
        elif conversation:
            held, kept = self._archive.history(conversation, owners=caller.owners), conversation
        else:
            kept = uuid.uuid4().hex
        return self._measured(Asking(said, tuple(held), kept, filters, mode, caller))

    async def _measured(self, asking: Asking) -> AsyncGenerator[Event]:
        with Stopwatch("question", self._parts.on_trace) as watch:
            async with aclosing(self._told(asking, watch)) as events:
                async for event in events:
                    yield event

    async def _told(self, asking: Asking, watch: Stopwatch) -> AsyncGenerator[Event]:
        teller, name = Teller(), uuid.uuid4().hex
        asked = await self._standalone(asking, watch)
        asking, hits, writer = await self._work(self._sought, asked, asking, watch)
        yield Sources(asked, tuple({hit.article.id: hit.article for hit in hits}.values()), name)
        if isinstance(writer, Made):
            made = writer
        else:
            async with aclosing(self._written(writer, asked, asking.filters, hits, watch)) as steps:
                async for step in steps:
                    if isinstance(step, Made):
                        made = step
                    else:
                        yield teller.claim(*step)
        written = made.written
        answer = replace(
            made.answer, question=asking.question, notes=(*written.notes, *self._degraded(), *made.answer.notes),
            mode="model" if written.draft else "extractive", model=written.model,
            usage=written.usage, id=name, conversation_id=asking.conversation or None, timings=watch.read(),
        )  # fmt: skip
        for part in teller.rest(answer):
            yield part
        turn = Turn(asking.question, asked, answer.text, answer)
        told_of = Account(answer, made.dropped, written.error)
        await self._remember(asking, turn, told_of, watch)
        self._parts.on_answer(told_of)
        yield Done(answer)

    async def _work(self, work: Callable[..., Result], *given: Any) -> Result:
        """Done by one of a few: more that compute at once would only wait for each other, and the door for them all."""
        told = partial(copy_context().run, partial(work, *given))
        return await asyncio.get_running_loop().run_in_executor(self._workers, told)

    def _done(self, work: Callable[..., Result], *given: Any) -> Result:
        """As `_work`, for who waits in a thread."""
        return self._workers.submit(copy_context().run, work, *given).result()

    async def _remember(self, asking: Asking, turn: Turn, told: Account, watch: Stopwatch) -> None:
        watch.note(**told.facts())
        with watch.stage("store"):
            await self._records.keep(Record(turn, told, asking.conversation, asking.caller.key))
            usage = told.answer.usage
            if asking.caller.key and (tokens := usage.prompt_tokens + usage.completion_tokens):
                today = datetime.now(UTC).date()
                await self._work(self._archive.keys.spend, asking.caller.key, today, tokens)

    async def _standalone(self, asking: Asking, watch: Stopwatch) -> str:
        question, history, model = asking.question, asking.history, self._parts.model
        if model is None or asking.mode == "extractive" or asking.caller.spent:
            return chat.standalone(question, history)
        with watch.stage("standalone"):
            try:
                async with asyncio.timeout(self._parts.write_within / 4):
                    return await chat.rewritten(question, history, model)
            except TimeoutError:
                return chat.standalone(question, history)

    def search(self, question: str, *, filters: Filters = ANY, limit: int = PASSAGES) -> list[Hit]:
        """The passages that an answer would be made from, best first; those that follow each other as one."""
        said = self._checked(question)
        with Stopwatch("search", self._parts.on_trace) as watch:
            return self._done(self._joined, said, self._until(said, filters), limit, watch)

    def timeline(self, topic: str, *, filters: Filters = ANY, limit: int = story.ENTRIES) -> Timeline:
        """What the archive tells on a topic or a question, in order: dated entries, each cited and verified.

        Raises:
            QuestionError: empty or too long.
        """
        said = self._checked(topic)
        with Stopwatch("timeline", self._parts.on_trace) as watch:
            return self._done(self._timeline, said, filters, limit, watch)

    def _timeline(self, said: str, filters: Filters, limit: int, watch: Stopwatch) -> Timeline:
        filters = self._until(said, filters)
        with watch.stage("story"):
            told = self._story(said, filters, limit)
        with watch.stage("date"):
            desk = self._desk(filters, (), told.hits)
        with watch.stage("verify"):
            moments, citations = desk.timeline(told.story)
        return Timeline(
            said, moments, citations, len({cited.origin for cited in citations}),
            len({cited.article_id for cited in citations}), told.story.undated, filters.as_of,
            (*told.notes, *self._of_time(filters)),
        )  # fmt: skip

    def _asked_story(self, asked: str, filters: Filters, watch: Stopwatch) -> Told:
        """The story that a question asks for; an empty one where it asks for something else."""
        if not story.asked_for(asked):
            return self._report(asked, filters) if retrieve.reported(asked) else Told()
        with watch.stage("story"):
            return self._story(asked, filters)

    def _report(self, asked: str, filters: Filters) -> Told:
        """What was reported on the days that a question names: the filters hold them already."""
        time = dates.question_time(asked, as_of=filters.as_of or self._today())
        if time.interval is None or time.mention is None:
            return Told()
        topic = report.topic(asked, time.mention.text)
        hits = self._find(topic or asked, filters, report.PASSAGES, Stopwatch("search"))
        with self._in_use.held() as held:
            rarity = held.keywords.rarity(words.words_of(topic))
        return Told(hits=hits, draft=report.tell(Asked(topic, rarity, filters.as_of), hits))

    def _story(self, asked: str, filters: Filters, limit: int = story.ENTRIES) -> Told:
        today = filters.as_of or self._today()
        time, notes = dates.question_time(asked, as_of=today), tuple[str, ...]()
        named = time.mention.text if time.mention else ""
        if time.interval is None and (
            event := since.asked_for(asked, partial(self._look, filters=filters), by=today)
        ):
            span, named, note = event
            time, notes = replace(time, interval=span), (note,)
        topic = story.topic(asked, named)
        sought = topic if time.axis == "as_of" else f"{topic} {named}"
        hits = self._find(sought.strip() or asked, filters, story.PASSAGES, Stopwatch("search"))
        with self._in_use.held() as held:
            known = Asked(topic, held.keywords.rarity(words.words_of(topic)), filters.as_of)
        spoken = self._archive.dates.spoken([hit.passage.id for hit in hits])
        within = time.interval if time.axis == "event" else None
        return Told(story.tell(known, hits, spoken, within=within, limit=limit), hits, notes)

    def ranked(self, question: str, *, filters: Filters = ANY) -> list[retrieve.Ranked]:
        """Every candidate, best first, before the list is cut: for measuring where something was lost."""
        with self._in_use.held() as held:
            return self._search.ranked(held, self._checked(question), filters)

    def _until(self, asked: str, filters: Filters) -> Filters:
        return retrieve.until(asked, filters, today=self._today())

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

    def _sought(
        self, asked: str, asking: Asking, watch: Stopwatch
    ) -> tuple[Asking, Sequence[Hit], Made | LanguageModel]:
        """Asking, within what the question itself says of time; what was found; and the model that is to write.

        Without one, the answer itself: quoting takes no longer than to come back here for it.
        """
        asking = replace(asking, filters=self._until(asked, asking.filters))
        hits = self._find(asked, asking.filters, PASSAGES, watch)
        model, notes = self._writer(asking, hits)
        if model is not None:
            return asking, hits, model
        return asking, hits, Made(*self._quoted(asked, asking.filters, hits, watch), Written(notes=notes))

    def _joined(self, asked: str, filters: Filters, limit: int, watch: Stopwatch) -> list[Hit]:
        hits = self._find(asked, filters, limit, watch)
        bodies = self._archive.bodies(retrieve.followed(hits))
        return retrieve.joined(hits, {version: text for version, (text, _) in bodies.items()})[:limit]

    def _find(self, asked: str, filters: Filters, limit: int, watch: Stopwatch) -> Sequence[Hit]:
        """Passages one by one: more than `limit` where some of them follow each other."""
        with self._in_use.held() as held:
            return self._search.find(held, asked, filters, limit, watch)

    def _today(self) -> Day | None:
        return self._search.today()

    def _writer(self, asking: Asking, hits: Sequence[Hit]) -> tuple[LanguageModel | None, tuple[str, ...]]:
        """The model that is to write; without one, what the answer has to say of that."""
        model = self._parts.model
        if asking.mode == "extractive" or not hits:
            return None, ()
        if model is None:
            said = "No language model is set up, so the answer is quoted from the articles."
            return None, (said,) if asking.mode == "model" else ()
        return (None, (SPENT,)) if asking.caller.spent else (model, ())

    async def _written(
        self, model: LanguageModel, asked: str, filters: Filters, hits: Sequence[Hit], watch: Stopwatch
    ) -> AsyncGenerator[tuple[Claim, tuple[Citation, ...]] | Made]:
        """A model's claims, verified, each with the citations so far; last the whole, which is quoted where it failed."""
        ranked = await self._work(self._sentences, asked, filters, hits, watch)
        told = await self._work(self._asked_story, asked, filters, watch)
        with watch.stage("date"):
            desk = await self._work(self._desk, filters, hits, told.hits, ranked[0].spoken)
        written = Written()
        async with aclosing(self._writing(model, asked, hits, ranked[0].spoken, watch)) as steps:
            async for step in steps:
                if isinstance(step, Written):
                    written = step
                elif (kept := await self._work(desk.claim, step)) is not None:
                    yield kept
        draft = written.draft
        if draft is None:
            draft = await self._work(self._quote, ranked, hits, told, watch)
        elif draft.claims:
            both = (*draft.claims, *quote.apart(*ranked, draft))
            draft = replace(draft, claims=both, conflicts=quote.disagreements(*ranked))
        broken = bool(written.draft and written.notes)
        answer = await self._work(self._verified, desk, draft, told.story, watch, broken)
        yield Made(self._complete(answer, asked, filters, hits, told), desk.dropped, written)

    async def _writing(
        self,
        model: LanguageModel,
        asked: str,
        hits: Sequence[Hit],
        spoken: Mapping[int, Sequence[Spoken]],
        watch: Stopwatch,
    ) -> AsyncGenerator[ClaimDraft | Written]:
        """A model's claims as they come, then what came of it; no draft where it failed."""
        steps = write.written(write.request(asked, hits, spoken), model, within=self._parts.write_within)
        try:
            with watch.stage("write"):
                async with aclosing(steps):
                    async for step in steps:
                        yield step if isinstance(step, ClaimDraft) else _came(step)
        except ModelError as error:
            said = f"{error} The answer is quoted from the articles instead."
            yield Written(notes=(said,), error=error.code)

    def _look(self, sought: str, *, filters: Filters) -> tuple[Sequence[Hit], dict[int, list[Spoken]]]:
        """Passages for some words, and the days that they speak of."""
        hits = self._find(sought, filters, PASSAGES, Stopwatch("search"))
        return hits, self._archive.dates.spoken([hit.passage.id for hit in hits])

    def _quoted(self, asked: str, filters: Filters, hits: Sequence[Hit], watch: Stopwatch) -> Quoted:
        """The answer without a model; to the same words the same, as long as the archive and its views stay as they are."""
        with self._in_use.held() as held:
            known = (held.fingerprint, asked, filters, self._search.state(held))
        return self._answered.get(known, partial(self._made, asked, filters, hits, watch))

    def _made(self, asked: str, filters: Filters, hits: Sequence[Hit], watch: Stopwatch) -> Quoted:
        ranked = self._sentences(asked, filters, hits, watch)
        told = self._asked_story(asked, filters, watch)
        draft = self._quote(ranked, hits, told, watch)
        with watch.stage("date"):
            desk = self._desk(filters, hits, told.hits, ranked[0].spoken, quoted=draft.passages)
        answer = self._verified(desk, draft, told.story, watch)
        return self._complete(answer, asked, filters, hits, told), desk.dropped

    def _verified(
        self, desk: Desk, draft: AnswerDraft, told: Story, watch: Stopwatch, broken: bool = False
    ) -> Answer:
        with watch.stage("verify"):
            return desk.answer(draft, told, broken=broken)

    def _complete(
        self, answer: Answer, asked: str, filters: Filters, hits: Sequence[Hit], told: Told
    ) -> Answer:
        """With what does not depend on who asks, or on what wrote it."""
        return replace(
            answer, standalone_question=asked, as_of=filters.as_of, suggestions=suggest.suggestions(asked, hits),
            notes=(*told.notes, *self._of_time(filters), *map(conflicts.told, answer.conflicts)),
        )  # fmt: skip

    def _desk(
        self, filters: Filters, hits: Sequence[Hit], story: Sequence[Hit] = (),
        spoken: Mapping[int, Sequence[Spoken]] = NONE, *, quoted: frozenset[int] | None = None,
    ) -> Desk:  # fmt: skip
        """`spoken`: the dates of the passages of `hits`; `quoted`: those passages of them that will be quoted, if known."""
        dated = {**spoken, **self._archive.dates.spoken([hit.passage.id for hit in story])}
        given = [*hits, *story]
        read = given if quoted is None else [*(hit for hit in hits if hit.passage.id in quoted), *story]
        counted = since.added(read, given, dated, partial(self._look, filters=filters))
        bodies = self._archive.bodies({(hit.passage.article_id, hit.passage.version) for hit in given})
        texts = {version: text for version, (text, _) in bodies.items()}
        furniture = {version: spans for version, (_, spans) in bodies.items()}
        told = dating.by_article(given, counted)
        return Desk(verify.Proof(given, texts, furniture, told), texts, told)

    def _sentences(self, asked: str, filters: Filters, hits: Sequence[Hit], watch: Stopwatch) -> Ranked:
        with watch.stage("quote"):
            told = dates.timeless(asked, as_of=filters.as_of or self._today())
            with self._in_use.held() as held:
                rarity = held.keywords.rarity(words.words_of(told))
            spoken = self._archive.dates.spoken([hit.passage.id for hit in hits])
            known = Asked(asked, rarity, self._search.aged_from(filters), spoken)
            return known, quote.candidates(known, hits)

    def _quote(self, ranked: Ranked, hits: Sequence[Hit], told: Told, watch: Stopwatch) -> AnswerDraft:
        with watch.stage("quote"):
            found = told.draft or told.story.draft() or quote.extract(*ranked)
            if found is None and not hits and not self._archive.count()[0]:
                return EMPTY
            return found or quote.silence(*ranked, self._beside(hits))

    def _degraded(self) -> Sequence[str]:
        said = self._parts.trouble()
        return [said] if said else []

    def _of_time(self, filters: Filters) -> tuple[str, ...]:
        return dating.limits(filters, self._archive.dates.left_out(filters))

    def _beside(self, hits: Sequence[Hit]) -> Beside:
        bodies = self._archive.bodies({(hit.article.id, hit.article.version) for hit in hits})
        furniture = [text[start:end] for text, spans in bodies.values() for start, end in spans]
        days = self._archive.published()
        return Beside((days[0].year, days[1].year) if days else None, furniture)

    # -- what was asked before -----------------------------------------------------------------------------

    def conversations(
        self, *, before: str | None = None, limit: int = 50, caller: Caller = HERE
    ) -> list[Talk]:
        """The caller's, the newest first, from before the given one. Raises NotFound where that one is gone."""
        return self._archive.conversations(before=before, limit=limit, owners=caller.owners)

    def conversation(self, conversation_id: str, *, caller: Caller = HERE) -> list[Turn]:
        """In the order of asking. Raises NotFound, also where it is another's."""
        return self._archive.conversation(conversation_id, owners=caller.owners)

    def forget(self, conversation_id: str, *, caller: Caller = HERE) -> None:
        """Delete a conversation with its answers and what was thought of them. Raises NotFound."""
        self._archive.forget(conversation_id, owners=caller.owners)

    def answer(self, answer_id: str, *, caller: Caller = HERE) -> Answer:
        """An answer as it was given. Raises NotFound."""
        return self._archive.answer(answer_id, owners=caller.owners)

    def rate(self, said: Feedback, *, caller: Caller = HERE) -> None:
        """Keep what a reader thought of an answer; a later word replaces the earlier. Raises NotFound."""
        self._archive.rate(said, owners=caller.owners)

    @property
    def keys(self) -> Keys:
        return self._archive.keys

    def slack(self) -> SlackRecords:
        """What the Slack door remembers, beside the conversations."""
        return self._archive.slack()

    @property
    def model_name(self) -> str | None:
        """Of the language model that writes answers, if one does."""
        return self._parts.model.name if self._parts.model else None


@dataclass(frozen=True, slots=True)
class Asking:
    """One question on its way."""

    question: str
    history: tuple[Turn, ...]
    conversation: str
    """Its id; empty where it is not kept."""
    filters: Filters
    mode: AskMode
    caller: Caller


@dataclass(frozen=True, slots=True)
class Told:
    """A story, or what was reported, with the passages that tell it."""

    story: Story = story.NOTHING
    hits: Sequence[Hit] = ()
    notes: tuple[str, ...] = ()
    draft: AnswerDraft | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """An answer but for who asked and what it is called, and how it came about."""

    answer: Answer
    dropped: tuple[Dropped, ...]
    written: Written


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking a model."""

    draft: AnswerDraft | None = None
    model: str | None = None
    usage: Usage = field(default_factory=Usage)
    notes: tuple[str, ...] = ()
    error: str = ""
    """The code of what went wrong."""


def _came(step: write.Written) -> Written:
    notes = (f"{step.broken} It shows what was written before that.",) if step.broken else ()
    return Written(step.draft, step.model, step.usage, notes, "interrupted" if step.broken else "")
