"""What happens on each of Slack's events: handlers on Bolt, the same for HTTP and for Socket Mode.

A delivery passes `_gate` before anything is done for it: whose it is, whether it is a question at all, whether it was
taken before. It is acknowledged once the archive has it, and only then is work begun.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from qa.errors import NotFound
from qa.interfaces.slack import blocks, home, slash, words
from qa.interfaces.slack.calls import nicety
from qa.interfaces.slack.desk import CROWDED, Asking, Desk, Identity
from qa.models import Feedback
from qa.ports import SlackPosting, SlackThread
from qa.settings import Settings

Body = dict[str, Any]
Next = Callable[[], Awaitable[BoltResponse]]

FOREIGN = "Dateline answers people of its own workspace only."
ELSEWHERE = "Dateline does not answer in this channel. Write to it directly, or ask where it was set up."
SUBTYPES = frozenset({None, "thread_broadcast", "file_share"})
TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,8}")
ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")
quiet = logging.getLogger(f"{__name__}.bolt")
quiet.setLevel(logging.ERROR)  # at lower levels Bolt logs what people write


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that asks something."""

    thread: SlackThread
    user: str
    ts: str
    question: str
    direct: bool
    posting: SlackPosting


def made(desk: Desk, settings: Settings) -> AsyncApp:
    """The application; requests over HTTP must be verified before they come here, and are once more."""

    async def authorize() -> AuthorizeResult:
        known = await desk.identity()
        return AuthorizeResult(
            enterprise_id=known.enterprise or None, team_id=known.team, bot_user_id=known.user, bot_id=known.bot,
            bot_token=settings.slack_bot_token,
        )  # fmt: skip

    app = AsyncApp(
        name="dateline", logger=quiet, client=desk.client, authorize=authorize,
        signing_secret=settings.slack_signing_secret,
    )  # fmt: skip
    Handlers(desk, Rules.of(settings)).add_to(app)
    return app


@dataclass(frozen=True, slots=True)
class Rules:
    """Who is answered, and where. Empty is the bot's own workspace, and every channel."""

    teams: frozenset[str]
    channels: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> Rules:
        return cls(frozenset(settings.slack_teams.split()), frozenset(settings.slack_channels.split()))

    def knows(self, teams: set[str], bot: Identity) -> bool:
        """Whether everyone is from a workspace that is answered; people of a shared channel may not be."""
        return bool(teams) and teams <= (self.teams or {bot.team, bot.enterprise} - {""})


