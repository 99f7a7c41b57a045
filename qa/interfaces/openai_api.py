"""OpenAI's API in front of the archive, for the client that is there already: chat completions, responses, models."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from qa.errors import InputError, NotFound, QaError
from qa.events import ClaimReady, Done, Event, Sources
from qa.interfaces import gate, schemas
from qa.interfaces import openai_wire as wire
from qa.interfaces.gate import CallerIn, needs
from qa.interfaces.once import OnceAnswered, last
from qa.models import Answer, Caller
from qa.service import Newsroom

PATHS = ("/v1/chat/completions", "/v1/responses", "/v1/models")
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
log = logging.getLogger(__name__)


def routes(newsroom: Newsroom) -> APIRouter:
    router = gate.router(tags=["openai"])

    @router.get("/v1/models")
    @needs("ask")
    def models() -> dict[str, Any]:
        """What may be named as `model`, in OpenAI's form."""
        return wire.models()

    @router.get("/v1/models/{model}")
    @needs("ask")
    def model(model: str) -> dict[str, Any]:
        """One of them."""
        _mode(model)
        return wire.model(model)

    _chat(router, newsroom)
    _responses(router, newsroom)
    return router


def _chat(router: APIRouter, newsroom: Newsroom) -> None:
    @router.post("/v1/chat/completions")
    @needs("ask")
    async def chat(body: wire.ChatIn, caller: CallerIn) -> Response:
        """Answer the last message in the form of OpenAI's chat completions. Nothing is kept."""
        wire.refuse_format(body.response_format)
        if body.n not in (None, 1):
            raise InputError("A question has one answer here: leave `n` out.")
        events = _asked(newsroom, body, body.messages, caller)
        if body.stream:
            return _streamed(_chunks(events, body))
        return JSONResponse(wire.completion(await last(events), body.model))


def _responses(router: APIRouter, newsroom: Newsroom) -> None:
    once = OnceAnswered(newsroom)

    @router.post("/v1/responses")
    @needs("ask")
    async def responses(body: wire.ResponsesIn, request: Request, caller: CallerIn) -> Response:
        """Answer in the form of OpenAI's responses, with annotations. Kept as a conversation unless `store` is false.

        With an `Idempotency-Key`, the same request again gets the same answer, and adds none to the conversation.
        """
        wire.refuse_format(body.text.format if body.text else None)
        said = [wire.Message(role="user", content=body.input)] if isinstance(body.input, str) else body.input
        conversation: str | None = None
        if body.previous_response_id:
            name = body.previous_response_id.removeprefix("resp_")
            found = await run_in_threadpool(newsroom.answer, name, caller=caller)
            conversation = found.conversation_id
        asked = partial(
            _asked, newsroom, body, said, caller, conversation=conversation, keep=body.store is not False
        )
        events = asked() if body.store is False else await once.told(request, caller, asked)
        if body.stream:
            return _streamed(_told(events, body))
        answer = await last(events)
        return JSONResponse(wire.completed(body, answer, name=f"resp_{answer.id}", created=int(time.time())))


def _mode(model: str) -> Any:
    if model not in wire.MODELS:
        raise NotFound(f"There is no model {model!r} here; there are {', '.join(wire.MODELS)}.")
    return wire.MODELS[model]


def _asked(
    newsroom: Newsroom,
    body: wire.ChatIn | wire.ResponsesIn,
    messages: list[wire.Message],
    caller: Caller,
    *,
    conversation: str | None = None,
    keep: bool = False,
) -> AsyncGenerator[Event]:
    """The making of an answer. Raises QaError for what is wrong with the request, before anything is sent."""
    question, turns = wire.asked(messages)
    own = body.dateline
    return newsroom.stream(
        question, conversation=conversation or (None if keep and not turns else turns),
        filters=own.filters.filters(own.as_of), mode=_mode(body.model), caller=caller,
    )  # fmt: skip


def _streamed(lines: AsyncGenerator[str]) -> StreamingResponse:
    return StreamingResponse(lines, media_type="text/event-stream", headers=HEADERS)


class _Text:
    """The answer's text as it grows: each claim whole, then what is not a claim's."""

    def __init__(self) -> None:
        self.sent = ""

    def grown(self, event: Event) -> str:
        more = ""
        if isinstance(event, ClaimReady):
            claim = event.claim
            more = ("\n" if claim.start else "") + claim.text + "".join(f" [{n}]" for n in claim.citations)
        elif isinstance(event, Done) and event.answer.text.startswith(self.sent):
            more = event.answer.text[len(self.sent) :]
        self.sent += more
        return more


