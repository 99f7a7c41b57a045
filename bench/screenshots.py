"""Pictures of the page's main states, taken with Debian's Chromium on a real server with the five seeds.

    python -m bench.screenshots [--all]

Four go to docs/pictures; with --all, every state goes to bench/out/pictures as well.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import scripted  # noqa: E402
from browser.conftest import CHROMIUM, FLAGS  # noqa: E402
from served import served  # noqa: E402

from qa.interfaces import rest  # noqa: E402

DOCS, OUT = ROOT / "docs" / "pictures", ROOT / "bench" / "out" / "pictures"
QUESTION = "When did Russian instructors arrive in Niger?"
WIDE, PHONE, SMALL = (1440, 900), (390, 844), (320, 640)
State = Callable[[Page], None]


def asked(page: Page, words: str = QUESTION) -> None:
    page.get_by_label("Your question").fill(words)
    page.keyboard.press("Enter")
    page.locator(".turn .thumbs").last.wait_for()


def opened(page: Page) -> None:
    asked(page)
    page.locator(".claim .chip").first.click()
    page.locator("mark.here").wait_for()


def carded(page: Page) -> None:
    asked(page)
    page.locator(".claim .chip").first.hover()
    page.locator("#card").wait_for()


def disagreed(page: Page) -> None:
    asked(page, scripted.TROOPS)


def dated(page: Page) -> None:
    disagreed(page)
    page.locator(".claim .date").first.hover()


def unanswered(page: Page) -> None:
    asked(page, "When did French instructors arrive in Niger?")


def stopped(page: Page) -> None:
    page.get_by_label("Your question").fill(scripted.SLOW)
    page.keyboard.press("Enter")
    page.locator(".progress").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.locator(".failed").wait_for()


def failed(page: Page) -> None:
    page.get_by_label("Your question").fill(scripted.BROKEN)
    page.keyboard.press("Enter")
    page.locator(".failed").wait_for()


def waiting(page: Page) -> None:
    page.get_by_label("Your question").fill(scripted.SLOW)
    page.keyboard.press("Enter")
    page.get_by_text("Reading 5 articles").wait_for()


def adding(page: Page) -> None:
    page.get_by_role("button", name="Add articles").click()
    page.locator("#add input[type=file]").set_input_files(
        [{"name": "broken.bin", "mimeType": "", "buffer": b"\x00\x01\xff\xfe"}]
    )
    page.locator(".refused li").first.wait_for()


def filtering(page: Page) -> None:
    page.locator("#filters summary").click()
    page.locator("#outlets input").first.check()
    page.locator("#as-of").fill("2024-04-15")


def gone(page: Page) -> None:
    page.route("**/v1/**", lambda route: route.abort())
    page.reload()
    page.get_by_role("heading", name="The server does not answer").wait_for()


def nothing(page: Page) -> None:
    page.locator(".front").wait_for()


def drawer(page: Page) -> None:
    asked(page)
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.wait_for_timeout(300)


def operating(page: Page) -> None:
    """What became of some questions, with a feed that fails and an article that was refused."""
    for words in (QUESTION, scripted.TROOPS, "When did French instructors arrive in Niger?", QUESTION):
        asked(page, words)
    page.locator(".turn .thumbs button").first.click()
    server = page.evaluate("location.origin")
    broken = {
        "files": {"name": "scan.bin", "mimeType": "application/octet-stream", "buffer": b"\x00\x01\xff\xfe"}
    }
    page.request.post(f"{server}/v1/articles", multipart=broken)
    page.request.post(f"{server}/v1/feeds", data={"url": "http://feeds.invalid/news.xml"})
    for _ in range(50):
        if page.request.get(f"{server}/v1/stats").json()["feeds_failing"]:
            break
        page.wait_for_timeout(100)
    page.goto(f"{server}/operator")
    page.locator(".figures").wait_for()


STATES: dict[str, tuple[State, tuple[int, int], str, bool]] = {
    "empty": (nothing, PHONE, "light", False),
    "front": (nothing, WIDE, "light", True),
    "answer": (opened, (1030, 620), "light", True),
    "card": (carded, WIDE, "light", True),
    "disagree": (disagreed, (820, 1080), "dark", True),
    "disagree-light": (disagreed, (1100, 1250), "light", True),
    "date": (dated, WIDE, "light", True),
    "unanswered": (unanswered, WIDE, "light", True),
    "stopped": (stopped, WIDE, "light", True),
    "failed": (failed, WIDE, "dark", True),
    "waiting": (waiting, WIDE, "light", True),
    "adding": (adding, WIDE, "light", True),
    "filters": (filtering, WIDE, "light", True),
    "gone": (gone, WIDE, "light", True),
    "empty-wide": (nothing, WIDE, "dark", False),
    "phone": (asked, PHONE, "light", True),
    "phone-dark": (disagreed, PHONE, "dark", True),
    "phone-article": (opened, PHONE, "light", True),
    "small": (disagreed, SMALL, "light", True),
    "small-drawer": (drawer, SMALL, "light", True),
    "operator": (operating, (1440, 1000), "light", True),
    "operator-dark": (operating, (1440, 2600), "dark", True),
    "operator-phone": (operating, PHONE, "light", True),
    "operator-phone-dark": (operating, (390, 4600), "dark", True),
    "tablet-article": (opened, (820, 1100), "light", True),
}
KEPT = ("answer", "disagree", "phone", "empty", "operator")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("names", nargs="*", choices=[*STATES, []])
    options = parser.parse_args()
    names = options.names or (list(STATES) if options.all else list(KEPT))
    DOCS.mkdir(parents=True, exist_ok=True)
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in names:
            folder = OUT if options.all or options.names else DOCS
            take(browser, name, folder)
        browser.close()
    return 0


def take(browser: Browser, name: str, folder: Path) -> None:
    state, (width, height), scheme, seeded = STATES[name]
    with (
        tempfile.TemporaryDirectory() as home,
        scripted.newsroom(Path(home), seeded=seeded) as newsroom,
        served(rest.app(newsroom)) as address,
    ):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
        )
        page = context.new_page()
        page.on("console", lambda message: print(f"  {name}: {message.text}", file=sys.stderr))
        page.on("pageerror", lambda error: print(f"  {name}: {error}", file=sys.stderr))
        page.goto(address)
        page.locator(".front").wait_for()
        page.wait_for_timeout(200)
        state(page)
        page.wait_for_timeout(300)
        path = folder / f"{name}.png"
        page.screenshot(path=path)
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1000:.0f} kB")
        context.close()


if __name__ == "__main__":
    raise SystemExit(main())
