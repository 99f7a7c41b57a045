"""Dateline in a LlamaIndex program: a retriever of its passages, and a query engine whose every source is a verified quote.

Both stand on a `qa.Client`, a `qa.AsyncClient` or a `qa.LocalArchive`. The ids of nodes are made from article, version
and offsets, so that the same stretch is the same node each time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from qa.interfaces import schemas
from qa.interfaces.calls import ANYTHING, Within
from qa.interfaces.client import AsyncClient, Client
from qa.interfaces.local import LocalArchive
from qa.models import AskMode

Source = Client | AsyncClient | LocalArchive
FOR_PROGRAMS = [
    "article_id",
    "version",
    "url",
    "start",
    "end",
    "published_basis",
    "n",
    "origin",
    "before",
    "after",
]
"""Metadata that a language model or an embedder is not shown: it would only spend their tokens."""
AWAITED = "An AsyncClient is awaited: use aretrieve and aquery, or pass a qa.Client."


@dataclass(frozen=True, slots=True)
class _Asked:
    """What both ask with."""

    source: Source
    as_of: date | None
    within: Within

    def now(self, call: str, question: str, **more: Any) -> Any:
        if isinstance(self.source, AsyncClient):
            raise TypeError(AWAITED)
        return getattr(self.source, call)(question, as_of=self.as_of, within=self.within, **more)

    async def awaited(self, call: str, question: str, **more: Any) -> Any:
        if not isinstance(self.source, AsyncClient):
            return await asyncio.to_thread(self.now, call, question, **more)
        return await getattr(self.source, call)(question, as_of=self.as_of, within=self.within, **more)


class DatelineRetriever(BaseRetriever):  # type: ignore[misc,unused-ignore]
    """The passages that Dateline would answer from, best first.

    A node's text is the passage, `article.text[start_char_idx:end_char_idx]` in code points; its metadata names the
    article with its publisher, date and how that is known. Raises the errors of `qa.errors`.
    """

    def __init__(
        self, source: Source, *, limit: int = 10, as_of: date | None = None, within: Within = ANYTHING
    ) -> None:
        super().__init__()
        self._asked, self._limit = _Asked(source, as_of, within), limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return _passages(self._asked.now("search", query_bundle.query_str, limit=self._limit))

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return _passages(await self._asked.awaited("search", query_bundle.query_str, limit=self._limit))


class DatelineQueryEngine(BaseQueryEngine):  # type: ignore[misc,unused-ignore]
    """Dateline's own answers. `response.source_nodes` are the quotes in the order of their [n] marks, each verified.

    `response.metadata` is the answer object: where its `status` is `not_answered`, the response says why and has no source.
    """

    def __init__(
        self,
        source: Source,
        *,
        as_of: date | None = None,
        within: Within = ANYTHING,
        mode: AskMode = "auto",
    ) -> None:
        super().__init__(callback_manager=None)
        self._asked, self._mode = _Asked(source, as_of, within), mode
        self._retriever = DatelineRetriever(source, as_of=as_of, within=within)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}

    def retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """The passages that the answer is made from."""
        found: list[NodeWithScore] = self._retriever.retrieve(query_bundle)
        return found

    def _query(self, query_bundle: QueryBundle) -> Response:
        return _response(self._asked.now("ask", query_bundle.query_str, mode=self._mode))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return _response(await self._asked.awaited("ask", query_bundle.query_str, mode=self._mode))


def _passages(found: schemas.HitsOut) -> list[NodeWithScore]:
    return [NodeWithScore(node=_node(hit, hit.text), score=hit.score) for hit in found.hits]


def _response(answer: schemas.AnswerOut) -> Response:
    cited = [
        NodeWithScore(
            node=_node(
                quote, quote.quote, n=quote.n, origin=quote.origin, before=quote.before, after=quote.after
            )
        )
        for quote in answer.citations
    ]
    return Response(answer.text, source_nodes=cited, metadata=answer.model_dump(mode="json"))


def _node(of: schemas.HitOut | schemas.CitationOut, text: str, **more: Any) -> TextNode:
    published = of.published.model_dump(mode="json")
    told = {
        "title": of.title, "publisher": of.publisher, "published": published["date"],
        "published_basis": published["basis"], "published_from": published["from"],
        "published_to": published["to"], "url": of.url, "article_id": of.article_id, "version": of.version,
        "start": of.start, "end": of.end, **more,
    }  # fmt: skip
    metadata = {name: value for name, value in told.items() if value is not None}
    hidden = [name for name in FOR_PROGRAMS if name in metadata]
    whole = RelatedNodeInfo(node_id=of.article_id, metadata={"title": of.title, "version": of.version})
    return TextNode(
        id_=f"{of.article_id}@{of.version}:{of.start}-{of.end}", text=text, metadata=metadata,
        start_char_idx=of.start, end_char_idx=of.end, excluded_llm_metadata_keys=hidden,
        excluded_embed_metadata_keys=hidden, relationships={NodeRelationship.SOURCE: whole},
    )  # fmt: skip
