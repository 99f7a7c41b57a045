"""Debian's Chromium, driven by Playwright, on a real server with the five seeds. Skipped where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
import scripted
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from served import served

from qa.interfaces import rest

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
LOOPBACK = ("127.0.0.1", "localhost")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # For these tests only: while Playwright is open it keeps an event loop running, and no async test could start one.
    if CHROMIUM is None:
        pytest.skip("needs Debian's chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[scripted.ScriptedNewsroom]:
    with scripted.newsroom(tmp_path_factory.mktemp("seeds")) as made:
        yield made


@pytest.fixture(scope="package")
def address(held: scripted.ScriptedNewsroom) -> Iterator[str]:
    with served(rest.app(held)) as found:
        yield found


@pytest.fixture(scope="package")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose archive is empty."""
    with (
        scripted.newsroom(tmp_path_factory.mktemp("bare"), seeded=False) as made,
        served(rest.app(made)) as found,
    ):
        yield found


@pytest.fixture(scope="package")
def requested() -> Iterator[list[str]]:
    """Every address that any page of the whole run asked for; at the end, none of them was elsewhere."""
    seen: list[str] = []
    yield seen
    assert seen, "the browser asked for something"
    assert [url for url in seen if not _own(url)] == []


def _own(url: str) -> bool:
    return url.startswith(tuple(f"http://{host}:" for host in LOOPBACK))


@pytest.fixture
def errors() -> list[str]:
    """What pages complained of: errors of scripts and of the policy."""
    return []


@pytest.fixture
def context(browser: Browser, requested: list[str]) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    made.on("request", lambda request: requested.append(request.url))
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, address: str, errors: list[str]) -> Iterator[Page]:
    made = context.new_page()
    made.on("pageerror", lambda error: errors.append(str(error)))
    made.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    made.goto(address)
    made.locator(".front").wait_for()
    yield made
    assert errors == []
