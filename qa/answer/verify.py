"""Nothing is shown that is not verified here: quotes are found in the text, claims stand on their quotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.models import AnswerDraft, Citation, Claim, ClaimDraft, Hit, QuoteDraft, Span

CONTEXT = 160
"""Characters of the article shown before and after a quote."""
MIN_QUOTE = 3
Texts = Mapping[tuple[str, int], str]

_SAME = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
                       "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-"})  # fmt: skip
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<![.!?\n] )(?<!^)\b[A-Z][\w'’-]{2,}", re.M)


@dataclass(frozen=True, slots=True)
class Verified:
    """What is left of a draft: every quote real, every claim with a quote it stands on."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    dropped: int
    """Quotes and claims that failed."""


def keep_supported(draft: AnswerDraft, hits: Sequence[Hit], texts: Texts) -> Verified:
    """Keep the claims whose quotes are found, and number their citations in reading order.

    `texts` holds the full text of every version that a hit names.
    """
    given = {hit.passage.id: hit for hit in hits}
    numbered: dict[tuple[str, int, int, int], Citation] = {}
    claims: list[Claim] = []
    parts: list[str] = []
    dropped = length = 0
    for proposed in draft.claims:
        found = [cited for quote in proposed.quotes if (cited := _cite(quote, given, texts)) is not None]
        dropped += len(proposed.quotes) - len(found)
        words = plain(proposed.text)
        if not found or not words or not stands_on(words, [cited.quote for cited in found]):
            dropped += 1
            continue
        numbers = tuple(dict.fromkeys(_number(cited, numbered) for cited in found))
        claims.append(Claim(words, length, length + len(words), numbers))
        parts.append(words + "".join(f" [{number}]" for number in numbers))
        length += len(parts[-1]) + 1
    return Verified("\n".join(parts), tuple(claims), tuple(numbered.values()), dropped)


def _number(cited: Citation, numbered: dict[tuple[str, int, int, int], Citation]) -> int:
    key = (cited.article_id, cited.version, cited.start, cited.end)
    if key not in numbered:
        numbered[key] = _renumber(cited, len(numbered) + 1)
    return numbered[key].n


def _renumber(cited: Citation, number: int) -> Citation:
    values = {name: getattr(cited, name) for name in Citation.__slots__}
    return Citation(**{**values, "n": number})


def _cite(quote: QuoteDraft, given: Mapping[int, Hit], texts: Texts) -> Citation | None:
    """The citation of a quote, or None where its passage was not given or does not contain it."""
    hit = given.get(quote.passage)
    if hit is None:
        return None
    passage, article = hit.passage, hit.article
    text = texts.get((passage.article_id, passage.version), "")
    span = locate(quote.quote, text, within=(passage.start, passage.end))
    if span is None:
        return None
    start, end = span
    return Citation(
        n=0, article_id=article.id, version=passage.version, title=article.title, publisher=article.publisher,
        url=article.url, published=article.published, quote=text[start:end], start=start, end=end,
        before=text[max(0, start - CONTEXT) : start], after=text[end : end + CONTEXT], origin=article.origin,
    )  # fmt: skip


def locate(quote: str, text: str, *, within: Span) -> Span | None:
    """Where a quote stands in `text[within]`: exactly, else under one form of quotes, dashes and spaces.

    A quote must begin and end at the edge of a word: half a number or half a name is another one.
    """
    wanted = quote.strip()
    if len(wanted) < MIN_QUOTE:
        return None
    start, end = within
    at = text.find(wanted, start, end)
    while at >= 0:
        if _whole(text, at, at + len(wanted)):
            return at, at + len(wanted)
        at = text.find(wanted, at + 1, end)
    folded, places = _fold(text[start:end])
    needle, _ = _fold(wanted)
    at = folded.find(needle) if len(needle) >= MIN_QUOTE else -1
    while at >= 0:
        left, right = start + places[at], start + places[at + len(needle) - 1] + 1
        if _whole(text, left, right):
            return left, right
        at = folded.find(needle, at + 1)
    return None


def _whole(text: str, start: int, end: int) -> bool:
    left = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    right = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not left and not right


def _fold(text: str) -> tuple[str, list[int]]:
    """The text in one form, and for each of its characters the place it came from."""
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if char in _INVISIBLE:
            continue
        for piece in unicodedata.normalize("NFKC", char).translate(_SAME):
            if piece.isspace():
                if folded and folded[-1] == " ":
                    continue
                piece = " "
            folded.append(piece)
            places.append(place)
    whole = "".join(folded)
    lead = len(whole) - len(whole.lstrip())
    return whole.strip(), places[lead:]


def stands_on(claim: str, quotes: Sequence[str]) -> bool:
    """Whether every number and name of the claim is in its quotes."""
    said = _fold(" ".join(quotes))[0].casefold()
    numbers = {_digits(number) for number in _NUMBER.findall(said)}
    if any(_digits(number) not in numbers for number in _NUMBER.findall(claim)):
        return False
    return all(_fold(name)[0].casefold() in said for name in _NAME.findall(claim))


def _digits(number: str) -> str:
    """`1,000` and `1000` are one number; `1.5` and `15` are two."""
    return re.sub(r",(?=\d{3}\b)", "", number)


def plain(text: str) -> str:
    """One line without control or bidirectional characters and without marks that look like our own."""
    kept = "".join(" " if char.isspace() else char for char in text if char.isspace() or char.isprintable())
    return re.sub(r"\s+", " ", re.sub(r"\[\d+\]", "", kept)).strip()


def claim_of(text: str, *quotes: tuple[int, str]) -> ClaimDraft:
    """A claim draft in one line."""
    return ClaimDraft(text, tuple(QuoteDraft(passage, quote) for passage, quote in quotes))
