"""The forms of OpenAI's API that Dateline speaks. What it has no use for, such as a temperature, is read and left alone.

Beside OpenAI's own fields every reply carries `dateline`, the whole answer object.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.errors import InputError, QuestionError
from qa.interfaces import schemas
from qa.models import Answer, AskMode, Turn

MODELS: dict[str, AskMode] = {"dateline": "auto", "dateline-extractive": "extractive"}
"""Names a client may give as `model`, and the mode each is answered in."""
MAX_MESSAGES = 500
CREATED = 1_767_225_600  # when the models came to be, as far as this API must say: the start of 2026


class Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Part(Lenient):
    type: str = Field(max_length=50)
    text: str | None = None


class Message(Lenient):
    role: str = Field(max_length=50)
    content: str | list[Part] | None = None

    def words(self) -> str:
        """Raises InputError for what is not text."""
        if not isinstance(self.content, list):
            return self.content or ""
        for part in self.content:
            if part.type not in ("text", "input_text", "output_text", "refusal"):
                raise InputError(f"Content of the type {part.type[:50]!r} is not read here: send text.")
        return "\n".join(part.text or "" for part in self.content)


class Own(schemas.Request):
    """What Dateline understands beyond OpenAI's API; the official client sends it with `extra_body`."""

    as_of: schemas.AskedDay | None = None
    filters: schemas.FiltersIn = schemas.FiltersIn()


class Format(Lenient):
    type: str = "text"


class StreamOptions(Lenient):
    include_usage: bool = False


class ChatIn(Lenient):
    model: str = Field(max_length=100, examples=["dateline"])
    messages: list[Message] = Field(
        min_length=1,
        max_length=MAX_MESSAGES,
        examples=[[{"role": "user", "content": "when did Russian instructors arrive"}]],
    )
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = None
    response_format: Format | None = None
    dateline: Own = Own()


class TextIn(Lenient):
    format: Format | None = None


class ResponsesIn(Lenient):
    model: str = Field(max_length=100, examples=["dateline"])
    input: str | list[Message] = Field(examples=["when did Russian instructors arrive"])
    stream: bool = False
    store: bool | None = True
    previous_response_id: str | None = Field(default=None, max_length=100)
    text: TextIn | None = None
    metadata: dict[str, str] | None = None
    dateline: Own = Own()


def asked(messages: Sequence[Message]) -> tuple[str, list[Turn]]:
    """The question, which is the last message, and the turns before it. Other roles than those two are left out.

    Raises:
        QuestionError: the last message is not a user's.
        InputError: a message that is not text.
    """
    said = [message for message in messages if message.role in ("user", "assistant")]
    if not said or said[-1].role != "user":
        raise QuestionError("The last message must be a user's question.")
    turns = []
    for before, after in pairwise(said):
        if (before.role, after.role) == ("user", "assistant"):
            turns.append(Turn(before.words(), before.words(), after.words()))
    return said[-1].words(), turns


def refuse_format(form: Format | None) -> None:
    if form is not None and form.type != "text":
        raise InputError(
            "Answers are text: response formats are not available. The field `dateline` has the answer as data."
        )


# -- chat completions --------------------------------------------------------------------------------------


def completion(answer: Answer, model: str) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": answer.text,
        "refusal": None,
        "annotations": citations(answer, chat=True),
    }
    return {
        "id": f"chatcmpl-{answer.id}", "object": "chat.completion", "created": int(time.time()), "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": usage(answer), "dateline": wire(answer),
    }  # fmt: skip


def chunk(
    name: str, model: str, created: int, delta: dict[str, Any], finish: str | None = None
) -> dict[str, Any]:
    return {
        "id": name, "object": "chat.completion.chunk", "created": created, "model": model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}],
    }  # fmt: skip


def usage(answer: Answer) -> dict[str, int]:
    used = answer.usage
    total = used.prompt_tokens + used.completion_tokens
    return {
        "prompt_tokens": used.prompt_tokens, "completion_tokens": used.completion_tokens, "total_tokens": total,
    }  # fmt: skip


def wire(answer: Answer) -> dict[str, Any]:
    return schemas.answer(answer).model_dump(mode="json")


# -- responses ---------------------------------------------------------------------------------------------


def citations(answer: Answer, *, chat: bool = False) -> list[dict[str, Any]]:
    """A citation for each claim that stands on it. Where an article has an address, the claim's place in the text."""
    found: list[dict[str, Any]] = []
    cited = {citation.n: citation for citation in answer.citations}
    for claim in answer.claims:
        for citation in (cited[number] for number in claim.citations):
            title = citation.title or citation.article_id
            if citation.url:
                place: dict[str, Any] = {
                    "url": citation.url, "title": title, "start_index": claim.start, "end_index": claim.end,
                }  # fmt: skip
                found.append(
                    {"type": "url_citation", "url_citation": place}
                    if chat
                    else {"type": "url_citation", **place}
                )
            elif not chat:  # chat completions know citations of addresses only
                found.append(
                    {
                        "type": "file_citation",
                        "file_id": citation.article_id,
                        "filename": title,
                        "index": claim.end,
                    }
                )
    return found


def message(answer: Answer) -> dict[str, Any]:
    part = {"type": "output_text", "text": answer.text, "annotations": citations(answer), "logprobs": []}
    return {
        "type": "message", "id": f"msg_{answer.id}", "status": "completed", "role": "assistant", "content": [part],
    }  # fmt: skip


def response(
    body: ResponsesIn, *, name: str, created: int, status: Literal["in_progress", "completed", "failed"]
) -> dict[str, Any]:
    """A response without its output."""
    return {
        "id": name, "object": "response", "created_at": created, "status": status, "model": body.model, "output": [],
        "error": None, "incomplete_details": None, "instructions": None, "metadata": body.metadata or {},
        "parallel_tool_calls": False, "temperature": None, "top_p": None, "tool_choice": "none", "tools": [],
        "previous_response_id": body.previous_response_id, "store": body.store is not False,
        "text": {"format": {"type": "text"}}, "usage": None,
    }  # fmt: skip


def completed(body: ResponsesIn, answer: Answer, *, name: str, created: int) -> dict[str, Any]:
    used = usage(answer)
    return {
        **response(body, name=name, created=created, status="completed"), "output": [message(answer)],
        "usage": {
            "input_tokens": used["prompt_tokens"], "output_tokens": used["completion_tokens"],
            "total_tokens": used["total_tokens"], "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 0},
        },
        "dateline": wire(answer),
    }  # fmt: skip


def models() -> dict[str, Any]:
    return {"object": "list", "data": [model(name) for name in MODELS]}


def model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "dateline"}


def error(told: schemas.ProblemOut) -> dict[str, Any]:
    """A problem as OpenAI's clients read it."""
    kind = "invalid_request_error" if told.status < 500 else "server_error"
    return {"message": told.detail, "type": kind, "param": None, "code": told.code}
