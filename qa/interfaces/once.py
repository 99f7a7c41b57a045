"""Idempotency keys: a write that is sent again with the same key is not done again, and gets the same reply.

Replies are kept in the archive for a day, so that a restart of the server changes nothing. A write whose server died before
it replied may be done once more: an article that is known is then `unchanged`, and a question is asked twice.
"""

from __future__ import annotations

import hashlib
import json
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

from fastapi import Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from qa.errors import InputError
from qa.events import Done, Event
from qa.models import Answer, Caller
from qa.ports import Replies, Reply
from qa.service import Newsroom

KEPT = timedelta(days=1)
Form = TypeVar("Form", bound=BaseModel)
Name = tuple[str, str]
"""A caller's key, and the idempotency key."""


class Nothing(BaseModel):
    """The reply to a write that has none."""


class Answered(BaseModel):
    """The reply to a question. Its words are the conversation's alone, and go when that is forgotten."""

    answer: str


class Once:
    def __init__(
        self,
        kept: Replies,
        *forms: type[BaseModel],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`forms` are what replies can be."""
        self._kept, self._clock = kept, clock
        self._forms = {form.__name__: form for form in forms}
        self._begun: set[Name] = set()

    async def do(self, request: Request, caller: Caller, work: Callable[[], Awaitable[Form]]) -> Form:
        """Do the work, or give what came of it before.

        Raises:
            InputError: the key was used for another request, or that request is not done yet.
        """
        claim = await self.claim(request, caller)
        if claim is None:
            return await work()
        try:
            if claim.told is not None:
                return cast("Form", claim.told)
            reply = await work()  # what fails is not kept, and may be tried again
            await claim.keep(reply)
            return reply
        finally:
            claim.release()

    async def claim(self, request: Request, caller: Caller) -> Claim | None:
        """The key of a request, which nobody else has until it is released; None where it has none.

        Raises as `do` does.
        """
        given = request.headers.get("idempotency-key")
        if given is None:
            return None
        if not 1 <= len(given) <= 200:
            raise InputError("An Idempotency-Key has 1 to 200 characters.")
        name, digest = (caller.key, given), _digest(request, await request.body())
        if name in self._begun:
            raise InputError(
                "The first request with this Idempotency-Key is not done yet. Try again in a moment."
            )
        self._begun.add(name)
        claim = Claim(self, name, digest)
        try:
            told = await run_in_threadpool(self._kept.find, *name, self._clock())
            claim.told = self._again(told, digest) if told is not None else None
        except BaseException:
            claim.release()
            raise
        return claim

    def release(self, name: Name) -> None:
        self._begun.discard(name)

    def keep(self, name: Name, digest: str, reply: BaseModel) -> None:
        now = self._clock()
        text = json.dumps({"form": type(reply).__name__, "reply": reply.model_dump(mode="json")})
        self._kept.keep(*name, Reply(digest, text), now=now, until=now + KEPT)

    def _again(self, told: Reply, digest: str) -> BaseModel:
        if told.digest != digest:
            raise InputError("This Idempotency-Key was used for another request. Choose a new one.")
        held = json.loads(told.text)
        return self._forms[held["form"]].model_validate(held["reply"])


class Claim:
    """An idempotency key in use, also until whoever has it is gone. `told` is the reply that it brought before."""

    def __init__(self, once: Once, name: Name, digest: str) -> None:
        self._once, self._name, self._digest = once, name, digest
        self._let_go = weakref.finalize(self, once.release, name)
        self.told: BaseModel | None = None

    async def keep(self, reply: BaseModel) -> None:
        await run_in_threadpool(self._once.keep, self._name, self._digest, reply)

    def release(self) -> None:
        self._let_go()


class OnceAnswered:
    """Questions whose answers are stored in a conversation: one that is sent again is not a second turn of it."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._once = Once(newsroom.parts.archive.replies, Answered)

    async def told(
        self, request: Request, caller: Caller, ask: Callable[[], AsyncGenerator[Event]]
    ) -> AsyncGenerator[Event]:
        """The making of an answer; of one that was given before, only `Done`.

        Raises:
            InputError: as `Once.do`.
            NotFound: the answer that was given before has been deleted since.
        """
        claim = await self._once.claim(request, caller)
        if claim is None:
            return ask()
        try:
            if isinstance(claim.told, Answered):
                again = await run_in_threadpool(self._newsroom.answer, claim.told.answer, caller=caller)
                claim.release()
                return _only(again)
            return _kept(ask(), claim)
        except BaseException:
            claim.release()
            raise


async def _only(answer: Answer) -> AsyncGenerator[Event]:
    yield Done(answer)


async def _kept(events: AsyncGenerator[Event], claim: Claim) -> AsyncGenerator[Event]:
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Done):
                    await claim.keep(Answered(answer=event.answer.id))
                yield event
    finally:
        claim.release()


async def last(events: AsyncGenerator[Event]) -> Answer:
    """The answer that events end with."""
    async with aclosing(events):
        return [event.answer async for event in events if isinstance(event, Done)][-1]


def _digest(request: Request, body: bytes) -> str:
    """Of what is asked. A form's boundary is another each time, and means nothing."""
    kind, _, rest = request.headers.get("content-type", "").partition("boundary=")
    boundary = rest.strip().strip('"').encode("latin-1", "replace")
    plain = body.replace(boundary, b"") if boundary else body
    return hashlib.sha256(f"{request.url.path}\n{kind}\n".encode() + plain).hexdigest()
