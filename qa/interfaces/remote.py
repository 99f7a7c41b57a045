"""Asks the server that holds the data folder. Only ever an address that the lock names."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx2

from qa.adapters.lock import Owner
from qa.errors import NotFound, QaError, QuestionError

TIMEOUT = 60.0
BY_CODE: dict[str, type[QaError]] = {kind.code: kind for kind in (QuestionError, NotFound)}


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
    address, headers = server.url + path, {"Authorization": f"Bearer {server.secret}"}
    try:
        with httpx2.Client(timeout=TIMEOUT, trust_env=False) as client:
            reply = client.request(method, address, json=body, headers=headers)
    except httpx2.HTTPError as error:
        raise QaError(
            f"The server at {address} holds the data folder but does not answer: {error}."
        ) from error
    if reply.is_success:
        return reply
    detail = reply.json() if "json" in reply.headers.get("content-type", "") else {}
    kind = BY_CODE.get(detail.get("code", ""), QaError)
    raise kind(detail.get("detail") or f"The server answered with status {reply.status_code}.")
