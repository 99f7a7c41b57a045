"""An answer written by a model: articles go in as data, claims with verbatim quotes come out as a draft."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta

from qa import prompts
from qa.answer import days
from qa.errors import ModelError, ModelRefused, ModelUnavailable
from qa.models import AnswerDraft, ClaimDraft, Hit, QuoteDraft, Spoken, Usage
from qa.ports import LanguageModel

MAX_CLAIMS = 12
MAX_DATES = 12
"""Of a passage, told to a model beside it."""
UNSPOKEN: Mapping[int, Sequence[Spoken]] = {}
MAX_QUOTES = 6
MAX_CHARACTERS = 2_000
"""Of one claim or quote: more is not an answer."""

# Quotes first: a claim is then written from its evidence, and can be shown as soon as its own words end.
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
                    "quotes": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"passage": {"type": "string"}, "quote": {"type": "string"}},
                            "required": ["passage", "quote"],
                            "additionalProperties": False,
                        },
                    },
                    "text": {"type": "string"},
                },
                "required": ["quotes", "text"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["answered", "reason", "claims"],
    "additionalProperties": False,
}

MAX_REPLY = 200_000
"""Characters of a reply; 12 claims with 6 quotes each are under 150,000."""
MAX_MENDED = 8_000
"""Characters of an unreadable reply that are sent back."""

# Inside a JSON string both would have a backslash before their quotation marks.
_CLAIMS = re.compile(r'"claims"\s*:\s*\[')
_ANSWERED = re.compile(r'"answered"\s*:\s*true')
_UNANSWERED = re.compile(r'"answered"\s*:\s*false')
_LABEL = re.compile(r"^\s*\[?P?(\d{1,4})\]?\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Request:
    messages: tuple[dict[str, str], ...]
    passages: tuple[int, ...]
    """Ids of the passages in the order of their labels: P1 is the first."""


def request(question: str, hits: Sequence[Hit], spoken: Mapping[int, Sequence[Spoken]] = UNSPOKEN) -> Request:
    """The messages for a model. The fence is new each time, so that no article can close it.

    Args:
        spoken: by passage id, the days that the passages speak of: what a model would have to guess.
    """
    fence = secrets.token_hex(8)
    shown = "\n\n".join(
        _shown(number, hit, fence, spoken.get(hit.passage.id, ())) for number, hit in enumerate(hits, 1)
    )
    user = f"{shown}\n\nQuestion: {question}"
    system = prompts.load("answer").text.replace("{fence}", fence)
    messages = ({"role": "system", "content": system}, {"role": "user", "content": user})
    return Request(messages, tuple(hit.passage.id for hit in hits))


def _shown(number: int, hit: Hit, fence: str, spoken: Sequence[Spoken]) -> str:
    article, published = hit.article, hit.article.published
    when = published.date.isoformat() if published.date else "not known"
    if published.start and published.end and not published.date:
        when = f"{published.start} to {published.end - timedelta(days=1)}"
    head = json.dumps(
        {
            "title": article.title,
            "publisher": article.publisher,
            "published": when,
            "basis": published.basis,
        }
        | ({"dates": said} if (said := _dates(hit, spoken)) else {}),
        ensure_ascii=False,
    )
    return f"<article-{fence} passage=P{number}>\n{head}\n{hit.passage.text}\n</article-{fence}>"


def _dates(hit: Hit, spoken: Sequence[Spoken]) -> dict[str, str]:
    """What the passage's shorter dates mean: "Wednesday" to "Wednesday, 10 April 2024 (inferred)"."""
    passage, found = hit.passage, dict[str, str]()
    for said in spoken:
        shown = passage.text[said.start - passage.start : said.end - passage.start]
        if (whole := days.in_words(said, shown)) != shown and len(found) < MAX_DATES:
            found.setdefault(shown, whole)
    return found


class ClaimReader:
    """Reads a reply as it comes: `feed` returns each claim as soon as it is whole.

    What stands around the JSON (prose, a fence of backticks) is passed over. Every character is looked at once.
    """

    def __init__(self, passages: Sequence[int]) -> None:
        self._passages = passages
        self._text = ""
        self._at = 0
        self._item = -1
        self._depth = 0
        self._in_string = self._escaped = self._open = self._closed = False
        self._answered = True
        self._sure = False
        """The reply said that it answers before its first claim, so a claim may be shown before the reply ends."""
        self.claims: list[ClaimDraft] = []

    def feed(self, delta: str) -> list[ClaimDraft]:
        """Take the next piece of the reply.

        A reply that says only at its end whether it answers gives no claim before `done`.

        Raises:
            ModelRefused: the reply never ends.
        """
        self._text += delta
        if len(self._text) > MAX_REPLY:
            raise ModelRefused("The model's reply was too long.")
        if not self._open:
            found = _CLAIMS.search(self._text, max(0, self._at - 64))  # it may have come in two pieces
            self._at = found.end() if found else len(self._text)
            if found is None:
                return []
            self._open, self._answered = True, _UNANSWERED.search(self._text, 0, self._at) is None
            self._sure = _ANSWERED.search(self._text, 0, self._at) is not None
        new = self._read()
        return new if self._sure else []

    def _read(self) -> list[ClaimDraft]:
        new = []
        while self._at < len(self._text) and not self._closed:
            if self._step(self._text[self._at]):
                claim = self._whole(self._text[self._item : self._at + 1])
                if claim is not None and self._answered and len(self.claims) < MAX_CLAIMS:
                    self.claims.append(claim)
                    new.append(claim)
            self._at += 1
        return new

    def _step(self, char: str) -> bool:
        """Move over one character. True when it closes an item of the list of claims."""
        if self._in_string:
            self._in_string = self._escaped or char != '"'
            self._escaped = char == "\\" and not self._escaped
        elif char == '"':
            self._in_string = True
        elif char in "{[":
            self._item = self._at if self._depth == 0 else self._item
            self._depth += 1
        elif char in "}]":
            self._depth -= 1
            self._closed = self._depth < 0
            return self._depth == 0
        return False

    def _whole(self, text: str) -> ClaimDraft | None:
        try:
            return _claim(json.loads(text), self._passages)
        except (ValueError, RecursionError):
            return None

    def done(self) -> AnswerDraft:
        """What the whole reply proposes. Raises ModelRefused: it is not the JSON that was asked for."""
        if self.claims and (self._sure or _UNANSWERED.search(self._text) is None):
            return AnswerDraft(tuple(self.claims))
        _parse(self._text)
        return AnswerDraft((), "no_evidence", "The articles that were found do not answer this.")


