"""REST as a client sees it: routes, wire forms, problems."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import shared
from fastapi.testclient import TestClient
from test_service import FLOOD, filled

from qa.interfaces import rest
from qa.service import Newsroom


@pytest.fixture
def client(newsroom: Newsroom) -> Iterator[TestClient]:
    with TestClient(rest.app(filled(newsroom)), raise_server_exceptions=False) as opened:
        yield opened


def ask(client: TestClient, **body: object) -> Any:
    return client.post("/v1/ask", json={"question": "When did the flood reach Aveley?", **body})


def test_an_answer_has_the_documented_form(client: TestClient) -> None:
    answer = ask(client).json()
    assert set(answer) == {
        "status", "reason", "text", "claims", "citations", "conflicts", "origins", "articles", "mode", "model", "as_of",
        "question", "standalone_question", "conversation_id", "notes", "usage", "timings", "id", "timeline", "suggestions",
    }  # fmt: skip
    (citation,) = answer["citations"]
    assert set(citation) == {
        "n", "article_id", "version", "title", "publisher", "url", "published", "quote", "start", "end", "before",
        "after", "origin", "verified",
    }  # fmt: skip
    assert citation["published"] == {
        "date": "2024-04-01",
        "basis": "given",
        "at": None,
        "from": None,
        "to": None,
        "why": "",
        "rests_on": [],
    }
    for claim in answer["claims"]:
        assert answer["text"][claim["start"] : claim["end"]] == claim["text"]
    assert [claim["text"] for claim in answer["claims"]] == ["Tuesday, 26 March 2024", FLOOD]


def test_a_citations_offsets_count_in_the_articles_text(client: TestClient) -> None:
    (citation,) = ask(client).json()["citations"]
    article = client.get(
        f"/v1/articles/{citation['article_id']}", params={"version": citation["version"]}
    ).json()
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_filters_and_as_of_reach_retrieval(client: TestClient) -> None:
    assert ask(client, as_of="2024-03-31").json()["status"] == "not_answered"
    assert ask(client, filters={"publishers": ["Other"]}).json()["status"] == "not_answered"
    assert (
        ask(client, filters={"published_from": "2024-04-01", "articles": ["flood"]}).json()["status"]
        == "answered"
    )


def test_search_returns_passages(client: TestClient) -> None:
    (first, *_) = client.post("/v1/search", json={"question": "flood", "limit": 1}).json()["hits"]
    assert (first["article_id"], first["text"]) == ("flood", FLOOD)


def test_articles_are_listed_in_pages(client: TestClient) -> None:
    first = client.get("/v1/articles", params={"limit": 1}).json()
    second = client.get("/v1/articles", params={"limit": 1, "after": first["next"]}).json()
    assert [page["articles"][0]["id"] for page in (first, second)] == ["flood", "talks"]
    assert second["next"] is None


def test_articles_are_added_as_json(client: TestClient) -> None:
    body = {"articles": [{"id": "n1", "title": "New", "text": "The bridge in Porto opened."}, {"id": "n2"}]}
    report = client.post("/v1/articles", json=body).json()
    assert (report["new"], report["ids"], len(report["refused"])) == (1, ["n1"], 1)
    assert (
        client.post("/v1/search", json={"question": "bridge Porto"}).json()["hits"][0]["article_id"] == "n1"
    )


def test_articles_are_added_as_files(client: TestClient) -> None:
    files = [("files", ("a.txt", b"Bridge opens\n\nThe bridge in Porto opened.")), ("files", ("b.txt", b""))]
    report = client.post("/v1/articles", files=files).json()
    assert (report["new"], [refusal["source"] for refusal in report["refused"]]) == (1, ["b.txt"])


def test_a_deleted_article_is_gone(client: TestClient) -> None:
    assert client.delete("/v1/articles/flood").status_code == 204
    assert client.get("/v1/articles/flood").status_code == 404
    assert ask(client).json()["status"] == "not_answered"


def test_health_and_readiness(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["articles"], ready["behind"]) == ("ready", 2, {"keywords": 0})


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/v1/ask", {"question": ""}, 422, "bad_question"),
        ("POST", "/v1/ask", {"question": "why " * 25_000}, 422, "bad_question"),
        ("POST", "/v1/ask", {"question": "who?", "conversation_id": "nope"}, 404, "not_found"),
        ("POST", "/v1/ask", {"question": "who?", "colour": 1}, 422, "bad_request"),
        ("POST", "/v1/ask", {"question": "who?", "as_of": "yesterday"}, 422, "bad_request"),
        ("POST", "/v1/articles", {"url": 7}, 400, "bad_input"),
        ("POST", "/v1/articles", [], 400, "bad_input"),
        ("GET", "/v1/articles/nobody", None, 404, "not_found"),
        ("GET", "/v1/articles/flood?version=9", None, 404, "not_found"),
        ("GET", "/v1/articles?limit=0", None, 422, "bad_request"),
        ("DELETE", "/v1/articles/nobody", None, 404, "not_found"),
        ("GET", "/v1/nothing", None, 404, "http_404"),
    ],
)
def test_a_problem_is_said_in_rfc_9457(
    client: TestClient, method: str, path: str, body: object, status: int, code: str
) -> None:
    reply = client.request(method, path, json=body) if body is not None else client.request(method, path)
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert (reply.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["detail"]


def test_a_body_that_is_not_json_is_refused(client: TestClient) -> None:
    headers = {"content-type": "text/plain"}
    assert client.post("/v1/articles", content=b"{}", headers=headers).status_code == 415
    headers = {"content-type": "application/json"}
    assert client.post("/v1/articles", content=b"{", headers=headers).status_code == 400


def test_bodies_that_break_parsers_are_4xx(client: TestClient) -> None:
    for case in json.loads(shared("security/own/api_raw_bodies.json").read_text("utf-8")):
        for path in ("/v1/ask", "/v1/search", "/v1/articles"):
            for name in ("q", "question"):
                body = case["body"].replace('"q"', f'"{name}"').encode("utf-8", "surrogatepass")
                reply = client.post(path, content=body, headers={"content-type": "application/json"})
                assert reply.status_code < 500, (case["id"], path, reply.text[:200])


def test_a_body_over_the_limit_is_refused(client: TestClient) -> None:
    big = b'{"question": "' + b"a" * rest.MAX_BODY + b'"}'
    assert (
        client.post("/v1/ask", content=big, headers={"content-type": "application/json"}).status_code == 413
    )


def test_another_sites_name_for_this_machine_is_refused(client: TestClient) -> None:
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/timeline", "/v1/chat/completions"])
@pytest.mark.parametrize("day", ["0001-01-03", "0999-12-31", "9001-01-01", "9999-12-31"])
def test_a_day_at_an_end_of_the_calendar_is_refused(client: TestClient, path: str, day: str) -> None:
    said = {"question": "flood"} if path != "/v1/timeline" else {"topic": "flood"}
    if path == "/v1/chat/completions":
        said = {"model": "dateline", "messages": [{"role": "user", "content": "flood"}]}  # type: ignore[dict-item]
    for body in ({"as_of": day}, {"filters": {"published_from": day}}, {"filters": {"published_to": day}}):
        sent = {**said, **body} if path != "/v1/chat/completions" else {**said, "dateline": body}
        told = client.post(path, json=sent)
        assert (told.status_code, told.json()["code"]) == (422, "bad_request"), told.text


@pytest.mark.parametrize("day", ["1000-01-01", "9000-12-31"])
def test_the_first_and_the_last_day_can_be_asked_about(client: TestClient, day: str) -> None:
    for question in ("What happened last week?", "What is the latest on the flood?", "flood since yesterday"):
        for body in (
            {"as_of": day},
            {"filters": {"published_from": day}},
            {"filters": {"published_to": day}},
        ):
            for path, name in (
                ("/v1/ask", "question"),
                ("/v1/search", "question"),
                ("/v1/timeline", "topic"),
            ):
                assert client.post(path, json={name: question, **body}).status_code == 200


@pytest.mark.parametrize("when", ["as of 1 January 0001", "as of 31 December 9999", "on 31 December 9999", "in 9999", "in 1", "by 1000", "since 0001-01-01", "until 9999-12-31"])  # fmt: skip
def test_a_question_may_name_any_year(client: TestClient, when: str) -> None:
    for path, name in (("/v1/ask", "question"), ("/v1/search", "question"), ("/v1/timeline", "topic")):
        assert client.post(path, json={name: f"What was reported of the flood {when}?"}).status_code == 200
