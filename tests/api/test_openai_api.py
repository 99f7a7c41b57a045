"""OpenAI's API, driven by clients that know nothing of Dateline: OpenAI's own, LangChain's and LlamaIndex's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import openai
import pytest
from fakes import BrokenModel, FakeModel
from langchain_openai import ChatOpenAI
from llama_index.core.llms import ChatMessage
from llama_index.llms.openai_like import OpenAILike
from served import served
from test_service import filled, reply

from qa import access
from qa.interfaces import rest
from qa.models import Draft
from qa.service import Newsroom

QUESTION = "When did the flood reach Aveley?"
ASKED: Any = [{"role": "user", "content": QUESTION}]
BRIDGE = "The bridge in Porto opened on 2 May 2024."
ADDRESS = "https://news.example/bridge"


@pytest.fixture
def address(newsroom: Newsroom) -> Iterator[str]:
    filled(newsroom).ingest([Draft(BRIDGE, title="Bridge opens", url=ADDRESS, id="bridge")])
    with served(rest.app(newsroom)) as found:
        yield f"{found}/v1"


@pytest.fixture
def client(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=address, api_key="none", max_retries=0) as made:
        yield made


def test_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["dateline", "dateline-extractive"]
    assert client.models.retrieve("dateline").owned_by == "dateline"
    with pytest.raises(openai.NotFoundError, match="There is no model 'gpt-9' here"):
        client.models.retrieve("gpt-9")


def test_a_completion_carries_marks_and_the_whole_answer(client: openai.OpenAI) -> None:
    done = client.chat.completions.create(model="dateline", messages=ASKED)
    (choice,) = done.choices
    answer = done.model_extra["dateline"]  # type: ignore[index]
    assert choice.message.content == answer["text"]
    assert "[1]" in answer["text"]
    assert (choice.finish_reason, answer["status"], answer["citations"][0]["article_id"]) == (
        "stop",
        "answered",
        "flood",
    )
    assert done.usage is not None


def test_a_stream_adds_up_to_the_completion(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="dateline", messages=ASKED)
    chunks = list(
        client.chat.completions.create(
            model="dateline", messages=ASKED, stream=True, stream_options={"include_usage": True}
        )
    )
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert said == whole.choices[0].message.content
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[-1].usage is not None
    (last,) = [chunk for chunk in chunks if chunk.choices and chunk.choices[0].finish_reason]
    assert last.model_extra["dateline"]["text"] == said  # type: ignore[index]


def test_what_is_not_answered_is_said_in_both_ways(client: openai.OpenAI) -> None:
    messages: Any = [{"role": "user", "content": "What was the price of uranium?"}]
    whole = client.chat.completions.create(model="dateline", messages=messages)
    chunks = client.chat.completions.create(model="dateline", messages=messages, stream=True)
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert whole.model_extra["dateline"]["status"] == "not_answered"  # type: ignore[index]
    assert said == whole.choices[0].message.content


def test_earlier_messages_are_the_conversation_and_nothing_is_kept(
    client: openai.OpenAI, newsroom: Newsroom
) -> None:
    messages: Any = [
        {"role": "system", "content": "Answer in verse."},
        *ASKED,
        {"role": "assistant", "content": "On Tuesday. [1]"},
        {"role": "user", "content": [{"type": "text", "text": "And where did it begin?"}]},
    ]
    done = client.chat.completions.create(model="dateline", messages=messages)
    assert "Aveley" in done.model_extra["dateline"]["standalone_question"]  # type: ignore[index]
    assert newsroom.conversations() == []


def test_dateline_s_own_filters_go_in_the_extra_body(client: openai.OpenAI) -> None:
    own = {"dateline": {"as_of": "2024-03-31"}}
    done = client.chat.completions.create(model="dateline", messages=ASKED, extra_body=own)
    assert done.model_extra["dateline"]["status"] == "not_answered"  # type: ignore[index]
    with pytest.raises(openai.UnprocessableEntityError, match=r"dateline\.colour"):
        client.chat.completions.create(
            model="dateline", messages=ASKED, extra_body={"dateline": {"colour": 1}}
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"messages": [{"role": "assistant", "content": "x"}]}, "must be a user's question"),
        ({"messages": [{"role": "user", "content": " "}]}, "The question is empty"),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x"}}]}
                ]
            },
            "send text",
        ),
        ({"n": 2}, "one answer"),
        ({"response_format": {"type": "json_object"}}, "response formats are not available"),
        ({"model": "gpt-9"}, "There is no model"),
    ],
)
def test_what_is_wrong_is_said_as_openai_says_it(
    client: openai.OpenAI, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        client.chat.completions.create(**{"model": "dateline", "messages": ASKED, **change})
    assert 400 <= refused.value.status_code < 500
    assert isinstance(refused.value.body, dict)
    assert said in refused.value.body["message"]
    assert refused.value.body["type"] == "invalid_request_error"


def test_a_stream_that_breaks_ends_with_an_error_and_no_secret(
    make_newsroom: Callable[..., Newsroom],
) -> None:
    with served(rest.app(filled(make_newsroom(model=BrokenModel())))) as found:
        client = openai.OpenAI(base_url=f"{found}/v1", api_key="none", max_retries=0)
        with pytest.raises(openai.APIError) as broken, client:
            list(client.chat.completions.create(model="dateline", messages=ASKED, stream=True))
        assert "SECRET" not in str(broken.value)
        with openai.OpenAI(base_url=f"{found}/v1", api_key="none", max_retries=0) as again:
            kinds = [
                event.type for event in again.responses.create(model="dateline", input=QUESTION, stream=True)
            ]
    assert kinds[-1] == "response.failed"


# -- responses ---------------------------------------------------------------------------------------------


def test_a_response_annotates_the_claims_it_cites(client: openai.OpenAI) -> None:
    done = client.responses.create(model="dateline", input="When did the bridge in Porto open?")
    (item,) = done.output
    (part,) = item.content  # type: ignore[union-attr]
    note = part.annotations[0]  # type: ignore[union-attr]
    assert (note.type, note.url, note.title) == ("url_citation", ADDRESS, "Bridge opens")
    claims = done.model_extra["dateline"]["claims"]  # type: ignore[index]
    assert done.output_text[note.start_index : note.end_index] in [claim["text"] for claim in claims]
    file = client.responses.create(model="dateline", input=QUESTION).output[0].content[0].annotations[0]  # type: ignore[union-attr]
    assert (file.type, file.file_id) == ("file_citation", "flood")


def test_the_events_of_a_response_come_in_order(client: openai.OpenAI) -> None:
    with client.responses.stream(model="dateline", input=QUESTION) as stream:
        events = list(stream)
        final = stream.get_final_response()
    kinds = [event.type for event in events]
    assert kinds[:4] == [
        "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
    ]  # fmt: skip
    assert kinds[-4:] == [
        "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
    ]  # fmt: skip
    assert "response.output_text.annotation.added" in kinds
    said = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert said == final.output_text
    assert [event.sequence_number for event in events] == sorted(event.sequence_number for event in events)
    assert len({event.response.id for event in events if hasattr(event, "response")}) == 1


def test_a_response_is_followed_up_by_its_id_unless_it_is_not_kept(
    client: openai.OpenAI, newsroom: Newsroom
) -> None:
    with client.responses.stream(model="dateline", input=QUESTION) as stream:
        first = stream.get_final_response()
    second = client.responses.create(
        model="dateline", input="And where did it begin?", previous_response_id=first.id
    )
    assert "Aveley" in second.model_extra["dateline"]["standalone_question"]  # type: ignore[index]
    assert [talk.turns for talk in newsroom.conversations()] == [2]
    gone = client.responses.create(model="dateline", input=QUESTION, store=False)
    assert [talk.turns for talk in newsroom.conversations()] == [2]
    for name in (gone.id, "resp_nope"):
        with pytest.raises(openai.NotFoundError):
            client.responses.create(model="dateline", input="And then?", previous_response_id=name)


# -- keys and other clients --------------------------------------------------------------------------------


def test_the_api_key_is_the_archive_s(address: str, newsroom: Newsroom) -> None:
    secret, _ = access.create(newsroom.keys, "program", ["ask"], per_minute=3)
    with (
        openai.OpenAI(base_url=address, api_key="wrong", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError, match="not known here"),
    ):
        client.chat.completions.create(model="dateline", messages=ASKED)
    with openai.OpenAI(base_url=address, api_key=secret, max_retries=0) as client:
        for _ in range(3):
            assert client.chat.completions.create(model="dateline", messages=ASKED).choices
        with pytest.raises(openai.RateLimitError) as refused:
            client.chat.completions.create(model="dateline", messages=ASKED)
    assert int(refused.value.response.headers["retry-after"]) >= 1


async def test_langchain_asks_and_streams(address: str) -> None:
    model = ChatOpenAI(base_url=address, api_key="none", model="dateline", temperature=0.3, max_retries=0)  # type: ignore[arg-type]
    assert "[1]" in model.invoke(QUESTION).content
    said = "".join([str(chunk.content) async for chunk in model.astream(QUESTION)])
    assert said == model.invoke(QUESTION).content


def test_llama_index_asks_and_streams(address: str) -> None:
    model = OpenAILike(api_base=address, api_key="none", model="dateline", is_chat_model=True, max_retries=0)
    message = ChatMessage(role="user", content=QUESTION)
    whole = model.chat([message]).message.content
    assert whole is not None
    assert "[1]" in whole
    assert "".join(piece.delta or "" for piece in model.stream_chat([message])) == whole


def test_a_model_s_claims_come_one_by_one(make_newsroom: Callable[..., Newsroom]) -> None:
    model = FakeModel(reply("It came on Tuesday.", ("P1", "The flood reached Aveley on Tuesday")))
    with served(rest.app(filled(make_newsroom(model=model)))) as found:
        body = {"model": "dateline", "messages": ASKED, "stream": True}
        told = httpx2.post(f"{found}/v1/chat/completions", json=body, trust_env=False).text
        quoted = {**body, "model": "dateline-extractive", "stream": False}
        extractive = httpx2.post(f"{found}/v1/chat/completions", json=quoted, trust_env=False).json()
    pieces = [json.loads(line[6:]) for line in told.splitlines() if line.startswith("data: {")]
    assert [piece["choices"][0]["delta"].get("content") for piece in pieces] == [
        "",
        "It came on Tuesday. [1]",
        None,
    ]
    assert told.endswith("data: [DONE]\n\n")
    assert (extractive["dateline"]["mode"], len(model.asked)) == ("extractive", 1)
