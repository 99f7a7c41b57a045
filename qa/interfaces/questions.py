"""The routes of questions: asking, with or without a stream, and what was asked before."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from qa.interfaces import schemas, timelines
from qa.interfaces.gate import CallerIn, needs
from qa.interfaces.once import Nothing, Once, OnceAnswered, last
from qa.interfaces.stream import Streams
from qa.interfaces.tagged import tagged
from qa.models import Feedback
from qa.service import Newsroom

EVENTS = "text/event-stream"
_STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `Accept: text/event-stream` or `stream: true`, its making as events: "
        "`sources`, `claim`, `conflict`, `timeline`, `suggestions`, and last `done` or `error`.",
        "content": {EVENTS: {}},
    }
}


def add_routes(router: APIRouter, newsroom: Newsroom) -> None:
    once = OnceAnswered(newsroom)
    _asking(router, newsroom, once)
    _searching(router, newsroom)
    _asked(router, newsroom)
    _feedback(router, newsroom)


def _asking(router: APIRouter, newsroom: Newsroom, once: OnceAnswered) -> None:
    streams = Streams()

    @router.post("/v1/ask", tags=["questions"], response_model=schemas.AnswerOut, responses=_STREAMED)
    @needs("ask")
    async def ask(
        body: schemas.AskIn,
        request: Request,
        caller: CallerIn,
        last_event_id: Annotated[str | None, Header(max_length=200)] = None,
    ) -> schemas.AnswerOut | Response:
        """Answer a question from the articles, with verified quotes, or say why they do not answer it.

        With an `Idempotency-Key`, the same request again gets the same answer, and adds none to the conversation.
        """
        asked: dict[str, Any] = {
            "conversation": body.conversation_id, "filters": body.filters.filters(body.as_of), "mode": body.mode,
            "caller": caller,
        }  # fmt: skip
        streamed = body.stream or EVENTS in request.headers.get("accept", "")
        request_of = f"{caller.key} {body.model_dump_json()}"
        if streamed and last_event_id:
            return streams.resume(last_event_id, request_of)
        events = await once.told(request, caller, lambda: newsroom.stream(body.question, **asked))
        if streamed:
            return streams.start(events, request_of)
        return schemas.answer(await last(events))


def _searching(router: APIRouter, newsroom: Newsroom) -> None:
    @router.post("/v1/search", tags=["questions"], response_model=schemas.HitsOut)
    @needs("ask")
    def search(body: schemas.SearchIn) -> schemas.HitsOut:
        """The passages that an answer would be made from, best first."""
        found = newsroom.search(body.question, filters=body.filters.filters(body.as_of), limit=body.limit)
        return schemas.hits(found)

    @router.post("/v1/timeline", tags=["questions"], response_model=timelines.TimelineOut)
    @needs("ask")
    def timeline(body: timelines.TimelineIn) -> timelines.TimelineOut:
        """What the archive tells on a topic, in order: dated entries with verified quotes, one for each event."""
        filters = body.filters.filters(body.as_of)
        return timelines.timeline(newsroom.timeline(body.topic, filters=filters, limit=body.limit))


def _asked(router: APIRouter, newsroom: Newsroom) -> None:
    @router.get("/v1/conversations", tags=["questions"], response_model=schemas.TalksOut)
    @needs("ask")
    def conversations(
        request: Request,
        caller: CallerIn,
        before: Annotated[str | None, Query(max_length=64)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Response:
        """Conversations, the newest first. `If-None-Match` is heeded."""
        found = newsroom.conversations(before=before, limit=limit + 1, caller=caller)
        return tagged(schemas.talks(found, limit), request)

    @router.get(
        "/v1/conversations/{conversation_id}", tags=["questions"], response_model=schemas.ConversationOut
    )
    @needs("ask")
    def conversation(conversation_id: str, request: Request, caller: CallerIn) -> Response:
        """One conversation with its answers, as they were given. `If-None-Match` is heeded."""
        turns = newsroom.conversation(conversation_id, caller=caller)
        return tagged(schemas.conversation(conversation_id, turns), request)

    @router.delete("/v1/conversations/{conversation_id}", tags=["questions"], status_code=204)
    @needs("ask")
    def forget(conversation_id: str, caller: CallerIn) -> None:
        """Delete a conversation with its answers and what was thought of them."""
        newsroom.forget(conversation_id, caller=caller)

    @router.get("/v1/answers/{answer_id}", tags=["questions"], response_model=schemas.AnswerOut)
    @needs("ask")
    def answer(answer_id: str, request: Request, caller: CallerIn) -> Response:
        """One answer, as it was given. `If-None-Match` is heeded."""
        return tagged(schemas.answer(newsroom.answer(answer_id, caller=caller)), request)


def _feedback(router: APIRouter, newsroom: Newsroom) -> None:
    once = Once(newsroom.parts.archive.replies, Nothing)

    @router.post("/v1/feedback", tags=["questions"], status_code=204)
    @needs("ask")
    async def feedback(body: schemas.FeedbackIn, request: Request, caller: CallerIn) -> None:
        """Say whether an answer is good, and why; a later word replaces the earlier.

        With an `Idempotency-Key`, the same request again replaces nothing.
        """
        said = Feedback(body.answer_id, good=body.good, reason=body.reason)

        async def rated() -> Nothing:
            await run_in_threadpool(newsroom.rate, said, caller=caller)
            return Nothing()

        await once.do(request, caller, rated)
