"""`/ask`: an answer for one person's eyes, and sharing it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from qa.errors import NotFound, QaError
from qa.interfaces.slack import blocks, calls, home, words
from qa.interfaces.slack.blocks import Message
from qa.interfaces.slack.calls import SlackTrouble
from qa.interfaces.slack.desk import CROWDED, FAILED, Desk
from qa.ports import SlackPosting, SlackThread

GONE = "This answer was forgotten in the meantime. Ask again to share it."
log = logging.getLogger(__name__)

Body = dict[str, Any]


async def command(desk: Desk, ack: Any, given: Body, respond: Any) -> None:
    """Acknowledge with a word about what happens now, and answer later."""
    team, user, channel = (str(given.get(name, "")) for name in ("team_id", "user_id", "channel_id"))
    question = words.asked(str(given.get("text", "")), bot="")
    if not question or question.casefold() == "help":
        await ack(**_private(blocks.note(home.HOW)))
        return
    posting = SlackPosting(
        id=f"command:{given.get('trigger_id', '')}"[:120], thread=SlackThread(team, channel, ""), user=user, asked_ts="",
    )  # fmt: skip
    crowded = desk.crowded()
    if not await desk.store.admit(posting.id, posting=None if crowded else posting):
        await ack()
        return
    if slow := (CROWDED if crowded else desk.too_fast(team, user)):
        await ack(**_private(blocks.note(slow)))
        return
    await ack(**_private(blocks.note("Looking through the articles …")))
    desk.begin(_answer(desk, posting, question, respond))


async def _answer(desk: Desk, posting: SlackPosting, question: str, respond: Any) -> None:
    try:
        answer = await desk.alone(posting, question)
        said = blocks.message(answer, page=desk.page, private=True)
    except QaError as error:
        said = blocks.note(str(error))
    except Exception:
        log.exception("A command from Slack could not be answered")
        said = blocks.note(FAILED)
    await _responded(lambda: respond(**_private(said), replace_original=True))
    await desk.store.finished(posting)


async def share(desk: Desk, body: Body, answer_id: str, respond: Any) -> None:
    """Put a private answer into the channel, once, with who shared it."""
    user = str(body["user"]["id"])
    place = body.get("container") or {}
    name = f"share:{answer_id[:40]}:{place.get('channel_id', '')}:{place.get('message_ts', '')}"
    if not await desk.store.admit(name[:300]):
        return
    try:
        answer = await desk.store.work(lambda: desk.newsroom.answer(answer_id))
    except NotFound:
        await _responded(lambda: respond(**_private(blocks.note(GONE)), replace_original=False))
        return
    said = blocks.message(answer, page=desk.page, shared_by=user)
    sent = {"text": said.text, "blocks": said.blocks, "unfurl_links": False, "unfurl_media": False}
    await _responded(lambda: respond(**sent, response_type="in_channel", delete_original=True), once=True)


def _private(said: Message) -> Body:
    return {"text": said.text, "blocks": said.blocks, "response_type": "ephemeral"}


async def _responded(make: Callable[[], Any], *, once: bool = False) -> None:
    try:
        await calls.respond(make, once=once)
    except SlackTrouble as trouble:
        log.warning("A command's answer did not reach Slack: %s", trouble)
