"""Answers as server-sent events: each is made once, and followed by whoever asked for it.

A listener that goes away may come back with `Last-Event-ID` within `GRACE` while the answer is being made, and for
`KEEP` after. If nobody listens for longer than `GRACE`, the making is cancelled, through to the model.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.types import Receive, Scope, Send

from qa.errors import NotFound, QaError
from qa.events import Event
from qa.interfaces import schemas, stream_schemas

GRACE = 0.5
"""Seconds without a listener after which the making of an answer is cancelled."""
KEEP = 60.0
"""Seconds for which the events of a finished answer can be followed again."""
HEARTBEAT = 10.0
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
STOPPED = schemas.ProblemOut(
    title="stopped", status=503, code="stopped", detail="The answer was stopped before it was complete. Ask again."
)  # fmt: skip

log = logging.getLogger(__name__)


class Making:
    """One answer on its way: its events so far, and who listens."""

    def __init__(self, events: AsyncGenerator[Event], *, key: str, forget: Callable[[], None]) -> None:
        self.key = key
        self._forget = forget
        self._told: list[bytes] = []
        self._news = asyncio.Event()
        self._listeners = 0
        self._finished = False
        self._task = asyncio.create_task(self._make(events))

    @property
    def length(self) -> int:
        return len(self._told)

    async def _make(self, events: AsyncGenerator[Event]) -> None:
        try:
            async with aclosing(events):
                async for event in events:
                    name, wire = stream_schemas.event(event)
                    self._tell(name, wire)
        except asyncio.CancelledError:
            self._tell("error", STOPPED)
            raise
        except QaError as error:
            self._tell("error", schemas.problem(error))
        except Exception:
            log.exception("An answer could not be made")
            self._tell("error", schemas.INTERNAL)
        finally:
            self._finished = True
            self._wake()
            asyncio.get_running_loop().call_later(KEEP, self._forget)

    def _tell(self, name: str, wire: schemas.Wire) -> None:
        number = f"{self.key}.{len(self._told) + 1}"
        self._told.append(format_sse_event(event=name, data_str=wire.model_dump_json(), id=number))
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def join(self) -> None:
        self._listeners += 1

    def leave(self) -> None:
        self._listeners -= 1
        if not self._listeners and not self._finished:
            asyncio.get_running_loop().call_later(GRACE, self._stop_if_alone)

    def _stop_if_alone(self) -> None:
        if not self._listeners and not self._finished:
            self._task.cancel()
            self._forget()

    async def follow(self, after: int) -> AsyncIterator[bytes]:
        """Everything told after the given number, as it comes, with a heartbeat where nothing does."""
        while True:
            news = self._news
            while after < len(self._told):
                after += 1
                yield self._told[after - 1]
            if self._finished:
                return
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await news.wait()
            except TimeoutError:
                yield KEEPALIVE_COMMENT


class Streams:
    """The answers being made, and those made within the last minute."""

    def __init__(self) -> None:
        self._held: dict[str, Making] = {}

    def start(self, events: AsyncGenerator[Event], body: str) -> EventSourceResponse:
        key = f"{_digest(body)}{secrets.token_urlsafe(24)}"
        made = Making(events, key=key, forget=lambda: self._forget(key))
        self._held[key] = made
        return Followed(made, 0)

    def _forget(self, key: str) -> None:
        self._held.pop(key, None)

    def resume(self, last: str, body: str) -> EventSourceResponse:
        """Go on after an event. Its id belongs to one answer to one request.

        Raises:
            NotFound: there is no such answer any more, or it is another request's.
        """
        key, _, number = last.rpartition(".")
        made = self._held.get(key)
        if made is None or not key.startswith(_digest(body)) or not number.isdecimal() or len(number) > 9:
            raise NotFound("This answer can no longer be followed. Ask again.")
        return Followed(made, min(int(number), made.length))


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()[:16]


class Followed(EventSourceResponse):
    """Counts as a listener from its making to its end, however that comes."""

    def __init__(self, made: Making, after: int) -> None:
        super().__init__(made.follow(after), headers=HEADERS)
        self._made = made
        made.join()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._made.leave()
