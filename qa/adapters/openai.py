"""Any OpenAI-compatible server, for answers and for embeddings, through openai's own client.

The client's retries are off: with `Retry-After: 120` it sleeps 240 s whatever its timeout says.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import httpx2
import numpy as np
import openai

from qa.adapters.guard import Breaker, Budget
from qa.errors import ModelError, ModelRefused, ModelUnavailable
from qa.models import Usage
from qa.ports import Chunk, Vectors

TRIES = 2
PAUSE = 0.5
"""Seconds before the second try, where the server names none."""
EMBED_BATCH = 64
MAX_TOKENS = 2_000
"""Of a reply: a server that never stops is stopped."""
CHARACTERS_A_TOKEN = 4
"""For a server that does not say what was used."""

TRANSIENT = (
    openai.APIConnectionError,
    openai.RateLimitError,
    openai.InternalServerError,
    httpx2.HTTPError,
    json.JSONDecodeError,
    TimeoutError,
)
CANNOT = (openai.BadRequestError, openai.UnprocessableEntityError, openai.NotFoundError)
"""How servers answer that do not know a form of reply."""
FORMS = ("json_schema", "json_object", "text")

Messages = Sequence[Mapping[str, str]]


class OpenAIModel:
    """`timeout` is the deadline for the whole call in seconds, all tries together."""

    def __init__(
        self, *, base_url: str, model: str, api_key: str, timeout: float,
        breaker: Breaker | None = None, budget: Budget | None = None,
    ) -> None:  # fmt: skip
        self.name = model
        self._timeout = timeout
        self._address = base_url or None
        self._key = api_key or "none"
        self._breaker = breaker or Breaker()
        self._budget = budget or Budget(0)
        self._form = 0
        """The first of FORMS that this server has not refused."""

    async def stream(self, messages: Messages, *, schema: Mapping[str, object]) -> AsyncGenerator[Chunk]:
        self._budget.enter()
        self._breaker.enter()
        used = Usage(sum(len(message["content"]) for message in messages) // CHARACTERS_A_TOKEN, 0)
        good = False
        try:
            async with aclosing(self._tried(messages, schema)) as chunks:
                async for chunk in chunks:
                    used = chunk.usage or _more(used, chunk)
                    yield chunk
            good = True
        finally:
            self._budget.spend(used)
            (self._breaker.succeeded if good else self._breaker.failed)()
        yield Chunk(usage=used)

    async def _tried(self, messages: Messages, schema: Mapping[str, object]) -> AsyncGenerator[Chunk]:
        """The reply; a second try where the first failed for a while, and before anything came."""
        deadline = asyncio.get_running_loop().time() + self._timeout
        begun = False
        for left in range(TRIES - 1, -1, -1):
            try:
                async with aclosing(self._descending(messages, schema, deadline)) as chunks:
                    async for chunk in chunks:
                        begun = True
                        yield chunk
                return
            except TRANSIENT as error:
                if begun or not left or not await _paused(error, deadline):
                    raise ModelUnavailable("The model server could not be reached or failed.") from error
            except openai.OpenAIError as error:
                raise ModelRefused("The model server refused the request.") from error

    async def _descending(
        self, messages: Messages, schema: Mapping[str, object], deadline: float
    ) -> AsyncGenerator[Chunk]:
        """The reply in the best form that the server can be held to; what it refuses is not tried again."""
        while True:
            try:
                async with aclosing(self._once(messages, schema, deadline)) as chunks:
                    async for chunk in chunks:
                        yield chunk
                return
            except CANNOT:
                if self._form == len(FORMS) - 1:
                    raise
                self._form += 1

    async def _once(
        self, messages: Messages, schema: Mapping[str, object], deadline: float
    ) -> AsyncGenerator[Chunk]:
        client = openai.AsyncOpenAI(
            base_url=self._address, api_key=self._key, max_retries=0, timeout=self._timeout
        )
        async with client:
            create: Any = client.chat.completions.create  # its overloads know no plain mappings
            asking = create(
                model=self.name, messages=list(messages), temperature=0, stream=True, max_tokens=MAX_TOKENS,
                **_form(FORMS[self._form], schema),
            )  # fmt: skip
            reply: Any = await _by(asking, deadline)
            finished = None
            pieces = aiter(_pieces(reply))
            while (piece := await _by(anext(pieces, None), deadline)) is not None:
                chunk, reason = _chunk(piece)
                finished = reason or finished
                if chunk is not None:
                    yield chunk
            if finished != "stop":
                raise ModelRefused("The model did not finish its answer.")


def _pieces(reply: Any) -> Any:
    if not hasattr(reply, "__aiter__"):  # a page of HTML arrives as `str`
        raise ModelRefused("The model server's reply had no answer in it.")
    return reply


async def _by(awaited: Any, deadline: float) -> Any:
    async with asyncio.timeout_at(deadline):
        return await awaited


def _form(name: str, schema: Mapping[str, object]) -> dict[str, object]:
    if name == "json_schema":
        form = {"name": "answer", "schema": dict(schema), "strict": True}
        return {
            "response_format": {"type": "json_schema", "json_schema": form},
            "stream_options": {"include_usage": True},
        }
    if name == "json_object":
        return {"response_format": {"type": "json_object"}}
    return {}


def _chunk(piece: Any) -> tuple[Chunk | None, str | None]:
    """A piece of the reply and, with the last one, why it ended. Pieces of an unknown shape are passed over."""
    used = getattr(piece, "usage", None)
    usage = Usage(used.prompt_tokens or 0, used.completion_tokens or 0) if used else None
    choices = getattr(piece, "choices", None) or []
    if not choices:
        return (Chunk(usage=usage) if usage else None), None
    text = getattr(choices[0].delta, "content", None)
    words = text.encode("utf-8", "replace").decode("utf-8") if isinstance(text, str) else ""
    return Chunk(words, getattr(piece, "model", None) or "", usage), choices[0].finish_reason


def _more(used: Usage, chunk: Chunk) -> Usage:
    more = -(-len(chunk.text) // CHARACTERS_A_TOKEN)
    return Usage(used.prompt_tokens, used.completion_tokens + more)


async def _paused(error: Exception, deadline: float) -> bool:
    """Wait before the second try, as long as the server asks. False where that would pass the deadline."""
    pause = _retry_after(error)
    if asyncio.get_running_loop().time() + pause + PAUSE > deadline:
        return False
    await asyncio.sleep(pause)
    return True


def _retry_after(error: Exception) -> float:
    response = getattr(error, "response", None)
    try:
        return (
            max(PAUSE, float(response.headers.get("retry-after", PAUSE))) if response is not None else PAUSE
        )
    except ValueError:  # a date: nobody who answers within seconds sends one
        return float("inf")


class OpenAIEmbedder:
    """Embeddings from a server. Raises ModelError where it fails or gives vectors of another size."""

    def __init__(self, *, base_url: str, model: str, dimensions: int, api_key: str) -> None:
        self.dimensions = dimensions
        self.fingerprint = f"openai:{model}/{dimensions}"
        self._model = model
        self._client = openai.OpenAI(base_url=base_url, api_key=api_key or "none", max_retries=0, timeout=60)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        rows = [
            self._batch(texts[start : start + EMBED_BATCH]) for start in range(0, len(texts), EMBED_BATCH)
        ]
        return np.concatenate(rows) if rows else np.zeros((0, self.dimensions), dtype=np.float32)

    def embed_question(self, text: str) -> Vectors:
        row: Vectors = self.embed_passages([text])[0]
        return row

    def _batch(self, texts: Sequence[str]) -> Vectors:
        try:
            reply: Any = self._client.embeddings.create(
                model=self._model, input=[text or " " for text in texts], encoding_format="float"
            )
            rows = np.array([item.embedding for item in reply.data], dtype=np.float32)
        except (openai.OpenAIError, json.JSONDecodeError, AttributeError, TypeError, ValueError) as error:
            raise ModelError(f"The embedding server failed for model {self._model}.") from error
        if rows.shape != (len(texts), self.dimensions):
            raise ModelError(
                f"The embedding server gave vectors of shape {rows.shape}, not {(len(texts), self.dimensions)}: "
                "QA_EMBED_DIMENSIONS does not fit the model."
            )
        unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return unit
