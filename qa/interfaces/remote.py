"""How a server is reached, and what it refuses raised as the error that it names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from qa.errors import Overloaded, QaError, TooMany


def headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


@contextmanager
def reaching(url: str) -> Iterator[None]:
    """Raises QaError where nobody answers."""
    try:
        yield
    except httpx2.HTTPError as error:
        raise QaError(f"The server at {url} does not answer: {error}.") from error


def checked(reply: httpx2.Response) -> httpx2.Response:
    """The reply. Raises the error of `qa.errors` that a problem names, QaError for any other."""
    if reply.is_success:
        return reply
    try:
        told = reply.json()
        code, detail = str(told["code"]), str(told["detail"])
    except (ValueError, KeyError, TypeError):
        raise QaError(f"The server answered with status {reply.status_code}.") from None
    kind = _kinds(QaError).get(code, QaError)
    if issubclass(kind, TooMany | Overloaded):
        wait = reply.headers.get("retry-after", "")
        raise kind(detail, wait=float(wait) if wait.isdecimal() else 1.0)
    raise kind(detail)


def _kinds(kind: type[QaError]) -> dict[str, type[QaError]]:
    found = {kind.code: kind}
    for below in kind.__subclasses__():
        found |= _kinds(below)
    return found
