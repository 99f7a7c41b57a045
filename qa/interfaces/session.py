"""How the page signs in: a key is exchanged for a cookie that no script can read and no other site can send."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from qa.access import Access
from qa.errors import AccessError
from qa.interfaces import gate, schemas
from qa.interfaces.gate import COOKIE, public
from qa.models import HERE, SCOPES, Caller, Scope


class SessionIn(schemas.Request):
    key: str = Field(max_length=200, examples=["dateline_..."])


class SessionOut(schemas.Wire):
    """Who the server takes the caller for."""

    open: bool = Field(description="No key exists: whoever is at this machine may do everything.")
    name: str | None = Field(description="Of the key; null where there is none.")
    scopes: tuple[Scope, ...]


def routes(access: Access) -> APIRouter:
    router = gate.router()

    @router.post("/v1/session", tags=["keys"], response_model=SessionOut)
    @public("this is where a key is shown")
    async def sign_in(body: SessionIn, request: Request, response: Response) -> SessionOut:
        """Sign in with a key: sets a cookie (HttpOnly, SameSite=Strict), which lasts 30 days or as long as the key."""
        caller = await run_in_threadpool(access.caller, body.key.strip())
        token, seconds = await run_in_threadpool(access.sign_in, body.key.strip())
        response.set_cookie(
            COOKIE, token, max_age=seconds, path="/", httponly=True, samesite="strict",
            secure=request.url.scheme == "https",
        )  # fmt: skip
        return _told(caller, closed=True)

    @router.get("/v1/session", tags=["keys"], response_model=SessionOut)
    @public("it says only what the caller is")
    async def who(request: Request) -> SessionOut:
        """Who the server takes the caller for; nobody has no scope."""
        closed = await run_in_threadpool(lambda: access.closed)
        try:
            caller = await run_in_threadpool(gate.identified, request, access) if closed else HERE
        except AccessError:
            caller = Caller(scopes=frozenset())
        return _told(caller, closed=closed)

    @router.delete("/v1/session", tags=["keys"], status_code=204)
    @public("it ends nothing but the caller's own session")
    async def sign_out(
        response: Response, token: Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)] = None
    ) -> None:
        """Sign out: the cookie is worth nothing from now on."""
        if token:
            await run_in_threadpool(access.sign_out, token)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")

    return router


def _told(caller: Caller, *, closed: bool) -> SessionOut:
    scopes = SCOPES if "admin" in caller.scopes else caller.scopes
    return SessionOut(open=not closed, name=caller.name or None, scopes=tuple(sorted(scopes)))
