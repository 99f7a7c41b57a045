"""The keyword view on tantivy: BM25 over title and words of each passage, and over each whole article."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from math import log
from pathlib import Path

import tantivy

from qa.adapters import state
from qa.errors import ViewError
from qa.models import Filters
from qa.ports import Indexed, Scored

LAYOUT = 4
HEAP = 64_000_000
ALL = "1"
"""A term of every passage."""
MAX_TERMS = 32
"""Of a question: the rarest are kept, so that a pasted page costs no more than a sentence."""

NAME, PHRASE = 1.5, 0.4
"""Boost of a term that the question writes as a name, and of two of its words side by side: docs/evaluation.md."""

_WORD = re.compile(r"\w+")
_STOP_WORDS_TEXT = """
a about after all also an and any are as at be because been before but by can could did do does for from had
has have he her his how i if in into is it its just may me more most my no not of on one or other our out
over said say says she should so some such than that the their them then there these they this to under up
was we were what when where which while who whom whose why will with would you your
"""
STOP_WORDS = tuple(_STOP_WORDS_TEXT.split())


class KeywordView:
    """`beside` builds a new one in a folder of its own, which is opened by others once it is adopted."""

    name = "keywords"

    def __init__(self, folder: Path, *, archive: str, writable: bool = True, beside: bool = False) -> None:
        self._folder, self._file = folder / "keywords", folder / "keywords.json"
        self._blank = state.State(archive, "", LAYOUT)
        self._state, self._writable, self._adopted = self._blank, writable, not beside
        found = None if beside else state.read(self._file)
        if found is None or (found.archive, found.layout) != (archive, LAYOUT) or not self._is_there(found):
            self._open_fresh()
            return
        self._state = found
        try:
            self._open()
        except ValueError as error:  # tantivy's own word for files it cannot read
            if not writable:
                raise ViewError("The keyword index is damaged. Run `qa reindex`.") from error
            self._open_fresh()

    def _is_there(self, found: state.State) -> bool:
        return (self._folder / found.folder).is_dir()

    def _open(self) -> None:
        self._index = tantivy.Index(_schema(), path=str(self._folder / self._state.folder))
        _register(self._index)
        if self._writable:
            state.sweep(self._folder, kept=self._state.folder)

    def _open_fresh(self) -> None:
        if not self._writable:
            self._index = tantivy.Index(_schema())
            _register(self._index)
            return
        self._state = state.named(self._blank)
        path = self._folder / self._state.folder
        path.mkdir(parents=True)
        self._index = tantivy.Index(_schema(), path=str(path))
        _register(self._index)
        if self._adopted:
            state.sweep(self._folder, kept=self._state.folder)

    def adopt(self) -> None:
        """Be the one that is opened from now on."""
        self._adopted = True
        state.write(self._file, self._state)

    def discard(self) -> None:
        """Remove its files. Whoever searches it still may finish."""
        shutil.rmtree(self._folder / self._state.folder, ignore_errors=True)

    def position(self) -> int:
        return self._state.position

    def count(self) -> int:
        self._index.reload()
        return int(self._index.searcher().num_docs)

    def reset(self) -> None:
        self._open_fresh()

    def apply(self, removed: Sequence[str], added: Sequence[Indexed]) -> None:
        writer = self._index.writer(heap_size=HEAP, num_threads=1)
        for article_id in removed:
            writer.delete_documents_by_term("article", article_id)
        for _, passages in groupby(added, key=lambda item: item.passage.article_id):
            for document in _documents(list(passages)):
                writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def mark(self, position: int) -> None:
        self._state = replace(self._state, position=position)
        if self._adopted:
            state.write(self._file, self._state)

    def close(self) -> None:
        """Nothing to do: every commit is whole."""

    # -- searching -----------------------------------------------------------------------------------------

    def matching(self, question: str, *, k: int, filters: Filters) -> Scored:
        return self._best(self._asked(question), k, _walls(self._index.schema, filters))

    def articles(self, question: str, *, k: int, filters: Filters) -> Scored:
        terms = self._rarest("whole", _analyzer().analyze(question))
        return self._best(
            self._any("whole", dict.fromkeys(terms, 1.0)), k, _walls(self._index.schema, filters)
        )

    def scores(self, question: str, passages: Sequence[int]) -> dict[int, float]:
        if not passages:
            return {}
        # As terms one by one: for a set of them, tantivy goes through every passage's number, which took twice as long
        # as all the rest.
        each = [tantivy.Query.term_query(self._index.schema, "passage", number) for number in passages]
        among = tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in each])
        return dict(self._best(self._asked(question), len(passages), [among]))

    def _asked(self, question: str) -> list[tantivy.Query]:
        """The question's terms, names weighing more, and its pairs of neighbouring words as phrases."""
        spelled = [(word.group(), _analyzer().analyze(word.group())) for word in _WORD.finditer(question)]
        terms = self._rarest("words", [term for _, found in spelled for term in found])
        names = {term for word, found in spelled[1:] if word[0].isupper() for term in found}
        found = self._any("words", {term: NAME if term in names else 1.0 for term in terms})
        if len(spelled) <= MAX_TERMS:
            found += [self._phrase(pair) for pair in _pairs([terms for _, terms in spelled])]
        return found

    def _any(self, name: str, boosts: Mapping[str, float]) -> list[tantivy.Query]:
        terms = [
            (tantivy.Query.term_query(self._index.schema, name, term), boost)
            for term, boost in boosts.items()
        ]
        return [tantivy.Query.boost_query(query, boost) if boost != 1 else query for query, boost in terms]

    def _phrase(self, pair: tuple[str, str]) -> tantivy.Query:
        phrase = tantivy.Query.phrase_query(self._index.schema, "words", list(pair))
        return tantivy.Query.boost_query(phrase, PHRASE)

    def _best(self, wanted: Sequence[tantivy.Query], k: int, walls: Sequence[tantivy.Query]) -> Scored:
        if not wanted or not k:
            return []
        searcher = self._index.searcher()
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in wanted])
        if walls:  # of a constant score: what a filter lets in says nothing of how well it matches
            let_in = [(tantivy.Occur.Must, tantivy.Query.const_score_query(wall, 0.0)) for wall in walls]
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *let_in])
        hits = searcher.search(query, k, count=False).hits
        numbers = searcher.fast_field_values("passage", [address for _, address in hits])
        return [(int(number), float(score)) for number, (score, _) in zip(numbers, hits, strict=True)]

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        searcher = self._index.searcher()
        return {word: self._idf(searcher, _analyzer().analyze(word)) for word in words}

    def _idf(self, searcher: tantivy.Searcher, terms: Sequence[str]) -> float:
        total = searcher.doc_freq(
            "all", ALL
        )  # like every such count with what was deleted and not merged away yet
        held = min((searcher.doc_freq("words", term) for term in terms), default=total)
        return log(1 + (total - held + 0.5) / (held + 0.5))

    def _rarest(self, name: str, terms: Iterable[str]) -> list[str]:
        searcher = self._index.searcher()
        held = {term: searcher.doc_freq(name, term) for term in dict.fromkeys(terms)}
        return sorted((term for term in held if held[term]), key=lambda term: (held[term], term))[:MAX_TERMS]


