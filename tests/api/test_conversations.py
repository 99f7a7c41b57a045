"""What was asked before, over REST."""

from __future__ import annotations

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
