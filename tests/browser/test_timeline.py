"""A timeline of the seeds on the page, as the archive really tells it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

QUESTION = "Timeline of Russian instructors in Niger"


@pytest.fixture
def told(page: Page) -> Page:
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".turn .thumbs").last.wait_for()
    return page


def test_entries_stand_in_order_with_days_quotes_and_how_they_are_known(told: Page) -> None:
    entries = told.get_by_role("region", name="Timeline").get_by_role("listitem")
    days = entries.locator(".date").all_inner_texts()
    assert days.index("16 March 2024") < days.index("10 April 2024") < days.index("12 April 2024")
    assert "March 2024" in days, "a whole month goes by its name"
    assert "December 2023" not in days, (
        "that is when the agreement was signed, and not what the sentence tells"
    )
    arrival = entries.filter(has_text="on Wednesday")
    expect(arrival).to_contain_text("10 April 2024 · inferred · 2 independent origins")
    expect(entries.filter(has_text="informed on April 12")).to_contain_text("12 April 2024 · told then")


def test_an_entry_tells_why_and_opens_its_quote(told: Page) -> None:
    arrival = told.locator(".timeline li").filter(has_text="on Wednesday")
    expect(arrival.locator(".date")).to_have_attribute(
        "aria-label", re.compile("Wednesday.*placed.*12 April 2024")
    )
    arrival.locator(".chip").first.click()
    expect(told.locator("mark.here")).to_contain_text("on Wednesday")


def test_a_copy_has_the_timeline(told: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    told.get_by_role("button", name="Copy", exact=True).click()
    expect(told.get_by_role("button", name="Copied")).to_be_visible()
    plain = told.evaluate("navigator.clipboard.readText()")
    assert "16 March 2024: On March 16, 2024, the new authorities of Niger decided" in plain
    assert "10 April 2024 (inferred): " in plain