def _pairs(spelled: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Terms of words that stand side by side; a stop word between two parts them."""
    found = [(left[0], right[0]) for left, right in pairwise(spelled) if len(left) == len(right) == 1]
    return list(dict.fromkeys(found))


_ANALYZERS: dict[str, tantivy.TextAnalyzer] = {}


def _analyzer() -> tantivy.TextAnalyzer:
    if "news" not in _ANALYZERS:
        _ANALYZERS["news"] = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.remove_long(60))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.custom_stopword(list(STOP_WORDS)))
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )
    return _ANALYZERS["news"]


def _register(index: tantivy.Index) -> None:
    index.register_tokenizer("news", _analyzer())


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", indexed=True, fast=True)
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("all", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("publisher", tokenizer_name="raw", index_option="basic")
    for name in (
        "first",
        "last",
    ):  # day of publication; two where it is an inferred interval, 0 where unknown
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_text_field("words", tokenizer_name="news", index_option="position")
    builder.add_text_field("whole", tokenizer_name="news", index_option="freq")
    return builder.build()


def _documents(passages: Sequence[Indexed]) -> Iterator[tantivy.Document]:
    """One for each passage of an article; the first carries the words of all."""
    for number, item in enumerate(passages):
        document = tantivy.Document()
        document.add_unsigned("passage", item.passage.id)
        document.add_text("all", ALL)
        document.add_text("article", item.passage.article_id)
        document.add_text("publisher", item.publisher.casefold())
        document.add_integer("first", item.first.toordinal() if item.first else 0)
        document.add_integer("last", item.last.toordinal() if item.last else 0)
        document.add_text("words", f"{item.title}\n{item.passage.text}")
        if number == 0:
            document.add_text("whole", "\n".join([item.title, *(other.passage.text for other in passages)]))
        yield document


def _walls(schema: tantivy.Schema, filters: Filters) -> list[tantivy.Query]:
    found = []
    if filters.publishers:
        names = [name.casefold() for name in filters.publishers]
        found.append(tantivy.Query.term_set_query(schema, "publisher", names))
    if filters.articles:
        found.append(tantivy.Query.term_set_query(schema, "article", list(filters.articles)))
    if filters.published_from:
        found.append(_days(schema, "first", filters.published_from.toordinal(), 10_000_000))
    if filters.latest:
        found.append(_days(schema, "last", 1, filters.latest.toordinal()))
    return found


def _days(schema: tantivy.Schema, name: str, low: int, high: int) -> tantivy.Query:
    return tantivy.Query.range_query(schema, name, tantivy.FieldType.Integer, low, high)
