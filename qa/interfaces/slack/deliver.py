"""One answer's way into a thread: streamed claim by claim where Slack allows it, posted and updated where not.

Whatever happens on the way, it ends in one complete message or in none. A claim that Slack did not take breaks only the
streaming: the rest is waited out, and the message is then replaced by the whole answer. Its place in Slack is recorded
as soon as it is known, so that a restart completes it too. Where only Slack's reply was lost, the thread is searched
for the message before another is posted.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_chat_stream import AsyncChatStream
from slack_sdk.web.async_client import AsyncWebClient

from qa.interfaces.slack import blocks
from qa.interfaces.slack.blocks import Block, Message, Sheet
from qa.interfaces.slack.calls import GIVE_UP, Refused, Result, SlackTrouble, Unreached, call, never_twice
from qa.interfaces.slack.store import Store
from qa.models import Answer, Claim
from qa.ports import SlackPosting

PATIENCE = 5.0
"""Seconds for which a single claim is tried; after that the message is completed when the answer is."""
GONE = frozenset({"message_not_found", "thread_not_found", "channel_not_found", "is_archived"})
INERT: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "link_names": False, "parse": "none"}
UPDATED: dict[str, Any] = {"link_names": False, "parse": "none"}
log = logging.getLogger(__name__)


class SayStream(Protocol):
    """Bolt's own, which knows where and for whom."""

    def __call__(self, *, buffer_size: int) -> Awaitable[AsyncChatStream]: ...


