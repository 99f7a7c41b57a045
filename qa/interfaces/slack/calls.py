"""Calls of Slack's Web API that are made again where another try may help, and only there.

    SlackTrouble           Slack did not do what was asked
    ├── Refused            permanent: it says no
    └── Unreached          transient, but the time for it is over

The SDK's own handler repeats a call whose connection broke, which posts a message twice when only the reply was lost.
It is switched off; whoever calls says by `lost` how to find out what became of such a call.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

GIVE_UP = 24 * 3600.0
"""Seconds for which an outage is waited out."""
RESPONSE_LIVES = 25 * 60.0
LONGEST_WAIT = 60.0
NICETY = 3.0
"""Seconds for what an answer can do without: a status, suggestions."""
TIMEOUT = 15
AGAIN = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "rate_limited"}
)
log = logging.getLogger(__name__)

Result = dict[str, Any]


class SlackTrouble(Exception):
    """Slack did not do what was asked."""


class Refused(SlackTrouble):
    """Slack says no; `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack refused: {code}")
        self.code = code


class Unreached(SlackTrouble):
    """Slack could not be reached in time; `doubtful` where it may have done what was asked all the same."""

    def __init__(self, message: str, *, doubtful: bool) -> None:
        super().__init__(message)
        self.doubtful = doubtful


def client(token: str, api_url: str, session: aiohttp.ClientSession | None = None) -> AsyncWebClient:
    """A client that makes each call once."""
    quiet = logging.getLogger("slack_sdk")
    return AsyncWebClient(
        token=token, base_url=api_url, timeout=TIMEOUT, retry_handlers=[], session=session, logger=quiet
    )


async def call(
    make: Callable[[], Awaitable[Any]],
    *,
    lost: Callable[[], Awaitable[Result | None]] | None = None,
    doubtful: bool = False,
    within: float = GIVE_UP,
) -> Result:
    """The reply of one call, made again after the time Slack states or, in an outage, after ever longer waits.

    `lost` is asked before a call is repeated of which nobody knows whether Slack did it: what it finds is the reply.
    With `doubtful`, it is asked before the first try too.

    Raises:
        Refused: Slack says no.
        Unreached: `within` seconds are over.
    """
    end, tries = time.monotonic() + within, 0
    while True:
        try:
            if doubtful and lost is not None and (found := await lost()) is not None:
                return found
            return _plain(await make())
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            wait, unknown = _verdict(error, tries)
            doubtful |= unknown
        tries += 1
        if time.monotonic() + wait > end:
            raise Unreached(f"Slack could not be reached for {within:g} s.", doubtful=doubtful)
        log.info("Slack is asked again in %.1f s", wait)
        await asyncio.sleep(wait)


async def never_twice() -> Result | None:
    """As `lost`: what Slack has perhaps done is not asked for again."""
    raise Unreached("Slack may have done it.", doubtful=True)


async def respond(make: Callable[[], Awaitable[Any]], *, once: bool = False) -> None:
    """Use a `response_url`, which answers with a status and raises nothing; Slack keeps it for half an hour."""

    async def made() -> Any:
        reply = await make()
        if reply is not None and reply.status_code != 200:
            raise SlackApiError("A response was not taken", reply)  # type: ignore[no-untyped-call]
        return reply

    await call(made, lost=never_twice if once else None, within=RESPONSE_LIVES)


async def nicety(make: Callable[[], Awaitable[Any]]) -> None:
    """A call that nobody misses: once, and not for long."""
    with contextlib.suppress(SlackApiError, aiohttp.ClientError, TimeoutError):
        async with asyncio.timeout(NICETY):
            await make()


def _verdict(error: Exception, tries: int) -> tuple[float, bool]:
    """Seconds to wait, and whether Slack may have done it. Raises Refused."""
    backoff = min(2.0 ** min(tries, 16), LONGEST_WAIT) * random.uniform(0.5, 1)  # noqa: S311  spreads the tries, no secret
    if not isinstance(error, SlackApiError):
        return backoff, not isinstance(error, aiohttp.ClientConnectorError)
    reply = error.response
    status, headers = _status(reply), getattr(reply, "headers", {})
    code = _code(reply)
    if status == 429:
        return _stated(headers), False
    if status >= 500 or code in AGAIN:
        return (_stated(headers) if "ratelimited" in code else backoff), True
    raise Refused(code or f"status {status}") from error


def _status(reply: Any) -> int:
    return int(getattr(reply, "status_code", 0) or getattr(reply, "status", 0) or 0)


def _code(reply: Any) -> str:
    data = getattr(reply, "data", reply)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _stated(headers: Any) -> float:
    """Of `Retry-After`, and a little more: a clock may differ."""
    for name, value in dict(headers).items():
        if name.lower() == "retry-after":
            with contextlib.suppress(ValueError):
                return max(float(value), 0.0) + 0.05
    return 1.0


def _plain(reply: Any) -> Result:
    data = getattr(reply, "data", None)
    return dict(data) if isinstance(data, dict) else {}
