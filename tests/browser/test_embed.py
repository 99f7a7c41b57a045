"""The ask box in another site: one script tag, a frame, and only where a setting names the site."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
import scripted
from playwright.sync_api import BrowserContext, Page, expect
from served import served
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from qa.interfaces import rest


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Another site; `?from=ADDRESS` says where its script tag points."""

    def home(request: Request) -> HTMLResponse:
        tag = f'<script src="{request.query_params["from"]}/embed.js" data-height="640" async></script>'
        return HTMLResponse(f"<!doctype html><title>The Paper</title><h1>The Paper</h1>{tag}<p>Below</p>")

    with served(Starlette(routes=[Route("/", home)])) as found:
        yield found


@pytest.fixture
def visit(
    context: BrowserContext, site: str, held: scripted.ScriptedNewsroom
) -> Iterator[Callable[..., Page]]:
    with contextlib.ExitStack() as stack:

        def go(*origins: str) -> Page:
            address = stack.enter_context(served(rest.app(held, embed_origins=origins)))
            page = context.new_page()
            page.goto(f"{site}/?from={address}")
            return page

        yield go


def test_one_tag_asks_and_answers_in_a_site_that_is_named(visit: Callable[..., Page], site: str) -> None:
    page = visit(site)
    frame = page.frame_locator("iframe")
    frame.get_by_label("Your question").fill(scripted.TROOPS)
    frame.get_by_label("Your question").press("Enter")
    expect(frame.get_by_role("region", name="Sources disagree")).to_be_visible()
    frame.locator(".claim .chip").first.click()
    expect(frame.locator("mark.here")).to_be_in_viewport()
    expect(frame.get_by_role("button", name="Add articles")).to_have_count(0)
    expect(frame.get_by_role("navigation")).to_have_count(0)
    assert page.locator("iframe").evaluate("node => node.contentDocument") is None, "the site cannot look in"


def test_a_site_that_is_not_named_shows_nothing(visit: Callable[..., Page]) -> None:
    page = visit("https://other.example")
    page.wait_for_timeout(500)
    expect(page.frame_locator("iframe").get_by_label("Your question")).to_have_count(0)


def test_without_the_setting_there_is_no_script(visit: Callable[..., Page]) -> None:
    page = visit()
    page.wait_for_timeout(300)
    expect(page.locator("iframe")).to_have_count(0)
