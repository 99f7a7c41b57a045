"""How a server is reached, and what it refuses raised as the error that it names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx2

from qa.adapters.lock import Owner
from qa.errors import Overloaded, QaError, TooMany

TIMEOUT = 60.0


def post(server: Owner, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The JSON reply. Raises the error that the server names."""
    found: dict[str, Any] = _sent(server, "POST", path, body).json()
    return found


def behind(server: Owner) -> dict[str, int]:
    """How many changes each index has yet to follow."""
    found: dict[str, int] = _sent(server, "GET", "/readyz", None).json()["behind"]
    return found


def delete(server: Owner, article_id: str) -> None:
    _sent(server, "DELETE", f"/v1/articles/{quote(article_id, safe='')}", None)


def remove_feed(server: Owner, feed: str) -> None:
    _sent(server, "DELETE", f"/v1/feeds/{quote(feed, safe='')}", None)


def _sent(server: Owner, method: str, path: str, body: dict[str, Any] | None) -> httpx2.Response:
    """Only ever to the address that the lock names, and past any proxy."""
    with reaching(server.url), httpx2.Client(timeout=TIMEOUT, trust_env=False) as client:
        reply = client.request(method, server.url + path, json=body, headers=headers(server.secret))
    return checked(reply)


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
