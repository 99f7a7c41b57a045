"""The keyword view on tantivy: BM25 over title and words of each passage."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path

import tantivy

from qa.adapters import state
from qa.errors import ViewError
from qa.models import Filters
from qa.ports import Indexed, Scored

LAYOUT = 1
HEAP = 64_000_000
MAX_TERMS = 32
"""Of a question: the rarest are kept, so that a pasted page costs no more than a sentence."""

_STOP_WORDS_TEXT = """
a about after all also an and any are as at be because been before but by can could did do does for from had
has have he her his how i if in into is it its just may me more most my no not of on one or other our out
over said say says she should so some such than that the their them then there these they this to under up
was we were what when where which while who whom whose why will with would you your
"""
STOP_WORDS = tuple(_STOP_WORDS_TEXT.split())


class KeywordView:
    name = "keywords"

    def __init__(self, folder: Path, *, archive: str, writable: bool = True) -> None:
        self._folder, self._file = folder / "keywords", folder / "keywords.json"
        self._state = state.State(archive, "", LAYOUT)
        self._writable = writable
        found = state.read(self._file)
        known = found is not None and (found.archive, found.layout) == (archive, LAYOUT)
        try:
            self._open(fresh=not known)
        except ValueError as error:  # tantivy's own word for files it cannot read
            if not writable:
                raise ViewError("The keyword index is damaged. Run `qa reindex`.") from error
            self._open(fresh=True)
        else:
            if known and found is not None:
                self._state = found

    def _open(self, *, fresh: bool) -> None:
        if fresh and self._writable:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._state = state.State(self._state.archive, "", LAYOUT)
        if not self._folder.is_dir():
            if not self._writable:
                self._index = tantivy.Index(_schema())
                _register(self._index)
                return
            self._folder.mkdir(parents=True)
        self._index = tantivy.Index(_schema(), path=str(self._folder))
        _register(self._index)

    def position(self) -> int:
        return self._state.position

    def count(self) -> int:
        self._index.reload()
        return int(self._index.searcher().num_docs)

    def reset(self) -> None:
        self._open(fresh=True)

    def apply(self, removed: Sequence[str], added: Sequence[Indexed]) -> None:
        writer = self._index.writer(heap_size=HEAP, num_threads=1)
        for article_id in removed:
            writer.delete_documents_by_term("article", article_id)
        for item in added:
            writer.add_document(_document(item))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def mark(self, position: int) -> None:
        self._state = state.State(self._state.archive, "", LAYOUT, position)
        state.write(self._file, self._state)

    def close(self) -> None:
        """Nothing to do: every commit is whole."""

    # -- searching -----------------------------------------------------------------------------------------

    def matching(self, question: str, *, k: int, filters: Filters) -> Scored:
        searcher = self._index.searcher()
        schema = self._index.schema
        terms = self._rarest(searcher, set(_analyzer().analyze(question)))
        if not terms:
            return []
        wanted = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "words", term)) for term in terms]
        walls = _walls(schema, filters)
        query = tantivy.Query.boolean_query(wanted)
        if walls:
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *walls])
        hits = searcher.search(query, k, count=False).hits
        numbers = searcher.fast_field_values("passage", [address for _, address in hits])
        return [(int(number), float(score)) for number, (score, _) in zip(numbers, hits, strict=True)]

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        searcher = self._index.searcher()
        return {word: self._idf(searcher, _analyzer().analyze(word)) for word in words}

    def _idf(self, searcher: tantivy.Searcher, terms: Sequence[str]) -> float:
        total = searcher.num_docs
        held = min((searcher.doc_freq("words", term) for term in terms), default=total)
        return log(1 + (total - held + 0.5) / (held + 0.5))

    def _rarest(self, searcher: tantivy.Searcher, terms: set[str]) -> list[str]:
        held = {term: searcher.doc_freq("words", term) for term in terms}
        return sorted((term for term in terms if held[term]), key=lambda term: (held[term], term))[:MAX_TERMS]


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
    builder.add_text_field("publisher", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_text_field("words", tokenizer_name="news", index_option="position")
    return builder.build()


def _document(item: Indexed) -> tantivy.Document:
    document = tantivy.Document()
    document.add_unsigned("passage", item.passage.id)
    document.add_text("article", item.passage.article_id)
    document.add_text("publisher", item.publisher.casefold())
    document.add_integer("day", item.published.toordinal() if item.published else 0)
    document.add_text("words", f"{item.title}\n{item.passage.text}")
    return document


def _walls(schema: tantivy.Schema, filters: Filters) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    found = []
    if filters.publishers:
        names = [name.casefold() for name in filters.publishers]
        found.append(tantivy.Query.term_set_query(schema, "publisher", names))
    if filters.articles:
        found.append(tantivy.Query.term_set_query(schema, "article", list(filters.articles)))
    if filters.published_from or filters.latest:
        first = filters.published_from.toordinal() if filters.published_from else 1
        last = filters.latest.toordinal() if filters.latest else 10_000_000
        found.append(tantivy.Query.range_query(schema, "day", tantivy.FieldType.Integer, first, last))
    return [(tantivy.Occur.Must, query) for query in found]
