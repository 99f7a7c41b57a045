"""The routes of questions: asking, with or without a stream, and what was asked before."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from qa.interfaces import schemas
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
    async def ask(
        body: schemas.AskIn,
        request: Request,
        last_event_id: Annotated[str | None, Header(max_length=200)] = None,
    ) -> schemas.AnswerOut | Response:
        """Answer a question from the articles, with verified quotes, or say why they do not answer it."""
        asked: dict[str, Any] = {
            "conversation": body.conversation_id, "filters": body.filters.filters(body.as_of), "mode": body.mode,
        }  # fmt: skip
        if not (body.stream or EVENTS in request.headers.get("accept", "")):
            return schemas.answer(await newsroom.ask(body.question, **asked))
        if last_event_id:
            return streams.resume(last_event_id, body.model_dump_json())
        return streams.start(newsroom.stream(body.question, **asked), body.model_dump_json())

    @router.post("/v1/search", tags=["questions"], response_model=schemas.HitsOut)
    def search(body: schemas.SearchIn) -> schemas.HitsOut:
        """The passages that an answer would be made from, best first."""
        found = newsroom.search(body.question, filters=body.filters.filters(body.as_of), limit=body.limit)
        return schemas.hits(found)


def _asked(router: APIRouter, newsroom: Newsroom) -> None:
    @router.get("/v1/conversations", tags=["questions"], response_model=schemas.TalksOut)
    def conversations(
        before: Annotated[str | None, Query(max_length=64)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> schemas.TalksOut:
        """Conversations, the newest first."""
        return schemas.talks(newsroom.conversations(before=before, limit=limit + 1), limit)

    @router.get(
        "/v1/conversations/{conversation_id}", tags=["questions"], response_model=schemas.ConversationOut
    )
    def conversation(conversation_id: str) -> schemas.ConversationOut:
        """One conversation with its answers, as they were given."""
        return schemas.conversation(conversation_id, newsroom.conversation(conversation_id))

    @router.delete("/v1/conversations/{conversation_id}", tags=["questions"], status_code=204)
    def forget(conversation_id: str) -> None:
        """Delete a conversation with its answers and what was thought of them."""
        newsroom.forget(conversation_id)

    @router.get("/v1/answers/{answer_id}", tags=["questions"], response_model=schemas.AnswerOut)
    def answer(answer_id: str) -> schemas.AnswerOut:
        """One answer, as it was given."""
        return schemas.answer(newsroom.answer(answer_id))

    @router.post("/v1/feedback", tags=["questions"], status_code=204)
    def feedback(body: schemas.FeedbackIn) -> None:
        """Say whether an answer is good, and why; a later word replaces the earlier."""
        newsroom.rate(Feedback(body.answer_id, good=body.good, reason=body.reason))
