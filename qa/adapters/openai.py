"""Any OpenAI-compatible server, for answers and for embeddings, through openai's own client.

The client's retries are off: with `Retry-After: 120` it sleeps 240 s whatever its timeout says.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import openai

from qa.errors import ModelError, ModelRefused, ModelUnavailable
from qa.models import Usage
from qa.ports import Completion, Vectors

TRIES = 2
PAUSE = 0.5
"""Seconds before the second try."""
EMBED_BATCH = 64

TRANSIENT = (
    openai.APIConnectionError,
    openai.RateLimitError,
    openai.InternalServerError,
    json.JSONDecodeError,
)


class OpenAIModel:
    """`timeout` is the deadline for the whole call in seconds, all tries together."""

    def __init__(self, *, base_url: str, model: str, api_key: str, timeout: float) -> None:
        self.name = model
        self._timeout = timeout
        self._address = base_url or None
        self._key = api_key or "none"

    async def complete(
        self, messages: Sequence[Mapping[str, str]], *, schema: Mapping[str, object]
    ) -> Completion:
        try:
            async with asyncio.timeout(self._timeout), self._client() as client:
                return await self._tried(client, messages, schema)
        except TimeoutError as error:
            raise ModelUnavailable(f"The model did not answer within {self._timeout:g} s.") from error

    def _client(self) -> openai.AsyncOpenAI:
        return openai.AsyncOpenAI(
            base_url=self._address, api_key=self._key, max_retries=0, timeout=self._timeout
        )

    async def _tried(
        self, client: openai.AsyncOpenAI, messages: Sequence[Mapping[str, str]], schema: Mapping[str, object]
    ) -> Completion:
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                return await self._once(client, messages, schema)
            except ModelUnavailable:
                if last:
                    raise
                await asyncio.sleep(PAUSE)
        raise AssertionError("unreachable")

    async def _once(
        self, client: openai.AsyncOpenAI, messages: Sequence[Mapping[str, str]], schema: Mapping[str, object]
    ) -> Completion:
        form = {"name": "answer", "schema": dict(schema), "strict": True}
        create: Any = client.chat.completions.create  # its overloads know no plain mappings
        wanted = {"type": "json_schema", "json_schema": form}
        try:
            reply: Any = await create(
                model=self.name, messages=list(messages), response_format=wanted, temperature=0
            )
        except TRANSIENT as error:
            raise ModelUnavailable("The model server could not be reached or failed.") from error
        except openai.OpenAIError as error:
            raise ModelRefused("The model server refused the request.") from error
        return _completion(reply, self.name)


def _completion(reply: Any, name: str) -> Completion:
    """What a server said, or ModelRefused: a page of HTML arrives as `str`, a filtered reply without content."""
    try:
        choice = reply.choices[0]
        finished, text = choice.finish_reason, choice.message.content
    except (AttributeError, IndexError, TypeError) as error:
        raise ModelRefused("The model server's reply had no answer in it.") from error
    if finished != "stop" or not isinstance(text, str) or not text.strip():
        raise ModelRefused(f"The model did not finish its answer ({finished or 'no reason given'}).")
    used = reply.usage
    usage = Usage(used.prompt_tokens or 0, used.completion_tokens or 0) if used else Usage()
    return Completion(text, reply.model or name, usage)


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
