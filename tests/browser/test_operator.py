"""The operator's page: what it tells, who gets to see it, and that whatever others wrote stays text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import scripted
from conftest import shared
from playwright.sync_api import BrowserContext, Page, expect
from served import served

from qa import access
from qa.events import Account, Record
from qa.figures import Dropped
from qa.interfaces import rest
from qa.models import Answer, FeedState, Input, Job, Refusal, Turn, Usage
from qa.ports import Tally

from .test_access import violations
from .test_hostile import ALIVE


def attacks() -> list[str]:
    found = json.loads(shared("security/own/markdown_exfil_xss.json").read_text("utf-8"))
    return [str(words) for words in (found.values() if isinstance(found, dict) else found)]


def happened(held: scripted.ScriptedNewsroom, words: str, number: int, **more: object) -> None:
    """One answer in the log, with the words everywhere where somebody else's may stand."""
    values = {
        "status": "not_answered", "reason": "no_evidence", "text": words, "question": words, "standalone_question": words,
        "mode": "model", "model": words, "id": f"{number:032x}", "conversation_id": f"{number:032x}",
        "usage": Usage(100, 20), "timings": {"search": 12.5, "total": 1530.0}, **more,
    }  # fmt: skip
    answer = Answer(**values)  # type: ignore[arg-type]
    told = Account(answer, (Dropped(words, "unfound"), Dropped(words, "order")), "model_unavailable")
    turn = Turn(words, words, words, answer)
    held.parts.archive.write_down([Record(turn, told, answer.conversation_id or "")])


@pytest.fixture
def board(
    context: BrowserContext, tmp_path: Path, errors: list[str]
) -> Iterator[tuple[Page, scripted.ScriptedNewsroom]]:
    with scripted.newsroom(tmp_path) as held, served(rest.app(held)) as address:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: (errors.append(f"dialog {dialog.message}"), dialog.dismiss()))
        happened(held, "Who won the cup?", 1)
        happened(held, "When did it rain?", 2, status="answered", reason=None)
        page.goto(f"{address}/operator")
        expect(page.locator(".figures")).to_be_visible()
        yield page, held
        assert errors == []


def test_it_tells_what_became_of_answers_with_their_dropped_quotes(
    board: tuple[Page, scripted.ScriptedNewsroom],
) -> None:
    page, _ = board
    rows = page.get_by_role("region", name="Answers", exact=True).locator("ol > li")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Who won the cup?")
    expect(rows.nth(1)).to_contain_text("not answered")
    rows.nth(1).locator("summary").click()
    expect(rows.nth(1)).to_contain_text("Reason: nothing on it.")
    expect(rows.nth(1)).to_contain_text("Dropped: not in the passage.")
    expect(
        page.get_by_role("img", name="Answers by day: 1 answered, 0 in part, 1 not answered")
    ).to_be_visible()
    expect(page.get_by_role("img", name="Why quotes were dropped")).to_be_visible()
    expect(page.locator(".figures")).to_contain_text("240")
    page.get_by_role("button", name="Not answered").click()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Good", exact=True).click()
    expect(page.get_by_role("region", name="Answers", exact=True)).to_contain_text("None.")


def test_it_is_worked_with_the_keyboard_alone(board: tuple[Page, scripted.ScriptedNewsroom]) -> None:
    page, _ = board
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the figures")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.locator("#days-30")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#days-7")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#days-7")).to_be_focused()
    page.locator(".entries summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".entries details").first).to_have_attribute("open", "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390, 320])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    board: tuple[Page, scripted.ScriptedNewsroom], scheme: str, width: int
) -> None:
    page, _ = board
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.locator(".entries summary").first.click()
    page.locator(".plot summary").first.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_others_wrote_stays_text(board: tuple[Page, scripted.ScriptedNewsroom]) -> None:
    page, held = board
    archive, now = held.parts.archive, datetime.now(UTC)
    for number, words in enumerate(attacks(), 10):
        happened(held, words, number)
        archive.feeds.add(
            FeedState(f"https://feed.example/{number}?{words}", words, "failing", words, added_at=now)
        )
        given = Input("address", words)
        archive.jobs.add(Job(f"{number:032x}", "articles", words, "waiting", now, now), [given])
        archive.jobs.refuse(Tally(f"{number:032x}", 1, refused=1), Refusal(words, words))
    page.get_by_role("button", name="Look again").click()
    expect(page.locator(".entries > li").nth(20)).to_be_visible()
    for summary in page.locator(".entries summary").all()[:5]:
        summary.click()
    assert page.evaluate(ALIVE) == 0
    assert page.evaluate("[...document.querySelectorAll('a')].every(link => link.origin === location.origin)")
    assert attacks()[0].split()[0] in page.locator("#board").inner_text()


def test_it_asks_for_a_key_of_the_operator(context: BrowserContext, tmp_path: Path) -> None:
    with scripted.newsroom(tmp_path) as held:
        reader, admin = (access.create(held.keys, name, [name])[0] for name in ("ask", "admin"))  # type: ignore[list-item]
        with served(rest.app(held)) as address:
            page = context.new_page()
            page.goto(f"{address}/operator")
            for key, said in ((reader, "scope"), (admin, "")):
                expect(page.get_by_role("heading", name="This page asks for a key")).to_be_visible()
                page.get_by_label("Key").fill(key)
                page.keyboard.press("Enter")
                if said:
                    expect(page.locator(".dek")).to_contain_text(said)
            expect(page.locator(".figures")).to_be_visible()
            page.goto(address)
            page.get_by_role("link", name="Operator").click()
            expect(page.locator(".figures")).to_be_visible()
            page.get_by_role("button", name="Sign out").click()
            expect(page.get_by_role("heading", name="This page asks for a key")).to_be_visible()
            assert context.cookies() == []
