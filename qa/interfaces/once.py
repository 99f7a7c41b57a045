"""Idempotency keys: a write that is sent again with the same key is not done again, and gets the same reply.

They are kept in memory, for a day. After a restart a write may be done once more, which changes nothing: an article that
is known is `unchanged`.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from fastapi import Request

from qa.errors import InputError
from qa.models import Caller

DAY = 86_400.0
KEPT = 10_000
Reply = TypeVar("Reply")


@dataclass(slots=True)
class Told:
    digest: str
    at: float
    reply: object = None
    done: bool = False


class Once:
    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: OrderedDict[tuple[str, str], Told] = OrderedDict()

    async def do(self, request: Request, caller: Caller, work: Callable[[], Awaitable[Reply]]) -> Reply:
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
        self._forget()
        if (told := self._held.get(name)) is not None:
            return cast(Reply, self._again(told, digest))
        told = self._held[name] = Told(digest, self._clock())
        try:
            told.reply = reply = await work()
        except BaseException:
            del self._held[name]  # what failed may be tried again
            raise
        told.done = True
        return reply

    def _again(self, told: Told, digest: str) -> object:
        if told.digest != digest:
            raise InputError("This Idempotency-Key was used for another request. Choose a new one.")
        if not told.done:
            raise InputError(
                "The first request with this Idempotency-Key is not done yet. Try again in a moment."
            )
        return told.reply

    def _forget(self) -> None:
        while self._held:
            oldest = next(iter(self._held.values()))
            if len(self._held) < KEPT and self._clock() - oldest.at < DAY:
                return
            self._held.popitem(last=False)


def _digest(request: Request, body: bytes) -> str:
    """Of what is asked. A form's boundary is another each time, and means nothing."""
    kind, _, rest = request.headers.get("content-type", "").partition("boundary=")
    boundary = rest.strip().strip('"').encode("latin-1", "replace")
    plain = body.replace(boundary, b"") if boundary else body
    return hashlib.sha256(f"{request.url.path}\n{kind}\n".encode() + plain).hexdigest()
