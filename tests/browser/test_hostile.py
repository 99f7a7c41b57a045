"""Whatever articles and models say, it is shown as text: nothing runs, nothing loads, nothing leads where it does not say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import scripted
from conftest import draft, shared
from playwright.sync_api import BrowserContext, Page, Route, expect
from served import served

from qa.interfaces import rest
from qa.models import Answer, Claim, Conflict, ConflictValue, Moment

LINKS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "vbscript:x", "file:///etc/passwd", "//evil.example/x", "https://paper.example@evil.example/", "https://user:pw@evil.example/",
]  # fmt: skip
ALIVE = """() => document.querySelectorAll(
    'img, iframe, object, embed, video, audio, base, form[action], a[ping], [onload], [onerror], [srcset], [poster], [style*=url]'
).length + [...document.querySelectorAll('link, meta, script')].filter(node => !document.head.contains(node)).length"""


def attacks() -> dict[str, str]:
    found: dict[str, str] = json.loads(shared("security/own/markdown_exfil_xss.json").read_text("utf-8"))
    return found


def poisoned(newsroom: scripted.ScriptedNewsroom, name: str, attack: str) -> str:
    """An article with the attack as its title, outlet and text, and an answer that repeats it everywhere."""
    question = f"What of {name}?"
    newsroom.ingest(
        [
            draft(
                f"{attack}\n\nOf {name} it says {attack}.",
                id=name,
                title=attack,
                publisher=attack,
                authors=(attack,),
            )
        ]
    )
    cited = scripted.cite(newsroom, 1, name, f"Of {name} it says {attack}.")
    text = f"{attack} [1]"
    newsroom.script[question] = Answer(
        status="answered", reason=None, text=text, question=question, standalone_question=question, mode="model", model=attack,
        claims=(Claim(attack, 0, len(attack), (1,)),), citations=(cited,), articles=1, origins=1,
        conflicts=(Conflict(attack, (ConflictValue(attack, (1,)), ConflictValue(attack, (1,)))),),
        timeline=(Moment(attack, None, None, "unknown", (1,), attack),), suggestions=(attack,), notes=(attack,),
    )  # fmt: skip
    return question


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[scripted.ScriptedNewsroom]:
    with scripted.newsroom(tmp_path_factory.mktemp("hostile"), seeded=False) as made:
        yield made


@pytest.fixture(scope="module")
def there(hostile: scripted.ScriptedNewsroom) -> Iterator[str]:
    with served(rest.app(hostile)) as found:
        yield found


@pytest.fixture
def watched(context: BrowserContext, there: str) -> Iterator[tuple[Page, list[str]]]:
    page = context.new_page()
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("console", lambda message: seen.append(message.text) if message.type == "error" else None)
    page.on("popup", lambda popup: seen.append(f"popup {popup.url}"))
    page.goto(there)
    yield page, seen
    assert seen == []


def test_all_of_the_shared_attacks_stay_text(
    watched: tuple[Page, list[str]], hostile: scripted.ScriptedNewsroom, there: str
) -> None:
    page, _ = watched
    for number, (name, attack) in enumerate(attacks().items()):
        question = poisoned(hostile, name, attack)
        page.goto(f"{there}/#/")
        page.get_by_label("Your question").fill(question)
        page.keyboard.press("Enter")
        expect(page.locator(".thumbs").last).to_be_visible()
        turn = page.locator(".turn").last
        assert attack in turn.locator(".claim").text_content()  # type: ignore[operator]
        turn.locator(".claim .chip").hover()
        assert attack in page.locator("#card").text_content()  # type: ignore[operator]
        turn.locator(".claim .chip").click()
        expect(page.locator("mark.here")).to_be_visible()
        assert page.locator("mark.here").text_content() == f"Of {name} it says {attack}."
        assert page.evaluate(ALIVE) == 0, name
        page.keyboard.press("Escape")
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".headlines li")).to_have_count(min(6, number + 1))
        assert page.evaluate(ALIVE) == 0, name
        assert page.url.startswith(there), name


@pytest.mark.parametrize("url", LINKS)
def test_an_address_that_is_none_is_no_link(
    watched: tuple[Page, list[str]], hostile: scripted.ScriptedNewsroom, there: str, url: str
) -> None:
    page, _ = watched
    page.route("**/v1/articles/*", _with(url))
    question = poisoned(hostile, "link", "words")
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    page.locator(".claim .chip").click()
    expect(page.locator("mark.here")).to_be_visible()
    expect(page.locator(".facts .address")).to_have_count(1)
    expect(page.locator("#source a")).to_have_count(0)


def _with(url: str) -> Callable[[Route], None]:
    """The article that is asked for, with another address."""

    def answer(route: Route) -> None:
        route.fulfill(json=route.fetch().json() | {"url": url})

    return answer


def test_a_link_shows_the_address_it_goes_to(
    watched: tuple[Page, list[str]], hostile: scripted.ScriptedNewsroom
) -> None:
    page, _ = watched
    shown = {
        "https://paper.example/a?b=c": "https://paper.example/a?b=c",
        "https://раураl.example/": "https://xn--l-7sba6dbr.example/",
    }
    question = poisoned(hostile, "shown", "words")
    for url, address in shown.items():
        page.route("**/v1/articles/*", _with(url))
        page.get_by_label("Your question").fill(question)
        page.keyboard.press("Enter")
        page.locator(".claim .chip").last.click()
        link = page.locator("#source a")
        expect(link).to_have_text(address)
        expect(link).to_have_attribute("href", address)
        expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
        page.keyboard.press("Escape")
        page.unroute("**/v1/articles/*")


def test_copied_markdown_has_no_live_parts(
    watched: tuple[Page, list[str]], hostile: scripted.ScriptedNewsroom
) -> None:
    page, _ = watched
    given = replace(
        hostile.script[poisoned(hostile, "copy", "![x](https://evil.example/) <img src=x> [a][b]")], id="x"
    )
    wire = rest.schemas.answer(given).model_dump(mode="json")
    made: str = page.evaluate("async (answer) => (await import('/web/copy.js')).markdown(answer)", wire)
    assert "![" not in made.replace("\\!", "")
    assert "](https" not in made
    assert "<img" not in made.replace("\\<", "")


def test_a_file_name_is_text_too(watched: tuple[Page, list[str]], tmp_path: Path) -> None:
    page, _ = watched
    page.get_by_role("button", name="Add articles").click()
    page.locator("#add-files").set_input_files(
        [{"name": "<img src=x onerror=alert(1)>.bin", "mimeType": "", "buffer": b"\x00\xff"}]
    )
    expect(page.locator(".refused li")).to_contain_text("onerror=alert(1)")
    assert page.evaluate(ALIVE) == 0
