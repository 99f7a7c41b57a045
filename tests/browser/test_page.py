"""The page in a real browser: asked, read and checked as a person would."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import scripted
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

QUESTION = "When did Russian instructors arrive in Niger?"
SIZES = [(320, 640), (1440, 900)]


def ask(page: Page, words: str = QUESTION) -> None:
    page.get_by_label("Your question").fill(words)
    page.keyboard.press("Enter")
    expect(page.locator(".turn").last.locator(".thumbs, .failed").first).to_be_visible()


def until(page: Page, holds: Callable[[], bool], *, seconds: float = 10) -> None:
    for _ in range(int(seconds * 20)):
        if holds():
            return
        page.wait_for_timeout(50)  # lets Playwright's own loop go on
    raise AssertionError(f"not within {seconds:g} s")


def focused(page: Page) -> str:
    found: str = page.evaluate(
        "document.activeElement.className || document.activeElement.id || document.activeElement.tagName"
    )
    return found


def tab_to(page: Page, wanted: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("sel => document.activeElement.matches(sel)", wanted):
            return
    raise AssertionError(f"{wanted} is not reached by the keyboard")


def test_the_seeds_question_by_keyboard_alone(page: Page, held: scripted.ScriptedNewsroom) -> None:
    tab_to(page, "#question")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".thumbs")).to_be_visible()
    assert focused(page) == "question", "the focus stays where the next question is typed"
    page.keyboard.press("Shift+Tab")
    page.locator(".claim .chip").first.focus()
    tab_to(page, ".chip")
    number = page.evaluate("document.activeElement.textContent")
    card = page.locator("#card blockquote").inner_text()
    page.keyboard.press("Enter")
    mark = page.locator("mark.here")
    expect(mark).to_be_in_viewport()
    expect(page.locator(".question")).to_be_in_viewport()
    assert focused(page) == "source-title"
    given = held.conversation(held.conversations()[0].id)[0].given
    assert given is not None
    cited = given.citations[int(number) - 1]
    assert card == mark.inner_text() == cited.quote
    assert cited.quote in page.locator(".claims").inner_text() or given.mode == "model"
    page.keyboard.press("Escape")
    assert focused(page) == "chip", "closing gives the focus back to the number"


def test_a_question_typed_before_the_script_has_loaded_is_asked(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    held_back: list[Route] = []
    page.route("**/web/app.js", lambda route: held_back.append(route))
    page.goto(address, wait_until="commit")
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    until(page, lambda: bool(held_back))
    held_back[0].continue_()
    expect(page.locator(".thumbs")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value("")


def test_the_pane_shows_the_article_as_it_is_archived(page: Page, held: scripted.ScriptedNewsroom) -> None:
    ask(page)
    page.locator(".claim .chip").last.click()
    expect(page.locator("mark.here")).to_be_visible()
    given = held.conversation(held.conversations()[0].id)[0].given
    assert given is not None
    article = held.article(given.citations[-1].article_id)
    assert page.evaluate("document.querySelector('#source .article').textContent") == article.text
    greyed = page.evaluate(
        "[...document.querySelectorAll('.furniture')].map(node => node.textContent).join('')"
    )
    assert greyed == "".join(article.text[start:end] for start, end in article.furniture)
    expect(page.locator("mark.here").first).to_be_in_viewport()


def test_sources_that_disagree_stand_side_by_side(page: Page) -> None:
    ask(page, scripted.TROOPS)
    block = page.get_by_role("region", name="Sources disagree")
    expect(block).to_contain_text("US troops in Niger")
    for value, quote, day in (
        ("700", "about 700 US servicemen", "13 Apr 2024"),
        ("1,000", "withdraw 1000", "1 May 2024"),
    ):
        side = block.get_by_role("listitem").filter(has=page.get_by_text(value, exact=True))
        expect(side).to_contain_text(quote)
        expect(side).to_contain_text("Rossa Primavera")
        expect(side).to_contain_text(day)
    expect(page.locator(".footing")).to_contain_text("3 articles, 2 independent origins")
    expect(page.get_by_role("region", name="Timeline").get_by_role("listitem")).to_have_count(3)


def test_a_date_tells_how_it_was_reached_to_pointer_and_keyboard(page: Page) -> None:
    ask(page, scripted.TROOPS)
    date = page.locator(".claim .date")
    for reach in (
        date.hover,
        lambda: (page.locator(".claim .chip").nth(1).focus(), page.keyboard.press("Tab")),
    ):
        reach()
        expect(page.locator("#card")).to_contain_text("inferred from other articles")
        expect(page.locator("#card")).to_contain_text("10 April 2024")
        page.keyboard.press("Escape")
        expect(page.locator("#card")).to_be_hidden()


def test_each_claim_shows_as_it_comes(page: Page, held: scripted.ScriptedNewsroom) -> None:
    held.pause = 0.4
    page.get_by_label("Your question").fill(scripted.TROOPS)
    page.keyboard.press("Enter")
    page.locator("body:has(.claim):has(#send.stop)").wait_for()
    held.pause = 0.0
    expect(page.locator(".thumbs")).to_be_visible()
    expect(page.locator(".claim")).to_have_count(3)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_a_slow_model_is_said_once(page: Page) -> None:
    page.clock.install()
    page.get_by_label("Your question").fill(scripted.SLOW)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Reading 5 articles")).to_be_visible()
    page.clock.fast_forward(9_000)
    expect(page.get_by_text("Still reading. The model takes its time")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()


def test_stop_aborts_and_retry_asks_again(page: Page, held: scripted.ScriptedNewsroom) -> None:
    until(page, lambda: held.waiting == 0)  # the tests before this one left questions behind
    before, count = held.cancelled, len(held.conversations())
    page.get_by_label("Your question").fill(scripted.SLOW)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Reading 5 articles")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()
    until(page, lambda: held.cancelled == before + 1)
    assert held.waiting == 0
    assert len(held.conversations()) == count
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Reading 5 articles")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()


def test_a_failure_is_said_and_can_be_tried_again(page: Page) -> None:
    ask(page, scripted.BROKEN)
    expect(page.locator(".failed")).to_contain_text("The model did not answer within 8 s.")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".failed")).to_have_count(1)


def test_what_the_articles_do_not_answer_looks_like_an_answer(page: Page) -> None:
    ask(page, "When did French instructors arrive in Niger?")
    expect(
        page.get_by_role("heading", name="The articles do not say what the question takes")
    ).to_be_visible()
    expect(page.locator(".failed")).to_have_count(0)


def test_a_reload_keeps_the_conversation_and_a_link_opens_one_answer(page: Page) -> None:
    ask(page)
    ask(page, scripted.TROOPS)
    words = page.locator("#log").inner_text()
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    assert page.locator("#log").inner_text() == words
    page.get_by_role("link", name="Link").first.click()
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.get_by_text("One answer, opened by its link.")).to_be_visible()
    page.get_by_role("link", name="Open its conversation").click()
    expect(page.locator(".turn")).to_have_count(2)


def test_conversations_are_listed_opened_and_deleted(page: Page, held: scripted.ScriptedNewsroom) -> None:
    ask(page)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".front")).to_be_visible()
    assert focused(page) == "question"
    page.locator(".rail li a").first.click()
    expect(page.locator(".turn")).to_have_count(1)
    count = len(held.conversations())
    page.locator(".rail .remove").first.click()
    assert len(held.conversations()) == count, "one click only asks"
    page.locator(".rail .remove").first.click()
    expect(page.locator(".front")).to_be_visible()
    assert len(held.conversations()) == count - 1
    assert focused(page) != "BODY"


def test_filters_reach_the_server_and_are_said(page: Page) -> None:
    page.locator("#filters summary").click()
    page.get_by_label(re.compile("Rossa Primavera")).check()
    page.get_by_label("Known by the end of").fill("2024-04-15")
    expect(page.locator("#filters summary")).to_have_text(
        "Filters: Rossa Primavera News Agency, as of 15 April 2024"
    )
    with page.expect_request("**/v1/ask") as sent:
        ask(page)
    body = sent.value.post_data_json
    assert (body["as_of"], body["filters"]["publishers"]) == ("2024-04-15", ["Rossa Primavera News Agency"])
    expect(page.locator(".turn")).to_contain_text("As of 15 April 2024")


def test_an_answer_is_copied_with_its_citations(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, scripted.TROOPS)
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    plain = page.evaluate("navigator.clipboard.readText()")
    assert "About 700 US servicemen were in Niger, one article says. [1]" in plain
    assert "[1] “At the moment, about 700 US servicemen are still stationed in Niger.”" in plain
    page.get_by_role("button", name="Copy as Markdown").click()
    page.wait_for_timeout(300)
    markdown = page.evaluate("navigator.clipboard.readText()")
    assert "[^1]: “At the moment, about 700" in markdown


def test_a_thumb_down_takes_a_reason(page: Page, held: scripted.ScriptedNewsroom) -> None:
    ask(page)
    with page.expect_request("**/v1/feedback"):
        page.get_by_role("button", name="Something is wrong").click()
    page.get_by_label("What is wrong?").fill("The wrong Wednesday.")
    with page.expect_response("**/v1/feedback") as said:
        page.keyboard.press("Enter")
    assert said.value.status == 204
    expect(page.get_by_role("button", name="Something is wrong")).to_have_attribute("aria-pressed", "true")


def test_a_lost_connection_is_taken_up_again(page: Page, held: scripted.ScriptedNewsroom) -> None:
    page.evaluate("""() => {
        const real = window.fetch; let cut = false;
        window.fetch = async (...args) => {
            const reply = await real(...args);
            if (cut || !String(args[0]).includes("v1/ask")) return reply;
            cut = true;
            const reader = reply.body.getReader();
            const { value } = await reader.read();
            let sent = false;
            return new Response(new ReadableStream({ pull(c) {
                if (sent) { reader.cancel(); c.error(new Error("cut")); } else { sent = true; c.enqueue(value); }
            } }, { highWaterMark: 0 }), { headers: reply.headers });
        };
    }""")
    held.pause = 0.05
    ask(page, scripted.TROOPS)
    held.pause = 0.0
    expect(page.locator(".turn .claim")).to_have_count(3)
    expect(page.locator(".failed")).to_have_count(0)


@pytest.fixture
def empty(context: BrowserContext, bare: str) -> Page:
    page = context.new_page()
    page.goto(bare)
    return page


def test_an_empty_archive_offers_five_articles(empty: Page) -> None:
    expect(empty.get_by_role("heading", name="The archive is empty")).to_be_visible()
    empty.get_by_role("button", name="Try it with five articles").click()
    expect(empty.get_by_text("In the archive: 5 articles")).to_be_visible()
    empty.get_by_role("button", name="when did Russian instructors arrive").click()
    expect(empty.locator(".claim .chip").first).to_be_visible()


def test_articles_are_added_one_by_one_and_refusals_are_named(empty: Page) -> None:
    empty.get_by_role("button", name="Add articles").click()
    empty.locator("#add-files").set_input_files(
        [
            {
                "name": "bridge.txt",
                "mimeType": "text/plain",
                "buffer": b"Bridge opens\n\nThe bridge over the Aveley opened on 2 May 2024.",
            },
            {"name": "broken.bin", "mimeType": "", "buffer": b"\x00\x01\xff"},
        ]
    )
    expect(empty.locator(".said")).to_contain_text("1 new article, 1 refused.")
    expect(empty.locator(".refused")).to_contain_text("broken.bin")
    empty.keyboard.press("Escape")
    expect(empty.locator("#add")).to_be_hidden()
    assert empty.evaluate("document.activeElement.id") == "add-open"


def test_an_address_inside_the_house_is_refused_by_name(empty: Page) -> None:
    empty.get_by_role("button", name="Add articles").click()
    empty.get_by_label("Address of an article").fill("http://127.0.0.1:1/story")
    empty.get_by_role("button", name="Add", exact=True).click()
    expect(empty.locator(".said")).to_contain_text("1 refused.")
    expect(empty.locator(".refused")).to_contain_text("http://127.0.0.1:1/story")


def test_a_server_that_is_gone_is_said_and_the_question_kept(page: Page, errors: list[str]) -> None:
    page.route("**/v1/**", lambda route: route.abort())
    ask(page)
    expect(page.locator(".failed")).to_contain_text("The server does not answer")
    page.unroute("**/v1/**")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".claim").first).to_be_visible()
    errors.clear()  # the browser's own words about the aborted requests


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["320", "1440"])
def test_nothing_overflows_at_any_size(page: Page, size: tuple[int, int], scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": size[0], "height": size[1]})
    ask(page, scripted.TROOPS)
    long = "Donaudampfschifffahrtsgesellschaftskapitän" * 6
    ask(page, f"{long} مرحبا بالعالم")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.evaluate("getComputedStyle(document.body).colorScheme || ''") is not None
    page.locator(".claim .chip").first.click()
    expect(page.locator("mark.here")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for node in page.locator("#source *, #ask *").all():
        box = node.bounding_box()
        assert box is None or box["width"] < 2 or box["x"] + box["width"] <= size[0] + 1


def test_right_to_left_words_run_from_the_right(page: Page) -> None:
    ask(page, "من زار نيامي؟")
    assert page.evaluate("getComputedStyle(document.querySelector('.question')).direction") == "rtl"


def test_the_first_paint_is_light(browser: Browser, address: str) -> None:
    page = browser.new_page()
    sizes: list[int] = []
    page.on("response", lambda reply: sizes.append(len(reply.body())))
    page.goto(address)
    page.locator(".front").wait_for()
    assert sum(sizes) < 100_000
    blocking = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.renderBlockingStatus === 'blocking').map(e => e.name)"
    )
    assert [name.rpartition("/")[2] for name in blocking] == ["style.css"]
    page.close()
