"""What was asked before, over REST."""

from __future__ import annotations

import json
import re

import pytest
from fastapi.testclient import TestClient
from test_service import filled

from qa.interfaces import rest
from qa.service import Newsroom

ASKED = {"question": "When did the flood reach Aveley?"}


@pytest.fixture
def client(newsroom: Newsroom) -> TestClient:
    return TestClient(rest.app(filled(newsroom)))


def test_an_answer_is_opened_again_by_its_id(client: TestClient) -> None:
    given = client.post("/v1/ask", json=ASKED).json()
    assert client.get(f"/v1/answers/{given['id']}").json() == given


def test_a_conversation_holds_its_answers_until_it_is_deleted(client: TestClient) -> None:
    given = client.post("/v1/ask", json=ASKED).json()
    name = given["conversation_id"]
    listed = client.get("/v1/conversations").json()
    assert [(talk["id"], talk["title"], talk["turns"]) for talk in listed["conversations"]] == [
        (name, ASKED["question"], 1)
    ]
    assert client.get(f"/v1/conversations/{name}").json() == {
        "id": name, "turns": [{"question": ASKED["question"], "text": given["text"], "answer": given}],
    }  # fmt: skip
    assert client.delete(f"/v1/conversations/{name}").status_code == 204
    for gone in (f"/v1/conversations/{name}", f"/v1/answers/{given['id']}"):
        assert client.get(gone).status_code == 404
    assert client.delete(f"/v1/conversations/{name}").status_code == 404


def test_conversations_are_paged(client: TestClient) -> None:
    made = [client.post("/v1/ask", json=ASKED).json()["conversation_id"] for _ in range(3)]
    first = client.get("/v1/conversations?limit=2").json()
    rest_ = client.get(f"/v1/conversations?limit=2&before={first['next']}").json()
    assert [talk["id"] for talk in first["conversations"] + rest_["conversations"]] == made[::-1]
    assert rest_["next"] is None


def test_feedback_is_kept_for_an_answer_that_exists(client: TestClient) -> None:
    given = client.post("/v1/ask", json=ASKED).json()
    said = {"answer_id": given["id"], "good": False, "reason": "Wrong day."}
    assert client.post("/v1/feedback", json=said).status_code == 204
    assert client.post("/v1/feedback", json=said | {"answer_id": "0" * 32}).status_code == 404
    assert client.post("/v1/feedback", json=said | {"reason": "x" * 2001}).status_code == 422


def test_the_archive_says_what_is_in_it(client: TestClient) -> None:
    told = client.get("/v1/archive").json()
    assert (told["articles"], told["passages"], told["model"]) == (2, 2, None)
    assert told["outlets"] == [{"name": "Other", "articles": 1}, {"name": "The Paper", "articles": 1}]


def test_the_demo_is_offered_to_an_empty_archive_only(newsroom: Newsroom) -> None:
    client = TestClient(rest.app(newsroom))
    assert client.post("/v1/demo").json()["new"] == 5
    refused = client.post("/v1/demo")
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_input")


# -- idempotency keys --------------------------------------------------------------------------------------


def turns(client: TestClient, name: str) -> int:
    return len(client.get(f"/v1/conversations/{name}").json()["turns"])


def test_a_question_that_is_sent_again_is_not_a_second_turn(client: TestClient) -> None:
    name = client.post("/v1/ask", json=ASKED).json()["conversation_id"]
    followed, headers = {**ASKED, "conversation_id": name}, {"Idempotency-Key": "k-1"}
    first = client.post("/v1/ask", json=followed, headers=headers)
    again = client.post("/v1/ask", json=followed, headers=headers)
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert turns(client, name) == 2
    assert client.post("/v1/ask", json=ASKED, headers=headers).status_code == 400, "another question"
    assert client.post("/v1/ask", json=followed).json()["id"] != first.json()["id"]


def test_a_streamed_question_that_is_sent_again_gets_the_answer_that_was_given(client: TestClient) -> None:
    asked, headers = {**ASKED, "stream": True}, {"Idempotency-Key": "k-2"}
    first, again = (client.post("/v1/ask", json=asked, headers=headers).text for _ in range(2))
    assert re.findall("^event: (.*)$", first, re.M)[-1] == "done"
    assert re.findall("^event: (.*)$", again, re.M) == ["done"]
    given, same = (json.loads(re.findall("^data: (.*)$", told, re.M)[-1]) for told in (first, again))
    assert same == given
    assert turns(client, given["conversation_id"]) == 1


def test_a_question_that_failed_may_be_asked_again_with_its_key(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k-3"}
    for _ in range(2):
        assert client.post("/v1/ask", json={"question": " "}, headers=headers).status_code == 422
    lost = {**ASKED, "conversation_id": "nobody's"}
    for _ in range(2):
        assert client.post("/v1/ask", json=lost, headers={"Idempotency-Key": "k-4"}).status_code == 404


def test_a_key_brings_back_no_words_of_a_conversation_that_was_forgotten(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k-5"}
    given = client.post("/v1/ask", json=ASKED, headers=headers).json()
    client.delete(f"/v1/conversations/{given['conversation_id']}")
    assert client.post("/v1/ask", json=ASKED, headers=headers).status_code == 404


@pytest.mark.parametrize("stream", [False, True])
def test_a_response_in_openai_s_form_that_is_sent_again_is_not_a_second_turn(
    client: TestClient, stream: bool
) -> None:
    body = {"model": "dateline", "input": ASKED["question"], "stream": stream}
    first, again = (
        client.post("/v1/responses", json=body, headers={"Idempotency-Key": "k-6"}) for _ in range(2)
    )
    assert first.status_code == again.status_code == 200
    named = [set(re.findall(r"resp_\w+", told.text)) for told in (first, again)]
    assert named[0] == named[1]
    assert len(named[0]) == 1
    assert len(client.get("/v1/conversations").json()["conversations"]) == 1


def test_feedback_that_is_sent_again_replaces_nothing(client: TestClient, newsroom: Newsroom) -> None:
    given = client.post("/v1/ask", json=ASKED).json()
    bad = {"answer_id": given["id"], "good": False}
    headers = {"Idempotency-Key": "k-7"}
    assert client.post("/v1/feedback", json=bad, headers=headers).status_code == 204
    assert client.post("/v1/feedback", json={**bad, "good": True}).status_code == 204
    again = client.post("/v1/feedback", json=bad, headers=headers)
    assert (again.status_code, again.content) == (204, b"")
    assert newsroom.parts.archive.log.ratings() == (1, 0)