class Delivery:
    """`say_stream` is absent where nothing is streamed any more: after a restart."""

    def __init__(
        self,
        client: AsyncWebClient,
        store: Store,
        posting: SlackPosting,
        *,
        bot: str,
        say_stream: SayStream | None = None,
    ) -> None:
        self._client, self._store, self._posting, self._bot = client, store, posting, bot
        self._say_stream = say_stream
        self._stream: AsyncChatStream | None = None
        self._ts = posting.ts
        self._whole = say_stream is not None
        """Whether everything that was said is in the stream."""
        self._doubtful = say_stream is None
        """Whether there may be a message that nobody knows of."""
        self._open = say_stream is None
        """Whether Slack may hold the message open as a stream."""
        self._sheet = Sheet()
        self._told: list[str] = []

    async def claim(self, claim: Claim) -> None:
        """Show one more claim, if Slack takes it now."""
        self._told.append(claim.text)
        block = self._sheet.claim(claim)
        if block is None or not self._whole:
            return
        try:
            await (self._append(block) if self._stream else self._begin(block))
        except SlackTrouble as trouble:
            self._whole = False
            log.info("A claim is shown later: %s", trouble)

    async def complete(self, answer: Answer, *, page: str) -> None:
        """Show the whole answer, however long Slack takes."""
        streamed = self._told == [claim.text for claim in answer.claims]
        sheet = self._sheet if streamed else Sheet()
        if not streamed:
            for claim in answer.claims:
                sheet.claim(claim)
        below = blocks.rest(answer, sheet, page=page)
        if not (streamed and await self._stopped(below)):
            await self._put(Message(blocks.fallback(answer), [*sheet.blocks, *below]))
        await self._store.finished(self._posting)

    async def say(self, message: Message) -> None:
        """Show this in place of an answer."""
        await self._put(message)
        await self._store.finished(self._posting)

    # -- streaming -----------------------------------------------------------------------------------------

    async def _begin(self, block: Block) -> None:
        assert self._say_stream is not None  # noqa: S101  `_whole` says so
        stream = await self._say_stream(buffer_size=1)
        try:
            found = await call(
                lambda: stream.append(chunks=[_chunk(block)]), lost=self._orphan, within=PATIENCE
            )
        except Unreached as trouble:
            self._doubtful |= trouble.doubtful
            raise
        except Refused as refused:
            log.info("Slack does not stream here (%s); the answer is posted and updated", refused.code)
            self._whole = False
            found = await self._posted([block, *_WORKING], within=PATIENCE)
        else:
            self._stream, self._open = stream, True
            self._whole = "orphan" not in found
        await self._located(found)

    async def _append(self, block: Block) -> None:
        assert self._stream is not None  # noqa: S101
        stream = self._stream
        await call(lambda: stream.append(chunks=[_chunk(block)]), lost=never_twice, within=PATIENCE)

    async def _stopped(self, below: list[Block]) -> bool:
        """Whether the stream is complete and closed."""
        if self._stream is None or not self._whole:
            return False
        stream = self._stream
        try:
            await call(lambda: stream.stop(blocks=below), lost=never_twice, within=PATIENCE)
        except SlackTrouble as trouble:
            log.info("The stream is completed by an update: %s", trouble)
            return False
        return True

    # -- whole messages ------------------------------------------------------------------------------------

    async def _put(self, message: Message) -> None:
        """Make this the one message. Where Slack takes no blocks of a kind, the words alone are better than none."""
        try:
            if self._ts is None:
                found = await self._posted(message.blocks, text=message.text)
                await self._located(found)
                if "orphan" not in found:
                    return
            await self._replace(message)
        except Refused as refused:
            log.warning("Slack did not take an answer: %s", refused.code)

    async def _replace(self, message: Message) -> None:
        channel, ts = self._posting.thread.channel, self._ts or ""
        if self._open:
            # A stream that was never stopped takes no update. One that was says so, and that is all right.
            with contextlib.suppress(Refused):
                await call(lambda: self._client.chat_stopStream(channel=channel, ts=ts))
        try:
            await call(
                lambda: self._client.chat_update(
                    channel=channel, ts=ts, text=message.text, blocks=message.blocks, **UPDATED
                )
            )
        except Refused as refused:
            if refused.code in GONE:
                return
            await self._instead(message)

    async def _instead(self, message: Message) -> None:
        """Half a message that cannot be changed is taken away before the whole one is posted."""
        channel, ts = self._posting.thread.channel, self._ts or ""
        await call(lambda: self._client.chat_delete(channel=channel, ts=ts))
        self._ts, self._doubtful = None, False
        await self._located(await self._posted(message.blocks, text=message.text))

    async def _posted(self, shown: list[Block], *, text: str = "", within: float = GIVE_UP) -> Result:
        thread = self._posting.thread
        said = text or "Dateline is answering."

        def post(given: list[Block]) -> Callable[[], Awaitable[Any]]:
            return lambda: self._client.chat_postMessage(
                channel=thread.channel, thread_ts=thread.ts, text=said, blocks=given, **INERT
            )

        try:
            return await call(post(shown), lost=self._orphan, doubtful=self._doubtful, within=within)
        except Unreached as trouble:
            self._doubtful |= trouble.doubtful
            raise
        except Refused as refused:
            if not refused.code.startswith("invalid_blocks"):
                raise
            plain = [block for block in shown if block["type"] != "context_actions"]
            return await call(post(plain), lost=self._orphan, within=within)

    async def _located(self, found: Result) -> None:
        ts = found.get("ts")
        if isinstance(ts, str) and ts:
            self._ts, self._doubtful = ts, False
            await self._store.posted(self._posting, ts)

    async def _orphan(self) -> Result | None:
        """A message of ours below the question that belongs to no posting: the one whose reply was lost."""
        thread = self._posting.thread
        try:
            found = await self._client.conversations_replies(
                channel=thread.channel, ts=thread.ts, oldest=self._posting.asked_ts, limit=200
            )
        except SlackApiError as error:
            if getattr(error.response, "status_code", 0) == 200:
                return None  # Slack is there and will not say: post
            raise
        ours = {
            said["ts"]
            for said in found.get("messages") or []
            if said.get("user") == self._bot and said.get("ts", "") > self._posting.asked_ts
        }
        lost = sorted(ours - await self._store.owned(ours, thread.channel))
        return {"ok": True, "ts": lost[0], "orphan": True} if lost else None


_WORKING: list[Block] = [
    {"type": "context", "elements": [{"type": "plain_text", "text": "Still reading …", "emoji": False}]}
]


def _chunk(block: Block) -> dict[str, Any]:
    return {"type": "blocks", "blocks": [block]}