# -- chat completions --------------------------------------------------------------------------------------


async def _chunks(events: AsyncGenerator[Event], body: wire.ChatIn) -> AsyncGenerator[str]:
    name, created, text = f"chatcmpl-{secrets.token_hex(16)}", int(time.time()), _Text()

    def told(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        return _data({**wire.chunk(name, body.model, created, delta, finish), **more})

    async with aclosing(events):
        yield told({"role": "assistant", "content": ""})
        async for step in _safely(events):
            if isinstance(step, schemas.ProblemOut):
                yield _data({"error": wire.error(step)})
                return
            if more := text.grown(step):
                yield told({"content": more})
            if isinstance(step, Done):
                yield told({}, "stop", dateline=wire.wire(step.answer))
                if body.stream_options and body.stream_options.include_usage:
                    yield _data(
                        {
                            **wire.chunk(name, body.model, created, {}),
                            "choices": [],
                            "usage": wire.usage(step.answer),
                        }
                    )
    yield "data: [DONE]\n\n"


def _data(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


async def _safely(events: AsyncIterator[Event]) -> AsyncGenerator[Event | schemas.ProblemOut]:
    """The events; what goes wrong after the first byte can only be told in the stream."""
    try:
        async for event in events:
            yield event
    except QaError as error:
        yield schemas.problem(error)
    except Exception:
        log.exception("An answer could not be made")
        yield schemas.INTERNAL


# -- responses ---------------------------------------------------------------------------------------------


async def _told(events: AsyncGenerator[Event], body: wire.ResponsesIn) -> AsyncGenerator[str]:
    telling, text = _Telling(body), _Text()
    async with aclosing(events):
        async for step in _safely(events):
            for line in telling.opened(step):
                yield line
            if isinstance(step, schemas.ProblemOut):
                yield telling.failed(step)
                return
            if more := text.grown(step):
                yield telling.event("response.output_text.delta", **telling.at, delta=more, logprobs=[])
            if isinstance(step, Done):
                for line in telling.closed(step.answer):
                    yield line


class _Telling:
    """The events of one response, numbered."""

    def __init__(self, body: wire.ResponsesIn) -> None:
        self._body, self._number, self._created = body, 0, int(time.time())
        self._name, self._item = "", f"msg_{secrets.token_hex(16)}"
        self.at = {"item_id": self._item, "output_index": 0, "content_index": 0}

    def event(self, kind: str, **values: Any) -> str:
        told = {"type": kind, "sequence_number": self._number, **values}
        self._number += 1
        return f"event: {kind}\n{_data(told)}"

    def opened(self, first: Event | schemas.ProblemOut) -> list[str]:
        """What comes before the text; nothing when it was told already."""
        if self._name:
            return []
        # The first event names the answer, by which a later request follows it up.
        self._name = f"resp_{_answer_of(first) or secrets.token_hex(16)}"
        begun = wire.response(self._body, name=self._name, created=self._created, status="in_progress")
        item = {
            "type": "message",
            "id": self._item,
            "status": "in_progress",
            "role": "assistant",
            "content": [],
        }
        return [
            self.event("response.created", response=begun),
            self.event("response.in_progress", response=begun),
            self.event("response.output_item.added", output_index=0, item=item),
            self.event("response.content_part.added", **self.at, part=_part("", [])),
        ]

    def closed(self, answer: Answer) -> list[str]:
        notes = wire.citations(answer)
        item = {**wire.message(answer), "id": self._item}
        whole = wire.completed(self._body, answer, name=self._name, created=self._created)
        return [
            *(
                self.event(
                    "response.output_text.annotation.added", **self.at, annotation_index=n, annotation=note
                )
                for n, note in enumerate(notes)
            ),
            self.event("response.output_text.done", **self.at, text=answer.text, logprobs=[]),
            self.event("response.content_part.done", **self.at, part=_part(answer.text, notes)),
            self.event("response.output_item.done", output_index=0, item=item),
            self.event("response.completed", response={**whole, "output": [item]}),
        ]

    def failed(self, told: schemas.ProblemOut) -> str:
        ended = wire.response(self._body, name=self._name, created=self._created, status="failed")
        problem = {"code": "server_error", "message": told.detail}
        return self.event("response.failed", response={**ended, "error": problem})


def _answer_of(first: Event | schemas.ProblemOut) -> str:
    """The id of the answer that begins so; one that was given before is told whole."""
    if isinstance(first, Sources):
        return first.answer
    return first.answer.id if isinstance(first, Done) else ""


def _part(text: str, notes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": notes, "logprobs": []}
