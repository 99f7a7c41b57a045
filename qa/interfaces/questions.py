"""The routes of questions: asking, with or without a stream, and what was asked before."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from qa.interfaces import schemas, timelines
from qa.interfaces.gate import CallerIn, needs
from qa.interfaces.stream import Streams
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
    _asking(router, newsroom)
    _asked(router, newsroom)


def _asking(router: APIRouter, newsroom: Newsroom) -> None:
    streams = Streams()

    @router.post("/v1/ask", tags=["questions"], response_model=schemas.AnswerOut, responses=_STREAMED)
    @needs("ask")
    async def ask(
        body: schemas.AskIn,
        request: Request,
        caller: CallerIn,
        last_event_id: Annotated[str | None, Header(max_length=200)] = None,
    ) -> schemas.AnswerOut | Response:
        """Answer a question from the articles, with verified quotes, or say why they do not answer it."""
        asked: dict[str, Any] = {
            "conversation": body.conversation_id, "filters": body.filters.filters(body.as_of), "mode": body.mode,
            "caller": caller,
        }  # fmt: skip
        if not (body.stream or EVENTS in request.headers.get("accept", "")):
            return schemas.answer(await newsroom.ask(body.question, **asked))
        request_of = f"{caller.key} {body.model_dump_json()}"
        if last_event_id:
            return streams.resume(last_event_id, request_of)
        return streams.start(newsroom.stream(body.question, **asked), request_of)

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
        caller: CallerIn,
        before: Annotated[str | None, Query(max_length=64)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> schemas.TalksOut:
        """Conversations, the newest first."""
        return schemas.talks(newsroom.conversations(before=before, limit=limit + 1, caller=caller), limit)

    @router.get(
        "/v1/conversations/{conversation_id}", tags=["questions"], response_model=schemas.ConversationOut
    )
    @needs("ask")
    def conversation(conversation_id: str, caller: CallerIn) -> schemas.ConversationOut:
        """One conversation with its answers, as they were given."""
        return schemas.conversation(conversation_id, newsroom.conversation(conversation_id, caller=caller))

    @router.delete("/v1/conversations/{conversation_id}", tags=["questions"], status_code=204)
    @needs("ask")
    def forget(conversation_id: str, caller: CallerIn) -> None:
        """Delete a conversation with its answers and what was thought of them."""
        newsroom.forget(conversation_id, caller=caller)

    @router.get("/v1/answers/{answer_id}", tags=["questions"], response_model=schemas.AnswerOut)
    @needs("ask")
    def answer(answer_id: str, caller: CallerIn) -> schemas.AnswerOut:
        """One answer, as it was given."""
        return schemas.answer(newsroom.answer(answer_id, caller=caller))

    @router.post("/v1/feedback", tags=["questions"], status_code=204)
    @needs("ask")
    def feedback(body: schemas.FeedbackIn, caller: CallerIn) -> None:
        """Say whether an answer is good, and why; a later word replaces the earlier."""
        newsroom.rate(Feedback(body.answer_id, good=body.good, reason=body.reason), caller=caller)