class Handlers:
    def __init__(self, desk: Desk, rules: Rules) -> None:
        self._desk, self._rules = desk, rules

    def add_to(self, app: AsyncApp) -> None:
        app.middleware(self._gate)
        for name in ("app_mention", "message"):
            app.event(name)(self._question)
        app.event("app_home_opened")(self._opened)
        app.event("assistant_thread_started")(self._prompts)
        app.event("assistant_thread_context_changed")(_nothing)
        app.event("app_context_changed")(_nothing)
        app.command(re.compile(r"/.+"))(self._command)
        app.action("feedback")(self._feedback)
        app.action("share")(self._share)
        app.action(re.compile(r"open|source_\d+"))(_nothing)
        app.view("why")(self._why)

    # -- what gets in --------------------------------------------------------------------------------------

    async def _gate(self, req: AsyncBoltRequest, body: Body, context: AsyncBoltContext, next: Next) -> Any:
        """Bolt's `next` goes on; a response without it ends the delivery, acknowledged and with nothing done."""
        bot = await self._desk.identity()
        done = BoltResponse(status=200, body="")
        if not self._rules.knows(_teams(body), bot):
            return _told(body, FOREIGN)
        event = body.get("event")
        if not isinstance(event, dict):
            return await next() if self._may_ask_in(_place(body)) else _told(body, ELSEWHERE)
        if event.get("type") in ("app_mention", "message"):
            return await self._message(body, event, context, next, bot) or done
        return await next() if _is_whole(event) else done

    def _may_ask_in(self, channel: str) -> bool:
        """Direct messages and the Home tab are always allowed."""
        return not self._rules.channels or channel in self._rules.channels or channel[:1] in ("", "D")

    async def _message(
        self, body: Body, event: Body, context: AsyncBoltContext, next: Next, bot: Identity
    ) -> Any:  # fmt: skip
        asked = _asked(body, event, bot)
        if asked is None or not await self._is_for_us(asked, event):
            return None
        thread = asked.thread
        if not (asked.direct or self._may_ask_in(thread.channel)):
            if await self._desk.store.admit(asked.posting.id, _name(asked)):
                self._privately(asked, ELSEWHERE)
            return None
        # Once by event, which Slack sends again until it is acknowledged, and once by message, which is told twice
        # where it both mentions the bot and stands in a thread.
        names = (asked.posting.id, _name(asked))
        crowded = self._desk.crowded()
        if not await self._desk.store.admit(*names, posting=None if crowded else asked.posting):
            return None
        if slow := (CROWDED if crowded else self._desk.too_fast(thread.team, asked.user)):
            await self._desk.store.finished(asked.posting)
            self._privately(asked, slow)
            return None
        context["asked"] = asked
        return await next()

    async def _is_for_us(self, asked: Asked, event: Body) -> bool:
        mentioned = event["type"] == "app_mention"
        if words.is_talk(asked.question) and not (mentioned and not asked.question):
            return False
        if mentioned or asked.direct:
            return True
        said = event["text"]
        bot = (await self._desk.identity()).user
        # A mention comes as an event of its own.
        if f"<@{bot}" in said or words.for_somebody_else(said, bot=bot) or asked.thread.ts == asked.ts:
            return False
        return await self._desk.store.conversation(asked.thread) is not None

    def _privately(self, asked: Asked, said: str) -> None:
        thread = asked.thread
        self._desk.begin(
            nicety(
                lambda: self._desk.client.chat_postEphemeral(
                    channel=thread.channel, user=asked.user, thread_ts=thread.ts, text=said
                )
            )
        )

    # -- handlers ------------------------------------------------------------------------------------------

    async def _question(self, context: AsyncBoltContext) -> None:
        asked: Asked = context["asked"]
        if not asked.question:
            self._desk.begin(self._desk.remark(asked.posting, blocks.note(home.HOW)))
            return
        self._desk.ask(
            Asking(
                asked.posting, asked.question, context["say_stream"], context["set_status"],
                suggest=_suggesting(context) if asked.direct else None,
            )
        )  # fmt: skip

    async def _opened(self, event: Body, body: Body, context: AsyncBoltContext) -> None:
        if event.get("tab") == "messages":
            self._desk.begin(self._prompt(context))
        elif event.get("tab", "home") == "home" and _is_id(event.get("user")):
            team = str(body.get("team_id", ""))
            self._desk.begin(home.show(self._desk, team, event["user"]))

    async def _prompts(self, context: AsyncBoltContext) -> None:
        self._desk.begin(self._prompt(context))

    async def _prompt(self, context: AsyncBoltContext) -> None:
        prompts = await home.prompts(self._desk)
        suggest = context.get("set_suggested_prompts")
        if prompts and suggest is not None:
            await nicety(lambda: suggest(prompts=prompts, title="Ask the archive"))

    async def _command(self, ack: Any, command: Body, respond: Any) -> None:
        await slash.command(self._desk, ack, command, respond)

    async def _share(self, ack: Any, body: Body, action: Body, respond: Any) -> None:
        await ack()
        self._desk.begin(slash.share(self._desk, body, str(action.get("value", "")), respond))

    async def _feedback(self, ack: Any, body: Body, action: Body, context: AsyncBoltContext) -> None:
        await ack()
        verdict, _, answer = str(action.get("value", "")).partition(":")
        if verdict not in ("good", "bad") or not await self._rated(answer, good=verdict == "good"):
            return
        if verdict == "bad" and body.get("trigger_id"):
            view = home.why(answer)
            await nicety(lambda: self._desk.client.views_open(trigger_id=body["trigger_id"], view=view))

    async def _why(self, ack: Any, view: Body) -> None:
        await ack()
        said = view["state"]["values"]["why"]["why"].get("value") or ""
        await self._rated(str(view.get("private_metadata", "")), good=False, reason=words.clean(said)[:2000])

    async def _rated(self, answer: str, *, good: bool, reason: str = "") -> bool:
        try:
            await self._desk.store.work(
                lambda: self._desk.newsroom.rate(Feedback(answer, good=good, reason=reason))
            )
        except NotFound:
            return False  # forgotten since
        return True


