"""How much is worked on at once. What is more is turned away at the outermost edge, before anything is done for it.

Where a thousand ask at the same moment, turning away is what the server does most: a reply that is made beforehand, by
nothing but a counter and the path. It is not logged line by line, and no key is looked up for it.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Callable, Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from qa.errors import Overloaded
from qa.interfaces import guard, openai_api, openai_wire, schemas

WAITS = 3
"""Those who are turned away are told to come back after 1 second, 2 or 3, in turn: else all would at the same moment."""
TOLD_EVERY = 10.0
"""Seconds between two lines of the log that say how many were turned away."""
log = logging.getLogger("qa.requests")


class Seats:
    """How many questions are worked on, and what those are told for whom there is no seat."""

    def __init__(self, size: int, *, paths: Iterable[str], on_full: Callable[[], None]) -> None:
        """`paths` are those under which there is work to be asked for, by POST."""
        self._size, self._on_full, self.taken = size, on_full, 0
        self._turned, self._told = 0, time.monotonic()
        # Names are counted: to ask the system for randomness lets go of the interpreter, and others take it.
        self._run, self._number = secrets.token_hex(4), 0
        self.refusals = {path: _refusal(path, size) for path in paths}

    @property
    def full(self) -> bool:
        return self.taken >= self._size

    def turn_away(self) -> tuple[int, str]:
        """Count one more: after how many seconds it may come back, and its name."""
        self._on_full()
        self._turned += 1
        self._number += 1
        if time.monotonic() - self._told >= TOLD_EVERY:
            log.warning("turned away", extra={"count": self._turned, "status": Overloaded.status})
            self._turned, self._told = 0, time.monotonic()
        return 1 + self._number % WAITS, f"{self._run}{self._number & 0xFFFFFFFF:08x}"


class Room:
    """A seat for each question, from its first byte to its last."""

    def __init__(self, app: ASGIApp, *, seats: Seats) -> None:
        self._app, self._seats = app, seats

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        seats = self._seats
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in seats.refusals:
            await self._app(scope, receive, send)
        elif seats.full:
            (headers, body), (wait, name) = seats.refusals[scope["path"]], seats.turn_away()
            told = [*headers, (b"retry-after", b"%d" % wait), (b"x-request-id", name.encode())]
            await send({"type": "http.response.start", "status": Overloaded.status, "headers": told})
            await send({"type": "http.response.body", "body": body})
        else:
            seats.taken += 1
            try:
                await self._app(scope, receive, send)
            finally:
                seats.taken -= 1


def _refusal(path: str, size: int) -> tuple[list[tuple[bytes, bytes]], bytes]:
    error = Overloaded(f"{size} questions are being answered already. Try again in a moment.", wait=1)
    told = schemas.problem(error)
    body = told.model_dump()
    if path.startswith(openai_api.PATHS):
        body["error"] = openai_wire.error(told)
    sent = json.dumps(body).encode()
    headers = {
        "Content-Type": "application/problem+json", "Content-Length": str(len(sent)),
        **guard.HEADERS, "Content-Security-Policy": guard.POLICY.format(ancestors="'none'"), "X-Frame-Options": "DENY",
    }  # fmt: skip
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()], sent
