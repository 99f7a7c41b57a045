"""What the documentation shows is what Slack is sent."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from conftest import ROOT
from scripted import newsroom, troops
from slack_server import checked
from slack_view import drawn

from qa.interfaces.slack import blocks


def test_the_page_shows_an_answer_as_it_comes(tmp_path: Path) -> None:
    with newsroom(tmp_path) as held:
        answer = replace(troops(held), id="0" * 32)
    shown = blocks.message(answer, page="https://dateline.paper.example").blocks
    page = (ROOT / "docs/slack.md").read_text("utf-8")
    found = re.search(r"<!-- drawn -->\n```text\n(.*?)```\n", page, re.S)
    assert found is not None
    assert drawn(checked(shown)) == found[1]
