"""The one gate that every route is behind: who asks is known before a byte of the body is read.

A route declares what it needs with `@needs("ask")` or, where it must be open, `@public("why")`. One that declares
nothing is never made, and `sealed` refuses an application that has a route made in any other way.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from qa import access, models
from qa.access import Access
from qa.errors import AccessError, ForeignOrigin, KeyMissing, Overloaded, TooMany
from qa.models import HERE, Caller

COOKIE = "dateline"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def needs(scope: models.Scope) -> Callable[[Endpoint], Endpoint]:
    """Only callers with this scope get through."""
    return _declaring(needs=scope)


def public(why: str) -> Callable[[Endpoint], Endpoint]:
    """Anybody gets through: `why` says what makes that right, for who reads the code."""
    return _declaring(public=why)


def _declaring(**values: str) -> Callable[[Endpoint], Endpoint]:
    def declare(endpoint: Endpoint) -> Endpoint:
        vars(endpoint).update(values)
        return endpoint

    return declare


class Guarded(APIRoute):
    """A route that lets nobody through who may not, whatever the body."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        declared = vars(endpoint)
        self.needs: models.Scope | None = declared.get("needs")
        if self.needs is None and not declared.get("public"):
            raise TypeError(f"The route {path} does not say who may use it: @needs(scope) or @public(why).")
        super().__init__(path, endpoint, **more)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        asking = HTTPConnection(scope)
        if self.needs is None:
            await super().handle(scope, receive, send)
            return
        caller = await to_thread.run_sync(_admitted, asking, limiter=asking.app.state.doorkeepers)
        access.require(caller, self.needs)
        asking.state.caller = caller
        await super().handle(scope, receive, send)


def router(**more: Any) -> APIRouter:
    """Routes are added to this and to no other kind."""
    return APIRouter(route_class=Guarded, **more)


def sealed(app: FastAPI) -> FastAPI:
    """Raises TypeError where a route does not go through the gate."""
    for found in iter_route_contexts(app.routes):
        if not isinstance(found.original_route, Guarded):
            raise TypeError(f"The route {found.path} does not go through the gate.")
    return app


def working(app: FastAPI) -> list[str]:
    """The paths under which questions are asked."""
    return [
        str(found.path)
        for found in iter_route_contexts(app.routes)
        if isinstance(found.original_route, Guarded)
        and found.original_route.needs == "ask"
        and "POST" in (found.original_route.methods or ())
    ]


def _caller(connection: HTTPConnection) -> Caller:
    found: Caller = connection.state.caller
    return found


CallerIn = Annotated[Caller, Depends(_caller)]
"""Who asks, for a route that needs a scope."""


def _admitted(asking: HTTPConnection) -> Caller:
    """Raises AccessError."""
    held: Access = asking.app.state.access
    if not held.closed:
        _require_this_machine(asking)
        return HERE
    return identified(asking, held)


def identified(asking: HTTPConnection, held: Access) -> Caller:
    """By the key of the `Authorization` header, and only where there is none, by the cookie. Raises AccessError."""
    given = asking.headers.get("authorization")
    if given is not None:
        kind, _, secret = given.partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            raise access.missing()
        return held.caller(secret.strip())
    token = asking.cookies.get(COOKIE)
    if not token:
        raise access.missing()
    if asking.scope["method"] not in SAFE and not own_origin(asking.headers):
        raise ForeignOrigin("A cookie alone may not write: the browser must say that the page is ours.")
    return held.signed_in(token)


def own_origin(headers: Headers) -> bool:
    """Whether a browser says that a page of this server sends this. It does so on every write."""
    return headers.get("origin", "").partition("://")[2] == headers.get("host", "")


def _require_this_machine(asking: HTTPConnection) -> None:
    """Without a key, a proxy in front would let the whole world in, so what came through one is refused."""
    host = asking.client.host if asking.client else ""
    if any(name in asking.headers for name in FORWARDED) or not _loopback(host):
        raise KeyMissing(
            "This archive has no key yet, so it answers its own machine only. `qa keys create` makes one."
        )


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True  # no address at all: a socket of the file system, or a caller in this process


def headers(error: Exception) -> dict[str, str]:
    """What a refusal adds to its reply."""
    found = {}
    if isinstance(error, AccessError) and error.status == 401:
        found["WWW-Authenticate"] = 'Bearer realm="Dateline"'
    if isinstance(error, TooMany | Overloaded):
        found["Retry-After"] = str(max(1, math.ceil(error.wait)))
    return found
