"""Takes questions from Slack to the newsroom, and its answers back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol
from weakref import WeakValueDictionary

from slack_sdk.web.async_client import AsyncWebClient

from qa.errors import NotFound, QaError
from qa.events import ClaimReady, Done, Event, Sources
from qa.interfaces.slack import blocks
from qa.interfaces.slack.blocks import Message
from qa.interfaces.slack.calls import SlackTrouble, Unreached, call, nicety
from qa.interfaces.slack.deliver import Delivery, SayStream
from qa.interfaces.slack.store import Store
from qa.interfaces.slack.words import count
from qa.models import Answer
from qa.ports import SlackPosting, SlackThread
from qa.service import Newsroom
from qa.settings import Settings

A_MINUTE = 10
"""Questions that one person may ask within a minute."""
AT_ONCE = 200
"""Questions in work; more are asked to come back."""
SEARCHING = 2
"""Questions searched for at a time: any number may wait for a model, but searching takes the processor from the
acknowledgement of what comes next (`python -m bench.slack`)."""
TIDY = 3600.0
"""Seconds between two clearings of what is older than the retention."""
LOADING = ["Searching the archive …", "Reading what was found …", "Checking every quote …"]
FAILED = "Something went wrong while this was answered. Please ask again."
INTERRUPTED = "Dateline was restarted before this answer was complete. Please ask again."
CROWDED = "Too many questions are being answered right now. Please ask again in a minute."
log = logging.getLogger(__name__)


class SetStatus(Protocol):
    def __call__(self, status: str, *, loading_messages: list[str] | None = None) -> Awaitable[Any]: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is, as Slack says."""

    team: str
    enterprise: str
    user: str
    bot: str


@dataclass(frozen=True, slots=True)
class Asking:
    """A question out of a thread, with what Bolt gives to answer there."""

    posting: SlackPosting
    question: str
    say_stream: SayStream
    set_status: SetStatus
    suggest: Callable[[tuple[str, ...]], Awaitable[Any]] | None = None


