"""Plain words: what a message of Slack's asks, and texts cut to a length at their sentences."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date, timedelta

from qa.models import Published

_MARK = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
_SENTENCE_END = re.compile(r"[.!?…]+[\"”’»)\]]*(?=\s)")
_ADDRESS = re.compile(r"\S*(?:://|@)\S*|\b(?:[\w-]+\.)+[a-z]{2,}\b\S*", re.I)
_DIRECTION = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
THANKS = frozenset(
    {
        "thanks",
        "thank you",
        "thx",
        "ty",
        "ok",
        "okay",
        "great",
        "nice",
        "cool",
        "perfect",
        "got it",
        "merci",
        "gracias",
    }
)
BASIS: Mapping[str, str] = {
    "given": "as its source gives it", "metadata": "from the page’s metadata", "feed": "from the feed",
    "dateline": "from its own dateline", "url": "from its address", "guess": "a guess from the page",
    "inferred": "inferred from other articles", "unknown": "no source gives a date",
}  # fmt: skip


def asked(text: str, *, bot: str) -> str:
    """The question in a message: without the bot's own mention, with Slack's marks as the words a reader sees."""
    said = _MARK.sub(lambda found: _shown(found, bot), text)
    return " ".join(html.unescape(said).split())


def _shown(found: re.Match[str], bot: str) -> str:
    sort, target, label = found[1], found[2], found[3]
    if sort == "@":
        return "" if target == bot else f"@{label or target}"
    if sort == "#":
        return f"#{label or target}"
    if sort == "!":
        return label or f"@{target.partition('^')[0]}"
    return f"{label} ({target})" if label and label not in target else target


def for_somebody_else(text: str, *, bot: str) -> bool:
    """Whether a message names people, and the bot is not among them."""
    named = _MENTION.findall(text)
    return bool(named) and bot not in named


def is_talk(question: str) -> bool:
    """Thanks, a nod or an emoji: not a question."""
    said = _EMOJI.sub(" ", question)
    return " ".join(re.findall(r"\w+", said.casefold())) in THANKS | {""}


def clean(text: str) -> str:
    """Without what is not text: control characters, halves of characters, and marks that turn the line around."""
    kept = "".join(char for char in text if char.isprintable() or char in "\n\u200d" or char.isspace())
    return kept.translate(_DIRECTION).encode("utf-8", "ignore").decode()


def cut(text: str, limit: int, *, only_sentences: bool = False) -> str:
    """At most `limit` characters: up to the last sentence that ends within them, then …

    Where none does, up to the last word, or with `only_sentences` nothing.
    """
    if len(text) <= limit:
        return text
    room = text[: max(limit - 2, 0)]
    ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, limit) if found.end() <= len(room)]
    if ends and ends[-1] > limit // 3:
        return f"{text[: ends[-1]]} …"
    if only_sentences:
        return ""
    return f"{room.rsplit(None, 1)[0] if ' ' in room else room} …"[:limit]


def heard(text: str, limit: int = 300) -> str:
    """For a notification, where Slack reads marks: without any, and without an address that a client would link."""
    said = _ADDRESS.sub("(address)", " ".join(clean(text).split()))
    return html.escape(cut(said, limit), quote=False)


def day(value: date | None) -> str:
    return f"{value.day} {value:%B %Y}" if value else "date not known"


def span(start: date | None, end: date | None) -> str:
    """A half-open interval as a person says it."""
    if start is None:
        return f"before {day(end)}" if end else "date not known"
    if end is None:
        return f"since {day(start)}"
    last = end - timedelta(days=1)
    return day(start) if last <= start else f"{day(start)} to {day(last)}"


def published(known: Published) -> str:
    """When an article was published, and how that is known."""
    if known.basis == "unknown":
        return "date not known"
    when = span(known.start, known.end) if known.date is None else day(known.date)
    return f"{when} ({BASIS[known.basis]})"


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
