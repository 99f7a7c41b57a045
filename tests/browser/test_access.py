"""What axe-core finds in the page's main states, and what a screen reader is told."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

import pytest
import scripted
from playwright.sync_api import BrowserContext, Page, expect

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
State = Callable[[Page], None]


def violations(page: Page) -> list[str]:
    page.wait_for_timeout(100)
    page.evaluate(AXE)  # through the debugger: the policy lets no script in
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", TAGS)
    return [
        f"{each['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def front(page: Page) -> None:
    expect(page.locator(".headlines li").first).to_be_visible()


def answered(page: Page) -> None:
    page.get_by_label("Your question").fill(scripted.TROOPS)
    page.keyboard.press("Enter")
    expect(page.locator(".thumbs")).to_be_visible()


def reading(page: Page) -> None:
    answered(page)
    page.locator(".claim .chip").last.click()
    expect(page.locator("mark.here")).to_be_visible()


def carded(page: Page) -> None:
    answered(page)
    page.locator(".claim .chip").first.hover()
    expect(page.locator("#card")).to_be_visible()


def failed(page: Page) -> None:
    page.get_by_label("Your question").fill(scripted.BROKEN)
    page.keyboard.press("Enter")
    expect(page.locator(".failed")).to_be_visible()


def unanswered(page: Page) -> None:
    page.get_by_label("Your question").fill("When did French instructors arrive in Niger?")
    page.keyboard.press("Enter")
    expect(page.locator(".none")).to_be_visible()


def complaining(page: Page) -> None:
    answered(page)
    page.get_by_role("button", name="Something is wrong").click()


def filtering(page: Page) -> None:
    page.locator("#filters summary").click()
    page.locator("#outlets input").first.check()


def adding(page: Page) -> None:
    page.get_by_role("button", name="Add articles").click()


STATES = [front, answered, reading, carded, failed, unanswered, complaining, filtering, adding]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing(page: Page, state: State, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})
    state(page)
    assert violations(page) == []


def test_axe_finds_nothing_in_an_empty_archive(context: BrowserContext, bare: str) -> None:
    page = context.new_page()
    page.goto(bare)
    expect(page.locator(".front")).to_be_visible()
    assert violations(page) == []


def test_answers_are_a_polite_log_and_tools_are_silent(page: Page) -> None:
    answered(page)
    log = page.locator("#log")
    expect(log).to_have_attribute("role", "log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(page.locator(".turn .tools")).to_have_attribute("aria-live", "off")
    expect(page.locator("#status")).to_have_text("Answered with 3 sentences from 3 articles.")


def test_every_control_shows_where_the_focus_is(page: Page) -> None:
    answered(page)
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        told = page.evaluate("""() => {
            const node = document.activeElement, style = getComputedStyle(node);
            const box = node.closest('.box') && node.id === 'question' ? getComputedStyle(node.closest('.box')) : style;
            return [node.tagName + '.' + node.className + '#' + node.id, style.outlineStyle !== 'none' || box.boxShadow !== 'none'];
        }""")
        seen.add(told[0])
        assert told[1] or told[0].startswith("BODY"), told[0]
    assert any("chip" in name for name in seen)
    assert any("date" in name for name in seen)


def test_motion_is_reduced_where_that_is_asked(page: Page) -> None:
    page.get_by_label("Your question").fill(scripted.SLOW)
    page.keyboard.press("Enter")
    expect(page.locator(".progress")).to_be_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.progress'), '::before').animationName")
        == "none"
    )
    page.keyboard.press("Escape")
