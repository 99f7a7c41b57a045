"""Idempotency keys: a write that is sent again with the same key is not done again, and gets the same reply.

Replies are kept in the archive for a day, so that a restart of the server changes nothing. A write whose server died before
it replied may be done once more, which adds nothing: an article that is known is `unchanged`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

from fastapi import Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from qa.errors import InputError
from qa.models import Caller
from qa.ports import Replies, Reply

KEPT = timedelta(days=1)
Form = TypeVar("Form", bound=BaseModel)


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
        self._begun: set[tuple[str, str]] = set()

    async def do(self, request: Request, caller: Caller, work: Callable[[], Awaitable[Form]]) -> Form:
        """Do the work, or give what came of it before.

        Raises:
            InputError: the key was used for another request, or that request is not done yet.
        """
        given = request.headers.get("idempotency-key")
        if given is None:
            return await work()
        if not 1 <= len(given) <= 200:
            raise InputError("An Idempotency-Key has 1 to 200 characters.")
        name, digest = (caller.key, given), _digest(request, await request.body())
        if name in self._begun:
            raise InputError(
                "The first request with this Idempotency-Key is not done yet. Try again in a moment."
            )
        self._begun.add(name)
        try:
            told = await run_in_threadpool(self._kept.find, *name, self._clock())
            if told is not None:
                return cast("Form", self._again(told, digest))
            reply = await work()  # what fails is not kept, and may be tried again
            await run_in_threadpool(self._keep, name, digest, reply)
            return reply
        finally:
            self._begun.discard(name)

    def _keep(self, name: tuple[str, str], digest: str, reply: BaseModel) -> None:
        now = self._clock()
        text = json.dumps({"form": type(reply).__name__, "reply": reply.model_dump(mode="json")})
        self._kept.keep(*name, Reply(digest, text), now=now, until=now + KEPT)

    def _again(self, told: Reply, digest: str) -> BaseModel:
        if told.digest != digest:
            raise InputError("This Idempotency-Key was used for another request. Choose a new one.")
        held = json.loads(told.text)
        return self._forms[held["form"]].model_validate(held["reply"])


def _digest(request: Request, body: bytes) -> str:
    """Of what is asked. A form's boundary is another each time, and means nothing."""
    kind, _, rest = request.headers.get("content-type", "").partition("boundary=")
    boundary = rest.strip().strip('"').encode("latin-1", "replace")
    plain = body.replace(boundary, b"") if boundary else body
    return hashlib.sha256(f"{request.url.path}\n{kind}\n".encode() + plain).hexdigest()
