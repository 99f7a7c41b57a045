"""A follow-up question made to stand alone: by rules, or by the model where there is one, held to the same words.

A standalone question keeps what was asked and adds what it leans on in brackets, so that a reader sees what was
understood: `Who announced it (the air defense system arrive in Niger)?`
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import aclosing

from qa import prompts
from qa.errors import ModelError
from qa.models import Turn
from qa.ports import LanguageModel

TURNS = 6
"""Turns that a follow-up may lean on; older ones are not read."""
TURN_CHARACTERS = 500
MAX_STANDALONE = 400

_LEANS = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|that|this|those|these|there|then|the same)\b",
    re.I,
)
_PERSON = re.compile(r"\b(he|him|his|she|her|hers)\b", re.I)
_THING = re.compile(r"\b(it|its|they|them|their|theirs)\b", re.I)
_ASKS_NAME = re.compile(r"\b(?:who|which)\b", re.I)
_HEADLINE = 60
"""Characters of a first line that is a name or a value, and no sentence."""
_OPENING = re.compile(r"^\s*(?:and|but|so|or|also|what about|how about)\b[\s,]*", re.I)
_WH = (
    r"(?:who|whom|whose|what|which|when|where|why"
    r"|how(?: (?:many|much|long|far|old|often|large|big|small|strong|fast|tall|high|deep|wide|heavy|soon))?)"
)
_ASKING = re.compile(
    rf"^\s*(?:and\s+)?{_WH}\b\s*(?:did|do|does|was|were|is|are|has|have|had|will|would|can|could)?\s*", re.I
)
_BARE = re.compile(rf"^{_WH}$", re.I)
_FORM = re.compile(
    rf"\b{_WH}\b|^\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b", re.I
)
_PREPOSITION = re.compile(r"^(in|at|for|from|by|on|with|to|of|about|after|before|since|during)\s+(.+)$", re.I)
_NAME = r"[A-Z][\w'’-]*(?: (?:of |the )?[A-Z][\w'’-]*)*"
_PEOPLE = re.compile(
    r"(?<![.!?]\s)(?<!^)\b[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+|^[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+", re.M
)
_MARKS = re.compile(r"\s*\[\d+\]")


def leans(question: str, history: Sequence[Turn]) -> bool:
    """Whether a question cannot be understood without the ones before it."""
    if not history:
        return False
    short = len(question.split()) <= 4 and not _FORM.search(_OPENING.sub("", question))
    return bool(
        _OPENING.match(question) or _LEANS.search(question) or short or _BARE.match(_stripped(question))
    )


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leans on. A question that leans on nothing comes back as it is."""
    if not leans(question, history):
        return question
    before = history[-1]
    asked = _stripped(_OPENING.sub("", question))
    if not _FORM.search(asked):
        return _moved(asked, before.standalone) or _bracketed(asked, _subject(before.standalone))
    if _PERSON.search(asked) and (person := _person(before)):
        return _bracketed(asked, person)
    named = _named(before) if _THING.search(asked) else ""
    subject = _subject(before.standalone)
    return _bracketed(asked, f"{named}, {subject}" if named else subject) if asked else question


def _stripped(text: str) -> str:
    return text.strip().rstrip("?!. ")


def _bracketed(asked: str, subject: str) -> str:
    whole = f"{asked[:1].upper()}{asked[1:]}"
    return f"{whole} ({subject})?" if subject else f"{whole}?"


def _subject(question: str) -> str:
    """What a question is about, without its own asking; of one that was itself a follow-up, what it leaned on."""
    held = re.search(r"\(([^()]+)\)\s*\??$", question)
    words = _stripped(_ASKING.sub("", re.sub(r"\s*\([^()]*\)", "", question)))
    lent = held.group(1) if held else ""
    return f"{words}, {lent}" if words and lent and not _LEANS.search(words) else lent or words


def _moved(asked: str, before: str) -> str:
    """`In Mali` into `How many troops were in Niger?`: the same question of another place, time or name."""
    found = _PREPOSITION.match(asked)
    if found:
        word, thing = found.groups()
        old = list(
            re.finditer(rf"\b{word} (?:the )?(?:{_NAME}|(?:19|20)\d\d|{_NAME} (?:19|20)\d\d)", before, re.I)
        )
        old = [match for match in old if re.search(r"[A-Z\d]", match.group()[len(word) :])]
        if old:
            last = old[-1]
            return f"{before[: last.start()]}{word.lower()} {thing}{before[last.end() :]}"
        return ""
    names = list(re.finditer(_NAME, before))[1:]
    if re.fullmatch(_NAME, asked) and names:
        last = names[-1]
        return f"{before[: last.start()]}{asked}{before[last.end() :]}"
    return ""


def _person(turn: Turn) -> str:
    """The name that `he` or `she` most likely stands for: the first in the answer, else the last in the question."""
    answer = _PEOPLE.search(_MARKS.sub("", turn.answer[:TURN_CHARACTERS]))
    if answer:
        return answer.group()
    asked = _PEOPLE.findall(turn.standalone)
    return str(asked[-1]) if asked else ""


def _named(turn: Turn) -> str:
    """What answered "who" or "which": `they` in "how much did they want?" are those, not what was asked about them."""
    lines = _MARKS.sub("", turn.answer).splitlines()
    first = lines[0].strip() if lines else ""
    short = first[:1].isupper() and len(first) <= _HEADLINE and not first.endswith((".", "?", "!"))
    return first if short and ";" not in first and _ASKS_NAME.search(turn.standalone) else ""


async def rewritten(question: str, history: Sequence[Turn], model: LanguageModel) -> str:
    """The model's wording where it is one question of words that were said; else what the rules make."""
    ruled = standalone(question, history)
    if ruled == question:
        return question
    try:
        said = await _ask(question, history[-TURNS:], model)
    except ModelError:
        return ruled
    return said if _is_faithful(said, question, history) else ruled


async def _ask(question: str, history: Sequence[Turn], model: LanguageModel) -> str:
    told = "\n".join(
        f"Question: {turn.standalone[:TURN_CHARACTERS]}\nAnswer: {turn.answer[:TURN_CHARACTERS]}"
        for turn in history
    )
    messages = (
        {"role": "system", "content": prompts.load("standalone").text},
        {"role": "user", "content": f"{told}\n\nFollow-up: {question}"},
    )
    parts = []
    async with aclosing(model.stream(messages, schema=SCHEMA)) as chunks:
        async for chunk in chunks:
            parts.append(chunk.text)
    found = re.search(r'"question"\s*:\s*"([^"\\]{1,%d})"' % MAX_STANDALONE, "".join(parts))  # noqa: UP031
    return found.group(1).strip() if found else ""


SCHEMA = {
    "type": "object",
    "properties": {"question": {"type": "string"}},
    "required": ["question"],
    "additionalProperties": False,
}


def _is_faithful(said: str, question: str, history: Sequence[Turn]) -> bool:
    """One question, and every name and number in it was said before: nothing that an article slipped in."""
    if not said.endswith("?") or "\n" in said or re.search(r"https?:|www\.|[<>\[\]{}]", said):
        return False
    known = " ".join(
        [question, *(f"{turn.standalone} {turn.answer}" for turn in history[-TURNS:])]
    ).casefold()
    spoken = set(re.findall(r"\w+", known))
    told = re.findall(r"\w+", said)[1:]
    return all(word.casefold() in spoken for word in told if word[:1].isupper() or word.isdigit())
