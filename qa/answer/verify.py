"""Nothing is shown that is not verified here: quotes are found in the text, claims stand on their quotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from qa.answer import days
from qa.answer.days import Dates
from qa.answer.orders import is_order
from qa.answer.support import stands_on
from qa.figures import Dropped, Why
from qa.models import (
    AnswerDraft,
    Citation,
    Claim,
    ClaimDraft,
    Conflict,
    ConflictDraft,
    ConflictValue,
    Hit,
    QuoteDraft,
    Span,
)

CONTEXT = 160
"""Characters of the article shown before and after a quote."""
MIN_QUOTE = 3
MAX_TRIES = 1_000
"""Places at which a quote is tried: one that fails at so many is no quote."""
Texts = Mapping[tuple[str, int], str]
Furniture = Mapping[tuple[str, int], Sequence[Span]]
NONE: Furniture = {}
UNSPOKEN: Dates = {}

_SAME = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
                       "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-"})  # fmt: skip
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


@dataclass(frozen=True, slots=True)
class Verified:
    """What is left of a draft: every quote real, every claim with a quote it stands on."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    dropped: tuple[Dropped, ...]
    """Quotes and claims that failed, each with why."""
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What quotes are looked up in: the passages that were given, and the texts they are parts of.

    `texts` holds the full text of every version that a hit names, `furniture` the spans that are no news.
    """

    hits: Mapping[int, Hit]
    texts: Texts
    furniture: Furniture = field(default_factory=dict)


class Ledger:
    """Numbers citations in reading order: the same stretch of the same article is one citation."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._numbered: dict[tuple[str, int, int, int], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._numbered.values())

    def found(self, quotes: Sequence[QuoteDraft]) -> list[Citation]:
        """The citations of the quotes that are real, without a number yet."""
        return [cited for quote in quotes if (cited := cite(quote, self._given)) is not None]

    def refused(self, quotes: Sequence[QuoteDraft]) -> list[Dropped]:
        """The quotes that are not real, each with why."""
        tried = [(quote.quote, place(quote, self._given)) for quote in quotes]
        return [Dropped(words, why) for words, why in tried if isinstance(why, str)]

    def number(self, cited: Citation) -> int:
        key = (cited.article_id, cited.version, cited.start, cited.end)
        if key not in self._numbered:
            self._numbered[key] = replace(cited, n=len(self._numbered) + 1)
        return self._numbered[key].n

    def numbers(self, found: Sequence[Citation]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.number(cited) for cited in found))


class Proof:
    """Takes a draft's claims one by one; those that stand are kept, and their citations numbered in reading order."""

    def __init__(
        self, hits: Sequence[Hit], texts: Texts, furniture: Furniture = NONE, spoken: Dates = UNSPOKEN
    ) -> None:
        self._ledger = Ledger(Given({hit.passage.id: hit for hit in hits}, texts, furniture))
        self._spoken = spoken
        self._claims: list[Claim] = []
        self._parts: list[str] = []
        self._length = self._tried = 0
        self._dropped: list[Dropped] = []

    @property
    def citations(self) -> tuple[Citation, ...]:
        return self._ledger.citations

    def stands(self, proposed: ClaimDraft) -> tuple[str, tuple[int, ...]] | None:
        """A claim's words made plain and its citations, or None: it does not stand on what it quotes."""
        found = self._ledger.found(proposed.quotes)
        if len(found) < len(proposed.quotes):
            self._dropped += self._ledger.refused(proposed.quotes)
        words = plain(proposed.text)
        if not supported(words, found, self._spoken):
            self._dropped.append(Dropped(words, "unsupported"))
            return None
        return words, self._ledger.numbers(found)

    def claim(self, proposed: ClaimDraft) -> Claim | None:
        """The claim with its citations, as the next part of the answer's text; None where it does not stand."""
        self._tried += 1
        kept = self.stands(proposed)
        if kept is None:
            return None
        words, numbers = kept
        claim = Claim(words, self._length, self._length + len(words), numbers)
        self._claims.append(claim)
        self._parts.append(words + "".join(f" [{number}]" for number in numbers))
        self._length += len(self._parts[-1]) + 1
        return claim

    def finished(self, draft: AnswerDraft) -> Verified:
        """The rest of a draft whose first claims may have been taken already."""
        for proposed in draft.claims[self._tried :]:
            self.claim(proposed)
        compared = [_conflict(one, self._ledger, self._spoken) for one in draft.conflicts if self._claims]
        kept = tuple(one for one in compared if one is not None)
        dropped = tuple(self._dropped)
        return Verified("\n".join(self._parts), tuple(self._claims), self.citations, dropped, kept)


def keep_supported(
    draft: AnswerDraft,
    hits: Sequence[Hit],
    texts: Texts,
    furniture: Furniture = NONE,
    spoken: Dates = UNSPOKEN,
) -> Verified:
    """Keep the claims whose quotes are found, and number their citations in reading order."""
    return Proof(hits, texts, furniture, spoken).finished(draft)


def supported(claim: str, found: Sequence[Citation], spoken: Dates = UNSPOKEN) -> bool:
    """Whether a claim, made plain, stands on the quotes that were found for it, and its days on what they mean."""
    if not found or not claim:
        return False
    if len(found) == 1 and claim == found[0].quote:
        return True
    said = [one for cited in found for one in days.within(cited, spoken)]
    return stands_on(days.unsaid(claim, said), [cited.quote for cited in found])


