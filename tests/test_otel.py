"""OpenTelemetry: off and not even imported unless the environment asks; then one span for each stage, and nobody's words."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import SEEDS
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from qa import bootstrap
from qa.adapters import otel, sources
from qa.errors import QuestionError, SettingsError
from qa.ingest import read
from qa.interfaces import rest
from qa.settings import Settings

QUESTION = "When did Russian instructors arrive in Niger?"
OUTER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Collector:
    """Takes what is sent to it over OTLP/HTTP."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.resources: list[dict[str, Any]] = []
        self.bodies = b""
        self.headers: list[Mapping[str, str]] = []

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        collector = self

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.take(
                    self.path, dict(self.headers), self.rfile.read(int(self.headers["content-length"]))
                )
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> None:
        assert path == "/v1/traces"
        self.bodies += body
        self.headers.append(headers)
        for found in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resources.append(facts(found.resource))
            self.spans += [span for scope in found.scope_spans for span in scope.spans]

    def named(self, name: str) -> list[Any]:
        return [span for span in self.spans if span.name == name]

    def within(self, span: Any) -> list[str]:
        """The names of its stages, in order."""
        inner = [each for each in self.spans if each.parent_span_id == span.span_id]
        assert all(span.start_time_unix_nano <= each.start_time_unix_nano for each in inner)
        assert all(each.end_time_unix_nano <= span.end_time_unix_nano for each in inner)
        assert {each.trace_id for each in inner} <= {span.trace_id}
        return [
            each.name.rpartition(" ")[2] for each in sorted(inner, key=lambda each: each.start_time_unix_nano)
        ]


def facts(held: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, str(each.value.WhichOneof("value"))) for each in held.attributes}


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    made = Collector()
    with made.running() as address:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        yield made


def test_a_question_over_rest_is_a_trace_with_its_stages(tmp_path: Path, collector: Collector) -> None:
    with bootstrap.writing(Settings(home=tmp_path), what="a test", opening="when it changes") as newsroom:
        newsroom.ingest(newsroom.read(sources.files([SEEDS], readable=read.is_readable)))
        with TestClient(rest.app(newsroom)) as client:
            headers = {"x-request-id": "of-the-test", "traceparent": OUTER}
            answer = client.post("/v1/ask", json={"question": QUESTION}, headers=headers).json()
            client.post("/v1/search", json={"question": QUESTION})
            client.post("/v1/timeline", json={"topic": "Russian instructors"})
            with pytest.raises(QuestionError):
                newsroom.search(" ")
    (question,) = collector.named("question")
    assert collector.within(question) == ["search", "embed", "quote", "quote", "date", "verify", "store"]
    told = facts(question)
    assert (told["dateline.request"], told["dateline.status"]) == ("of-the-test", "answered")
    assert (told["dateline.mode"], told["dateline.citations"]) == ("extractive", len(answer["citations"]))
    assert (question.trace_id.hex(), question.parent_span_id.hex()) == tuple(OUTER.split("-")[1:3])
    (search,), (timeline,) = collector.named("search"), collector.named("timeline")
    assert collector.within(search) == ["search"]
    assert collector.within(timeline) == ["story", "date", "verify"]
    assert (search.parent_span_id, timeline.parent_span_id) == (b"", b"")
    took = sum(
        (each.end_time_unix_nano - each.start_time_unix_nano) / 1e6
        for each in collector.named("question quote")
    )
    assert took == pytest.approx(answer["timings"]["quote"], abs=0.05)


def test_an_article_is_a_trace_with_its_stages(tmp_path: Path, collector: Collector) -> None:
    with bootstrap.writing(Settings(home=tmp_path), what="a test", opening="when it changes") as newsroom:
        newsroom.ingest(newsroom.read(sources.files([SEEDS], readable=read.is_readable)))
        newsroom.ingest(newsroom.read(sources.files([SEEDS], readable=read.is_readable)))
    articles = collector.named("article")
    assert len(articles) == 5, "what is known already is no work"
    for article in articles:
        assert collector.within(article) == ["read", "split", "sketch", "embed", "store"]
    assert {facts(article)["dateline.outcome"] for article in articles} == {"new"}
    assert sum(facts(article)["dateline.passages"] for article in articles) == 11
    assert collector.within(collector.named("follow")[0])[:2] == ["views", "dates"]


def test_nobodys_words_are_in_a_trace(tmp_path: Path, collector: Collector) -> None:
    with bootstrap.writing(Settings(home=tmp_path), what="a test", opening="when it changes") as newsroom:
        newsroom.ingest(newsroom.read(sources.files([SEEDS], readable=read.is_readable)))
        with TestClient(rest.app(newsroom)) as client:
            client.post("/v1/ask", json={"question": QUESTION})
    sent = collector.bodies.lower()
    assert sent
    assert not [
        words for words in (b"instructors", b"niger", b"russia", str(tmp_path).encode()) if words in sent
    ]


def test_the_standard_variables_are_heeded(
    tmp_path: Path, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sent() -> dict[str, Any]:
        with bootstrap.writing(Settings(home=tmp_path), what="a test", opening="when it changes") as newsroom:
            newsroom.search("anything")
        return collector.resources[-1] if collector.resources else {}

    assert sent()["service.name"] == "dateline"
    monkeypatch.setenv("OTEL_SERVICE_NAME", "news-desk")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "api-key=secret")
    found = sent()
    assert (found["service.name"], found["deployment.environment.name"]) == ("news-desk", "test")
    assert collector.headers[-1]["api-key"] == "secret"
    many = len(collector.spans)
    for name, value in (("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            sent()
    assert len(collector.spans) == many


@pytest.mark.parametrize(
    ("name", "value"), [("OTEL_TRACES_EXPORTER", "jaeger"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]
)
def test_what_is_not_spoken_is_said(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=value):
        otel.traces({"OTEL_TRACES_EXPORTER": "otlp", name: value})


def test_an_address_that_is_meant_for_others_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    given = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    assert otel.traces(given) is None
    assert "http/protobuf alone" in caplog.text
    assert otel.traces({}) is None


def test_a_collector_that_is_down_delays_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    traces = otel.traces({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"})
    assert traces is not None
    monkeypatch.setattr(otel, "LEAVE", 0.2)
    with bootstrap.writing(Settings(home=tmp_path), what="a test", opening="when it changes") as newsroom:
        assert newsroom.search("anything") == []
    traces.close()


def test_nothing_of_it_is_imported_where_nobody_asks() -> None:
    program = (
        "import sys, os\n"
        "from qa.adapters import otel\n"
        "import qa.bootstrap, qa.service\n"
        "assert otel.traces(os.environ) is None\n"
        "sys.exit(sum(name.startswith('opentelemetry') for name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
