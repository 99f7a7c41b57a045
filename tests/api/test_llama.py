"""The doors into LlamaIndex, with LlamaIndex itself: over HTTP and over a folder, waiting and awaited."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import SEEDS
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, NodeRelationship
from served import served

import qa
from qa import bootstrap
from qa.adapters import sources
from qa.errors import QuestionError
from qa.ingest import read
from qa.interfaces import rest
from qa.settings import Settings

QUESTION = "when did Russian instructors arrive"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds, with the built-in model."""
    made = tmp_path_factory.mktemp("llama") / "home"
    with bootstrap.writing(Settings(home=made), what="test", opening="when it changes") as newsroom:
        newsroom.ingest(newsroom.read(sources.files([SEEDS], readable=read.is_readable)))
    return made


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with bootstrap.reading(Settings(home=home)) as newsroom, served(rest.app(newsroom)) as found:
        yield found


@pytest.fixture(params=["over HTTP", "over a folder"])
def source(request: Any, address: str, home: Path) -> Iterator[Any]:
    with ExitStack() as closing:
        made = qa.Client(address) if request.param == "over HTTP" else qa.LocalArchive(home)
        yield closing.enter_context(made)


def test_a_retriever_gives_passages_with_their_article_and_offsets(source: Any, home: Path) -> None:
    found = qa.DatelineRetriever(source, limit=3).retrieve(QUESTION)
    assert len(found) == 3
    with bootstrap.reading(Settings(home=home)) as newsroom:
        for each in found:
            told, node = each.node.metadata, each.node
            article = newsroom.article(told["article_id"], told["version"])
            assert article.text[node.start_char_idx : node.end_char_idx] == node.text
            assert (told["title"], told["publisher"]) == (article.title, article.publisher)
            assert node.relationships[NodeRelationship.SOURCE].node_id == article.id
            assert "article_id" not in node.get_content(MetadataMode.LLM)
            assert article.title in node.get_content(MetadataMode.LLM)
    assert found[0].score >= found[1].score
    again = qa.DatelineRetriever(source, limit=3).retrieve(QUESTION)
    assert [each.node.node_id for each in again] == [each.node.node_id for each in found]


def test_dates_say_how_they_are_known(source: Any) -> None:
    told = [each.node.metadata for each in qa.DatelineRetriever(source).retrieve(QUESTION)]
    assert {each["published_basis"] for each in told} >= {"inferred", "dateline"}
    for each in told:
        assert ("published" in each) or ("published_from" in each) or each["published_basis"] == "unknown"


def test_an_engine_answers_with_verified_quotes_only(source: Any) -> None:
    response = qa.DatelineQueryEngine(source).query(QUESTION)
    assert response.metadata["status"] == "answered"
    assert "[1]" in str(response)
    assert [each.node.metadata["n"] for each in response.source_nodes] == list(
        range(1, len(response.source_nodes) + 1)
    )
    assert [each.node.text for each in response.source_nodes] == [
        cited["quote"] for cited in response.metadata["citations"]
    ]
    assert response.get_formatted_sources()


def test_what_the_articles_do_not_say_has_no_source(source: Any) -> None:
    response = qa.DatelineQueryEngine(source).query("When did French instructors arrive in Chile?")
    assert (response.metadata["status"], response.source_nodes) == ("not_answered", [])
    assert str(response)
    before = qa.DatelineQueryEngine(source, as_of=date(2020, 1, 1)).query(QUESTION)
    assert before.source_nodes == []
    nobody = qa.DatelineRetriever(source, within=qa.Within(publishers=("Nobody",)))
    assert nobody.retrieve(QUESTION) == []
    with pytest.raises(QuestionError, match="empty"):
        qa.DatelineQueryEngine(source).query(" ")


async def test_the_same_awaited(source: Any, address: str) -> None:
    engine = qa.DatelineQueryEngine(source)
    response = await engine.aquery(QUESTION)
    assert response.source_nodes
    assert await qa.DatelineRetriever(source).aretrieve(QUESTION)
    async with qa.AsyncClient(address) as client:
        other = await qa.DatelineQueryEngine(client).aquery(QUESTION)
        assert str(other) == str(response)
        assert await qa.DatelineRetriever(client, limit=2).aretrieve(QUESTION)
        with pytest.raises(TypeError, match="use aretrieve and aquery"):
            qa.DatelineRetriever(client).retrieve(QUESTION)
        with pytest.raises(TypeError, match=r"pass a qa\.Client"):
            qa.DatelineQueryEngine(client).query(QUESTION)


def test_a_program_of_llama_index_s_own_is_built_on_it(source: Any) -> None:
    """Its synthesizer gives the model our passages with their titles; this model says what it was given."""
    engine = RetrieverQueryEngine.from_args(qa.DatelineRetriever(source, limit=2), llm=MockLLM())
    response = engine.query(QUESTION)
    assert len(response.source_nodes) == 2
    for each in response.source_nodes:
        assert each.node.text in str(response)
        assert each.node.metadata["title"] in str(response)
        assert each.node.metadata["article_id"] not in str(response)