def _conflict(draft: ConflictDraft, ledger: Ledger, spoken: Dates) -> Conflict | None:
    """A conflict of the values that stand on their quotes; None where fewer than two are left."""
    values = []
    for value in draft.values:
        found = ledger.found(value.quotes)
        if supported(plain(value.value), found, spoken):
            values.append(_value(plain(value.value), found, ledger.numbers(found)))
    if len(values) < 2:
        return None
    dated = [value.published for value in values]
    update = None not in dated and len(set(dated)) == len(dated)
    one_voice = len({cited.origin for value in draft.values for cited in ledger.found(value.quotes)}) == 1
    if update and one_voice:
        values.sort(key=lambda value: value.published.toordinal() if value.published else 0)
    return Conflict(plain(draft.about), tuple(values), update=update and one_voice)


def _value(words: str, found: Sequence[Citation], numbers: tuple[int, ...]) -> ConflictValue:
    dated = [cited.published.date for cited in found if cited.published.date is not None]
    return ConflictValue(
        words, numbers, publishers=tuple(dict.fromkeys(cited.publisher for cited in found)),
        published=min(dated, default=None), origins=len({cited.origin for cited in found}),
    )  # fmt: skip


def place(quote: QuoteDraft, given: Given) -> Span | Why:
    """Where a quote stands in its article, or why it may not be cited."""
    hit = given.hits.get(quote.passage)
    if hit is None:
        return "not_given"
    passage = hit.passage
    key = (passage.article_id, passage.version)
    text = given.texts.get(key, "")
    span = locate(quote.quote, text, within=(passage.start, passage.end))
    if span is None:
        return "unfound"
    if _touches(span, given.furniture.get(key, ())):
        return "furniture"
    if any(is_order(text[left:right]) for left, right in _around(span, passage.sentences)):
        return "order"
    return span


def cite(quote: QuoteDraft, given: Given) -> Citation | None:
    """The citation of a quote, or None where it may not be cited."""
    span = place(quote, given)
    if isinstance(span, str):
        return None
    passage, article = given.hits[quote.passage].passage, given.hits[quote.passage].article
    text, (start, end) = given.texts[passage.article_id, passage.version], span
    return Citation(
        n=0, article_id=article.id, version=passage.version, title=article.title, publisher=article.publisher,
        url=article.url, published=article.published, quote=text[start:end], start=start, end=end,
        before=text[max(0, start - CONTEXT) : start], after=text[end : end + CONTEXT], origin=article.origin,
    )  # fmt: skip


def _around(span: Span, sentences: Sequence[Span]) -> list[Span]:
    """The quote and the whole sentences that it is taken from."""
    return [span, *(sentence for sentence in sentences if _touches(span, [sentence]))]


def _touches(span: Span, others: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def locate(quote: str, text: str, *, within: Span) -> Span | None:
    """Where a quote stands in `text[within]`: exactly, else under one form of quotes, dashes and spaces.

    A quote must begin and end at the edge of a word: half a number or half a name is another one.
    """
    wanted = quote.strip()
    if len(wanted) < MIN_QUOTE:
        return None
    start, end = within
    exact = _first(text, wanted, within)
    if exact is not None:
        return exact
    folded, places = _fold(text[start:end])
    needle, _ = _fold(wanted)
    if len(needle) < MIN_QUOTE:
        return None
    at = folded.find(needle)
    for _ in range(MAX_TRIES):
        if at < 0:
            return None
        left, right = start + places[at], start + places[at + len(needle) - 1] + 1
        if _whole(text, left, right):
            return left, right
        at = folded.find(needle, at + 1)
    return None


def _first(text: str, wanted: str, within: Span) -> Span | None:
    at = text.find(wanted, *within)
    for _ in range(MAX_TRIES):
        if at < 0:
            return None
        if _whole(text, at, at + len(wanted)):
            return at, at + len(wanted)
        at = text.find(wanted, at + 1, within[1])
    return None


def _whole(text: str, start: int, end: int) -> bool:
    left = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    right = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not left and not right


@lru_cache(maxsize=32)
def _fold(text: str) -> tuple[str, list[int]]:
    """The text in one form, and for each of its characters the place it came from."""
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if char in _INVISIBLE:
            continue
        for piece in unicodedata.normalize("NFKD", char).translate(_SAME):
            if piece.isspace():
                if folded and folded[-1] == " ":
                    continue
                piece = " "
            folded.append(piece)
            places.append(place)
    whole = "".join(folded)
    lead = len(whole) - len(whole.lstrip())
    return whole.strip(), places[lead:]


def plain(text: str) -> str:
    """One line without control or bidirectional characters and without marks that look like our own."""
    kept = "".join(" " if char.isspace() else char for char in text if char.isspace() or char.isprintable())
    return re.sub(r"\s+", " ", re.sub(r"\[\d+\]", "", kept)).strip()


def claim_of(text: str, *quotes: tuple[int, str]) -> ClaimDraft:
    """A claim draft in one line."""
    return ClaimDraft(text, tuple(QuoteDraft(passage, quote) for passage, quote in quotes))