def _told(body: Body, said: str) -> BoltResponse:
    """Ends a delivery: who typed a command reads why, all else is acknowledged in silence."""
    reply = {"response_type": "ephemeral", "text": said} if "command" in body else ""
    return BoltResponse(status=200, body=reply)


async def _nothing(ack: Any) -> None:
    await ack()


def _suggesting(context: AsyncBoltContext) -> Callable[[tuple[str, ...]], Awaitable[Any]] | None:
    suggest = context.get("set_suggested_prompts")
    if suggest is None:
        return None
    return lambda questions: suggest(prompts=list(questions[:4]), title="Ask next")


# -- reading a delivery ------------------------------------------------------------------------------------


def _teams(body: Body) -> set[str]:
    """Of the workspace that sends this, and of whoever caused it."""
    event = body.get("event")
    found = {body.get("team_id"), (body.get("team") or {}).get("id") if "team" in body else None}
    if "user" in body and isinstance(body["user"], dict):
        found.add(body["user"].get("team_id"))
    if isinstance(event, dict):
        found |= {event.get(name) for name in ("team", "user_team", "source_team")}
    return {team for team in found if isinstance(team, str) and team}


def _place(body: Body) -> str:
    """The channel of a command or an interaction; empty where it is in none."""
    channel = body.get("channel_id") or body.get("channel") or ""
    found = channel.get("id", "") if isinstance(channel, dict) else channel
    return found if isinstance(found, str) else ""


def _asked(body: Body, event: Body, bot: Identity) -> Asked | None:
    """What a person says in a message; None for a bot's, an edit, or what is not whole."""
    channel, ts, user, text = (event.get(name) for name in ("channel", "ts", "user", "text"))
    root = event.get("thread_ts") or ts
    whole = _is_id(channel) and _is_id(user) and _is_ts(ts) and _is_ts(root) and isinstance(text, str)
    delivery, team = body.get("event_id"), body.get("team_id")
    if (
        not whole
        or not isinstance(delivery, str)
        or not 0 < len(delivery) <= 100
        or not isinstance(team, str)
    ):
        return None
    if event.get("bot_id") or event.get("subtype") not in SUBTYPES or event.get("hidden") or user == bot.user:
        return None
    thread = SlackThread(team, str(channel), str(root))
    posting = SlackPosting(id=delivery, thread=thread, user=str(user), asked_ts=str(ts))
    question = words.asked(str(text), bot=bot.user)
    return Asked(thread, str(user), str(ts), question, event.get("channel_type") == "im", posting)


def _is_whole(event: Body) -> bool:
    """Whether an event that is no message names its person or its thread."""
    thread = event.get("assistant_thread")
    if isinstance(thread, dict):
        return _is_id(thread.get("channel_id")) and _is_ts(thread.get("thread_ts"))
    return _is_id(event.get("user")) and thread is None


def _name(asked: Asked) -> str:
    return f"message:{asked.thread.team}:{asked.thread.channel}:{asked.ts}"


def _is_ts(value: object) -> bool:
    return isinstance(value, str) and TS.fullmatch(value) is not None


def _is_id(value: object) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None
