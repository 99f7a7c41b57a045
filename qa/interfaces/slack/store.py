"""What the Slack door remembers, without holding up the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from qa.interfaces.slack.calls import GIVE_UP
from qa.ports import SlackPosting, SlackRecords, SlackThread

SEEN = timedelta(days=7)
"""For which a delivery is remembered; Slack sends one again within hours."""
T = TypeVar("T")


class Store:
    """`SlackRecords` in threads of its own: those that answer questions may all be busy when Slack waits."""

    def __init__(self, records: SlackRecords) -> None:
        self._records = records
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="slack-records")

    async def work(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def admit(self, *names: str, posting: SlackPosting | None = None) -> bool:
        return await self.work(lambda: self._records.admit(names, posting))

    async def conversation(self, thread: SlackThread) -> str | None:
        return await self.work(lambda: self._records.conversation(thread))

    async def posted(self, posting: SlackPosting, ts: str) -> None:
        await self.work(lambda: self._records.posted(posting.id, ts))

    async def answered(self, posting: SlackPosting, conversation: str, answer: str) -> None:
        await self.work(lambda: self._records.answered(posting, conversation, answer))

    async def finished(self, posting: SlackPosting) -> None:
        await self.work(lambda: self._records.finished(posting.id))

    async def unfinished(self) -> list[SlackPosting]:
        since = datetime.now(UTC) - timedelta(seconds=GIVE_UP)
        return await self.work(lambda: self._records.unfinished(since=since))

    async def owned(self, ts: set[str], channel: str) -> set[str]:
        return await self.work(lambda: self._records.owned(ts, channel))

    async def asked(self, team: str, user: str, *, limit: int) -> list[str]:
        return await self.work(lambda: self._records.asked(team, user, limit=limit))

    async def forget(self, days: int) -> list[str]:
        """The conversations to forget, after `days` without a question; with 0 days, none."""
        now = datetime.now(UTC)
        used = now - timedelta(days=days) if days else datetime.min.replace(tzinfo=UTC)
        return await self.work(lambda: self._records.forget(seen_before=now - SEEN, used_before=used))

    def close(self) -> None:
        self._threads.shutdown(wait=True)
