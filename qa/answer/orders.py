"""Sentences that are not news: orders to a machine that reads them, and addresses or markup that would lead away.

A second wall. The first is that nothing is shown but the articles' own words; this one keeps an article from using
its own words. It knows ways of giving orders, not all of them, and what it finds is only never cited.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_MACHINE = r"(?:AI|A\.I\.|LLMs?|(?:language |chat)?models?|(?:chat)?bots?|assistants?|GPT|agents?)"
_REPLY = r"(?:answers?|repl(?:y|ies)|responses?|output|summar(?:y|ies))"
_ORDER = re.compile(
    rf"\b(?:ignore|disregard|forget|override|discard|bypass)\b.{{0,60}}"
    rf"\b(?:instructions?|rules|prompts?|guidelines|(?:all )?other sources|everything above)\b"
    rf"|\b(?:begin|start|end|finish|preface|conclude|prefix) (?:your|every|each|all|the) {_REPLY}\b"
    rf"|\b(?:in|with|to|from) your (?:next |final )?{_REPLY}\b"
    rf"|\b(?:system|ranking|developer|admin) (?:notice|note|prompt|message|override)\b"
    rf"|\b(?:note|notice|instructions?|message|attention)\b.{{0,20}}\b(?:to|for)\b.{{0,10}}\b{_MACHINE}\b"
    rf"|\b{_MACHINE}\b ?(?:assistants?|models?|readers?)?(?: ranking note)? ?: "
    r"|\banswer (?:every|all|any) questions?\b|\bwhen (?:citing|quoting|summari[sz]ing) this (?:article|page|text)\b"
    r"|\byou are (?:now|no longer)\b|\bsupersedes? your\b|\b(?:decode|obey)\b.{0,15}\b(?:obey|decode|this|following)\b"
    r"|\b(?:add|append|insert|include)\b.{0,30}\b(?:footnote|link|image|picture|url|markdown)\b|\bunrestricted\b.{0,20}\bsay\b"
    r"|\b(?:earlier|previous|prior) messages\b|\b(?:reveal|print|repeat|show)\b.{0,20}\b(?:prompt|instructions)\b",
    re.I,
)
_WORDS = (
    "ignore", "disregard", "forget", "override", "discard", "bypass", "answer", "repl", "response", "output", "summar",
    "note", "notice", "prompt", "message", "instruction", "attention", ": ", "citing", "quoting", "you are ", "supersede",
    "decode", "obey", "link", "image", "picture", "url", "markdown", "unrestricted",
)  # fmt: skip
"""Every order has one of them: looking for these first takes a tenth of the time, for every sentence that is found."""
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,12}://|(?<!:)//[a-z0-9-]+\.[a-z]|\bwww\.[a-z]|\b(?:mailto|javascript|data|vbscript):\S"
    r"|\b[\w.+-]+@[\w-]+\.[a-z]",
    re.I,
)
_SIGNS = ("//", "www.", "@", "mailto:", "javascript:", "data:", "vbscript:")
"""All addresses have one of them."""
_MARKUP = re.compile(
    r"!?\[[^\]]{0,200}\]\s?[(\[:]|<\s?/?\s?[a-z!][^>]{0,300}>|<\|[^|]{0,50}\|>|[}\]]\s?,\s?\"\w+\"\s?:", re.I
)
_BRACKETS = ("[", "<", "]", "}")
"""All markup has one of them."""
_LONG = 20
_BLOB = re.compile(
    r"(?<![\w/+])(?=[\w+/]{0,200}[a-z])(?=[\w+/]{0,200}[A-Z])(?=[\w+/]{0,200}\d)"
    rf"[\w+/]{{{_LONG},}}={{0,2}}(?![\w/+])"
)
_HIDDEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\U000e0000-\U000e007f]")
MAX_READ = 4_000
"""Characters that are looked at: more is no sentence."""


@lru_cache(maxsize=8_192)
def is_order(text: str) -> bool:
    """Whether a sentence gives orders to a machine, carries an address or markup, or hides something."""
    seen = text[:MAX_READ]
    if seen.isascii():
        lower = seen.lower()
    else:
        if _HIDDEN.search(seen):
            if _hides(seen):
                return True
            seen = _HIDDEN.sub("", seen)
        seen = unicodedata.normalize("NFKC", seen)
        # What a pattern takes for an i, whatever the case, and `lower` does not.
        lower = seen.replace("\u0130", "i").replace("\u0131", "i").lower()
    return bool(
        (_any(_WORDS, lower) and _ORDER.search(seen))
        or (_any(_SIGNS, lower) and _ADDRESS.search(seen))
        or (_any(_BRACKETS, seen) and _MARKUP.search(seen))
        or (max(map(len, seen.split()), default=0) >= _LONG and _BLOB.search(seen))
    )


def _any(signs: Sequence[str], text: str) -> bool:
    for sign in signs:  # noqa: SIM110  a generator takes twice as long, for every sentence that is found
        if sign in text:
            return True
    return False


def _hides(text: str) -> bool:
    """Tag characters spell words that nobody sees; letters apart by zero-width characters hide theirs from a search."""
    hidden = _HIDDEN.findall(text)
    return any("\U000e0000" <= char <= "\U000e007f" for char in hidden) or len(hidden) > 5
