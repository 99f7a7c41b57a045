"""The Home tab, the prompts to begin with, and how to ask."""

from __future__ import annotations

from typing import Any

from qa.errors import NotFound
from qa.interfaces.slack import blocks
from qa.interfaces.slack.blocks import Block
from qa.interfaces.slack.calls import call
from qa.interfaces.slack.desk import Desk
from qa.interfaces.slack.words import clean, count, cut, day
from qa.models import Answer
from qa.service import Newsroom

HOW = (
    "Ask about the news in the archive: mention me in a channel, write to me directly, or use /ask for an answer "
    "that only you see. In a thread where I was asked, just go on asking. Every sentence of an answer stands on quotes "
    "that were checked against their articles."
)
OUTLETS, RECENT, PROMPTS = 12, 8, 4


async def show(desk: Desk, team: str, user: str) -> None:
    """Publish the Home tab of one person."""
    own = await desk.store.asked(team, user, limit=RECENT)
    view = await desk.store.work(lambda: _view(desk.newsroom, own, desk.page))
    await call(lambda: desk.client.views_publish(user_id=user, view=view))


def _view(newsroom: Newsroom, own: list[str], page: str) -> dict[str, Any]:
    names, days = newsroom.outlets(), newsroom.published()
    outlets = ", ".join(f"{name} ({number})" for name, number in names[:OUTLETS])
    more = len(names) - OUTLETS
    held = [
        f"{count(_articles(newsroom), 'article')} of {count(len(names), 'outlet')}",
        f"Published {day(days[0])} to {day(days[1])}" if days else "No article carries a date",
    ]
    parts: list[Block] = [
        _header("Dateline"), _said(HOW),
        _header("What it knows"), _said("\n".join(held)),
    ]  # fmt: skip
    if outlets:
        parts.append(_said(cut(clean(outlets), 2_000) + (f" and {more} more" if more > 0 else "")))
    parts.append(_header("Your last questions"))
    asked = [_recent(answer) for answer in _answers(newsroom, own)]
    parts += asked or [_said("None yet. Write a message to begin.")]
    if page and blocks.web(page):
        parts.append(
            {"type": "actions", "elements": [blocks.button("Open Dateline", action="open", url=page)]}
        )
    return {"type": "home", "blocks": parts}


def _articles(newsroom: Newsroom) -> int:
    return int(str(newsroom.health()["articles"]))


def _answers(newsroom: Newsroom, own: list[str]) -> list[Answer]:
    found = []
    for answer_id in own:
        try:
            found.append(newsroom.answer(answer_id))
        except NotFound:  # forgotten since
            continue
    return found


def _recent(answer: Answer) -> Block:
    said = answer.claims[0].text if answer.claims else "Not answered by these articles."
    return blocks.pair(cut(clean(answer.question), 300), cut(clean(said), 300))


async def prompts(desk: Desk) -> list[dict[str, str]]:
    """Questions to begin with: about the newest articles, so that the archive can answer them."""
    latest = await desk.store.work(lambda: desk.newsroom.latest(limit=PROMPTS * 2))
    titles = [" ".join(clean(article.title).split()) for article in latest if article.title.strip()]
    return [
        {"title": cut(title, 60), "message": f"What is reported about “{cut(title, 200)}”?"}
        for title in titles[:PROMPTS]
    ]


def why(answer_id: str) -> dict[str, Any]:
    """A form that asks what was wrong with an answer."""
    field = {
        "type": "plain_text_input", "action_id": "why", "multiline": True, "max_length": 2000,
    }  # fmt: skip
    asked = {
        "type": "input", "block_id": "why", "element": field, "optional": True,
        "label": {"type": "plain_text", "text": "What was wrong with the answer?"},
    }  # fmt: skip
    return {
        "type": "modal", "callback_id": "why", "private_metadata": answer_id, "blocks": [asked],
        "title": {"type": "plain_text", "text": "Bad answer"},
        "submit": {"type": "plain_text", "text": "Send"},
        "close": {"type": "plain_text", "text": "Skip"},
    }  # fmt: skip


def _header(words: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": words}}


def _said(words: str) -> Block:
    return {"type": "section", "text": {"type": "plain_text", "text": words, "emoji": False}}
