"""Headers that every reply carries, and no writing from another site's page."""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.interfaces import schemas

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
FRAME = "/embed"
FRAME_SCRIPT = "/embed.js"
SIGNED = frozenset({"/slack/events"})
"""Routes whose every request is signed by its sender. Slack comes under the public name, whatever that is."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FOREIGN = schemas.ProblemOut(
    title="foreign origin", status=403, code="foreign_origin", detail="A page of another site may not do this."
)  # fmt: skip


class Hosts(TrustedHostMiddleware):
    """Only names of this machine, so that no page of another site can rebind its own to it; save what is signed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in SIGNED:
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class Guard:
    """`embed_origins` may show `/embed` in a frame; nothing else is ever framed."""

    def __init__(self, app: ASGIApp, *, embed_origins: tuple[str, ...] = ()) -> None:
        self._app = app
        self._framing = " ".join(embed_origins) or "'none'"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        added = dict(HEADERS)
        added["Content-Security-Policy"] = POLICY.format(
            ancestors=self._framing if path == FRAME else "'none'"
        )
        if path == FRAME_SCRIPT:
            added["Cross-Origin-Resource-Policy"] = "cross-origin"
        if path != FRAME:
            added["X-Frame-Options"] = "DENY"

        async def guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(added)
            await send(message)

        if _foreign(scope):
            await _refuse(guarded)
        else:
            await self._app(scope, receive, guarded)


def _foreign(scope: Scope) -> bool:
    """Whether another site's page sends this. A browser names the page's origin on every write, a program none."""
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if scope["method"] in SAFE or origin is None:
        return False
    return origin.partition("://")[2] != headers.get("host", "")


async def _refuse(send: Send) -> None:
    body = json.dumps(FOREIGN.model_dump()).encode()
    kind = (b"content-type", b"application/problem+json")
    await send({"type": "http.response.start", "status": FOREIGN.status, "headers": [kind]})
    await send({"type": "http.response.body", "body": body})