def draft(text: str, passages: Sequence[int]) -> AnswerDraft:
    """Read a model's whole reply. Whatever it contains, only claims with quotes come out.

    Raises:
        ModelRefused: the reply is not the JSON that was asked for.
    """
    reader = ClaimReader(passages)
    reader.feed(text)
    return reader.done()


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking a model."""

    draft: AnswerDraft
    model: str
    usage: Usage
    broken: str = ""
    """Why the reply ended early, in a sentence; the claims before that are in the draft."""


Step = ClaimDraft | Written


async def written(asked: Request, model: LanguageModel, *, within: float) -> AsyncGenerator[Step]:
    """Each claim of the model's reply as soon as it is whole, not yet verified; last of all what came of it.

    A reply that cannot be read is sent back once to be mended. One that breaks off after its first claims counts as
    far as it came: a reader has seen them. `within` is the time for everything together, in seconds.

    Raises:
        ModelError: no reply that could be read.
    """
    deadline = asyncio.get_running_loop().time() + within
    spent = Usage()
    for left in (1, 0):
        attempt = _Attempt(asked, model, spent)
        try:
            async with aclosing(attempt.claims()) as claims:
                while (claim := await _by(anext(claims, None), deadline)) is not None:
                    yield claim
            yield attempt.finished()
            return
        except Unreadable as fault:
            if not left:
                raise
            asked = Request((*asked.messages, *_mend(fault.reply)), asked.passages)
            spent = fault.usage
        except (TimeoutError, ModelError) as error:
            late = f"The model did not answer within {within:g} s."
            said = late if isinstance(error, TimeoutError) else str(error)
            if not attempt.told:
                raise ModelUnavailable(said) from error
            yield attempt.broken(said)
            return


async def _by(awaited: Awaitable[ClaimDraft | None], deadline: float) -> ClaimDraft | None:
    """Bound each wait alone: a timeout must not stay open while the reader of a generator has the word."""
    async with asyncio.timeout_at(deadline):
        return await awaited


class Unreadable(ModelRefused):
    """A finished reply that is not the JSON that was asked for."""

    def __init__(self, reply: str, usage: Usage) -> None:
        super().__init__("The model's reply was not the JSON object that was asked for.")
        self.reply, self.usage = reply, usage


def _mend(reply: str) -> tuple[dict[str, str], ...]:
    again = prompts.load("repair").text
    return ({"role": "assistant", "content": reply[:MAX_MENDED]}, {"role": "user", "content": again})


class _Attempt:
    """One request to the model."""

    def __init__(self, asked: Request, model: LanguageModel, before: Usage) -> None:
        self._asked, self._model, self._before = asked, model, before
        self._reader = ClaimReader(asked.passages)
        self._name, self._spent = model.name, Usage()
        self._parts: list[str] = []
        self.told: list[ClaimDraft] = []

    async def claims(self) -> AsyncGenerator[ClaimDraft]:
        async with aclosing(self._model.stream(self._asked.messages, schema=SCHEMA)) as chunks:
            async for chunk in chunks:
                self._parts.append(chunk.text)
                self._name = chunk.model or self._name
                self._spent = chunk.usage or self._spent
                for claim in self._reader.feed(chunk.text):
                    self.told.append(claim)
                    yield claim

    def finished(self) -> Written:
        try:
            return Written(self._reader.done(), self._name, self._usage)
        except ModelRefused as error:
            raise Unreadable("".join(self._parts), self._usage) from error

    def broken(self, why: str) -> Written:
        return Written(AnswerDraft(tuple(self.told)), self._name, self._usage, why)

    @property
    def _usage(self) -> Usage:
        before, spent = self._before, self._spent
        return Usage(
            before.prompt_tokens + spent.prompt_tokens, before.completion_tokens + spent.completion_tokens
        )


def _parse(text: str) -> dict[str, object]:
    """The first JSON object of a text. Raises ModelRefused where there is none."""
    start = text.find("{")
    try:
        reply = json.JSONDecoder().raw_decode(text, start)[0] if start >= 0 else None
    except (ValueError, RecursionError) as error:
        raise ModelRefused("The model's reply was not valid JSON.") from error
    if not isinstance(reply, dict) or "claims" not in reply:
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