class Desk:
    def __init__(self, newsroom: Newsroom, settings: Settings, client: AsyncWebClient) -> None:
        self.newsroom, self.client = newsroom, client
        self.store = Store(newsroom.slack())
        self.page = settings.public_url
        self._keep_days = settings.slack_retention_days
        self._identity: Identity | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._asked: dict[tuple[str, str], deque[float]] = {}
        self._searching = asyncio.Semaphore(SEARCHING)
        self._locks: WeakValueDictionary[SlackThread, asyncio.Lock] = WeakValueDictionary()

    # -- opening and closing -------------------------------------------------------------------------------

    async def identity(self) -> Identity:
        """Asked of Slack once. Raises SlackTrouble."""
        if self._identity is None:
            told = await call(self.client.auth_test, within=1.0)
            self._identity = Identity(
                *(str(told.get(name) or "") for name in ("team_id", "enterprise_id", "user_id", "bot_id"))
            )
        return self._identity

    def open(self) -> None:
        """Complete what a restart interrupted, and keep the archive tidy, beside everything else."""
        self.begin(self._resume())
        self.begin(self._tidy())

    async def close(self) -> None:
        """Stop what is in work; the next start completes it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self.store.close)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it, and hold on to it: the loop alone would let it go."""
        task = asyncio.create_task(self._logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except SlackTrouble as trouble:
            log.warning("%s", trouble)
        except Exception:
            log.exception("Work for Slack failed")

    # -- asking --------------------------------------------------------------------------------------------

    def crowded(self) -> bool:
        return len(self._tasks) >= AT_ONCE

    def too_fast(self, team: str, user: str) -> str:
        """A sentence where a person asks more than is answered; else the question is counted."""
        now, asked = time.monotonic(), self._asked.setdefault((team, user), deque())
        while asked and asked[0] <= now - 60:
            asked.popleft()
        if len(asked) >= A_MINUTE:
            wait = int(asked[0] + 60 - now) + 1
            return f"You asked {A_MINUTE} questions within a minute. Please ask again in {count(wait, 'second')}."
        asked.append(now)
        if len(self._asked) > 10_000:
            self._asked = {who: when for who, when in self._asked.items() if when and when[-1] > now - 60}
        return ""

    def ask(self, asking: Asking) -> None:
        self.begin(self._ask(asking))

    async def _ask(self, asking: Asking) -> None:
        thread = asking.posting.thread
        lock = self._locks.setdefault(thread, asyncio.Lock())
        async with lock:
            await nicety(lambda: asking.set_status("is reading …", loading_messages=LOADING))
            bot = (await self.identity()).user
            delivery = Delivery(
                self.client, self.store, asking.posting, bot=bot, say_stream=asking.say_stream
            )
            answer = await self._told(asking, delivery)
            if answer is None:
                return
            await self._kept(asking.posting, answer)
            await delivery.complete(answer, page=self.page)
            if asking.suggest and answer.suggestions:
                await nicety(lambda: asking.suggest(answer.suggestions))  # type: ignore[misc]

    async def _told(self, asking: Asking, delivery: Delivery) -> Answer | None:
        """The answer, its claims shown as they come; None where a remark was shown instead."""
        try:
            conversation = await self.store.conversation(asking.posting.thread)
            events = await asyncio.to_thread(self._stream, asking.question, conversation)
            async with aclosing(self._paced(events)) as paced:
                async for event in paced:
                    if isinstance(event, Sources) and event.articles:
                        said = f"is reading {count(len(event.articles), 'article')} …"
                        await nicety(lambda said=said: asking.set_status(said))  # type: ignore[misc]
                    elif isinstance(event, ClaimReady):
                        await delivery.claim(event.claim)
                    elif isinstance(event, Done):
                        return event.answer
        except QaError as error:
            await delivery.say(blocks.note(str(error)))
            return None
        except Exception:
            log.exception("A question from Slack could not be answered")
        await delivery.say(blocks.note(FAILED))
        return None

    async def _paced(self, events: AsyncGenerator[Event]) -> AsyncGenerator[Event]:
        async with aclosing(events):
            async with self._searching:
                first = await anext(events, None)
            if first is not None:
                yield first
            async for event in events:
                yield event

    def _stream(self, question: str, conversation: str | None) -> AsyncGenerator[Event]:
        if conversation:
            with contextlib.suppress(NotFound):  # forgotten since: it begins anew
                return self.newsroom.stream(question, conversation=conversation)
        return self.newsroom.stream(question)

    async def remark(self, posting: SlackPosting, message: Message) -> None:
        """Say something of Dateline's own where a question was expected."""
        bot = (await self.identity()).user
        await Delivery(self.client, self.store, posting, bot=bot).say(message)

    async def alone(self, posting: SlackPosting, question: str) -> Answer:
        """An answer outside of any thread. Raises QaError."""
        async with aclosing(self._paced(self.newsroom.stream(question))) as events:
            answer = [event.answer async for event in events if isinstance(event, Done)][-1]
        await self._kept(posting, answer)
        return answer

    async def _kept(self, posting: SlackPosting, answer: Answer) -> None:
        await self.store.answered(posting, answer.conversation_id or "", answer.id)

    # -- beside --------------------------------------------------------------------------------------------

    async def _resume(self) -> None:
        for posting in await self.store.unfinished():
            self.begin(self._complete(posting))

    async def _complete(self, posting: SlackPosting) -> None:
        bot = (await self.known()).user
        delivery = Delivery(self.client, self.store, posting, bot=bot)
        try:
            answer = await asyncio.to_thread(self.newsroom.answer, posting.answer or "")
        except NotFound:
            await delivery.say(blocks.note(INTERRUPTED))
        else:
            await delivery.complete(answer, page=self.page)

    async def known(self) -> Identity:
        """Who the bot is, however long Slack takes to say."""
        while True:
            try:
                return await self.identity()
            except Unreached:
                await asyncio.sleep(5)

    async def _tidy(self) -> None:
        while True:
            for conversation in await self.store.forget(self._keep_days):
                with contextlib.suppress(NotFound):
                    await asyncio.to_thread(self.newsroom.forget, conversation)
            await asyncio.sleep(TIDY)
