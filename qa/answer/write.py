"""An answer written by a model: articles go in as data, claims with verbatim quotes come out as a draft."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa import prompts
from qa.errors import ModelRefused
from qa.models import AnswerDraft, ClaimDraft, Hit, QuoteDraft

MAX_CLAIMS = 12
MAX_QUOTES = 6
MAX_CHARACTERS = 2_000
"""Of one claim or quote: more is not an answer."""

SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "answered": {"type": "boolean"},
        "reason": {"type": "string"},
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "quotes": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"passage": {"type": "string"}, "quote": {"type": "string"}},
                            "required": ["passage", "quote"],
                            "additionalProperties": False,
                        },
                    },
                },
                "required": ["text", "quotes"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["answered", "reason", "claims"],
    "additionalProperties": False,
}

_LABEL = re.compile(r"^\s*\[?P?(\d{1,4})\]?\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Request:
    messages: tuple[dict[str, str], ...]
    passages: tuple[int, ...]
    """Ids of the passages in the order of their labels: P1 is the first."""


def request(question: str, hits: Sequence[Hit]) -> Request:
    """The messages for a model. The fence is new each time, so that no article can close it."""
    fence = secrets.token_hex(8)
    shown = "\n\n".join(_shown(number, hit, fence) for number, hit in enumerate(hits, 1))
    user = f"{shown}\n\nQuestion: {question}"
    system = prompts.load("answer").text.replace("{fence}", fence)
    messages = ({"role": "system", "content": system}, {"role": "user", "content": user})
    return Request(messages, tuple(hit.passage.id for hit in hits))


def _shown(number: int, hit: Hit, fence: str) -> str:
    article = hit.article
    when = article.published.date.isoformat() if article.published.date else "not known"
    head = json.dumps(
        {
            "title": article.title,
            "publisher": article.publisher,
            "published": when,
            "basis": article.published.basis,
        },
        ensure_ascii=False,
    )
    return f"<article-{fence} passage=P{number}>\n{head}\n{hit.passage.text}\n</article-{fence}>"


def draft(text: str, passages: Sequence[int]) -> AnswerDraft:
    """Read a model's reply. Whatever it contains, only claims with quotes come out.

    Raises:
        ModelRefused: the reply is not the JSON that was asked for.
    """
    reply = _parse(text)
    claims = [_claim(item, passages) for item in _list(reply.get("claims"))[:MAX_CLAIMS]]
    kept = tuple(claim for claim in claims if claim is not None)
    if kept and reply.get("answered") is not False:
        return AnswerDraft(kept)
    return AnswerDraft((), "no_evidence", "The articles that were found do not answer this.")


def _parse(text: str) -> dict[str, object]:
    body = re.search(r"\{.*\}", text, re.S)
    try:
        reply = json.loads(body.group()) if body else None
    except (ValueError, RecursionError) as error:
        raise ModelRefused("The model's reply was not valid JSON.") from error
    if not isinstance(reply, dict):
        raise ModelRefused("The model's reply was not the JSON object that was asked for.")
    return reply


def _claim(item: object, passages: Sequence[int]) -> ClaimDraft | None:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        return None
    quotes = [_quote(quote, passages) for quote in _list(item.get("quotes"))[:MAX_QUOTES]]
    kept = tuple(quote for quote in quotes if quote is not None)
    return ClaimDraft(item["text"][:MAX_CHARACTERS], kept) if kept else None


def _quote(item: object, passages: Sequence[int]) -> QuoteDraft | None:
    if not isinstance(item, dict) or not isinstance(item.get("quote"), str):
        return None
    label = _LABEL.match(str(item.get("passage", "")))
    number = int(label.group(1)) if label else 0
    if not 1 <= number <= len(passages) or len(item["quote"]) > MAX_CHARACTERS:
        return None
    return QuoteDraft(passages[number - 1], item["quote"])


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
