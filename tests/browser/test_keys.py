"""Signing in: a key is asked for, becomes a cookie that no script reads, and what it may not do is not offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import scripted
from playwright.sync_api import BrowserContext, Page, expect
from served import served
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from qa import access
from qa.interfaces import rest
from qa.models import Scope

MakeKey = Callable[..., str]


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[tuple[str, MakeKey]]:
    """The address of a server that asks for a key, and what makes one."""
    with scripted.newsroom(tmp_path) as held:

        def make(*scopes: Scope) -> str:
            return access.create(held.keys, "the desk", scopes)[0]

        make("admin")
        with served(rest.app(held, embed_origins=["http://127.0.0.1:*"])) as address:
            yield address, make


def test_a_missing_key_is_asked_for_and_becomes_a_cookie(
    context: BrowserContext, locked: tuple[str, MakeKey]
) -> None:
    address, make = locked
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", name="This archive asks for a key")).to_be_visible()
    field = page.get_by_label("Key")
    field.fill("dateline_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not known here")
    key = make("read", "ask")
    field.fill(key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ask the archive")).to_be_visible()
    assert key not in page.evaluate(
        "document.cookie + JSON.stringify(sessionStorage) + JSON.stringify(localStorage)"
    )
    (cookie,) = context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    expect(page.get_by_role("button", name="Add articles")).to_be_hidden()
    page.reload()
    page.get_by_label("Your question").fill(scripted.TROOPS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Sources disagree")).to_be_visible()
    expect(page.locator("#rail")).to_contain_text("Signed in as the desk")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="This archive asks for a key")).to_be_visible()
    assert context.cookies() == []


def test_a_frame_in_another_site_has_a_key_of_its_own(
    context: BrowserContext, locked: tuple[str, MakeKey]
) -> None:
    address, make = locked

    def home(_request: Request) -> HTMLResponse:
        key = make("read", "ask")
        return HTMLResponse(
            f'<!doctype html><title>The Paper</title><p>News</p><script src="{address}/embed.js" data-key="{key}"></script>'
        )

    with served(Starlette(routes=[Route("/", home)])) as site:
        page: Page = context.new_page()
        page.goto(site)
        frame = page.frame_locator("iframe")
        frame.get_by_label("Your question").fill(scripted.TROOPS)
        frame.get_by_label("Your question").press("Enter")
        expect(frame.get_by_role("region", name="Sources disagree")).to_be_visible()
        assert "dateline_" not in page.frames[-1].url
