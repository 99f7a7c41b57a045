"""What Prometheus reads at `/metrics`. Each application has a registry of its own, so that two never mix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from qa.events import Account
from qa.service import Newsroom

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
STAGES = "standalone", "embed", "search", "story", "date", "write", "quote", "verify", "total"


class Metrics:
    def __init__(self, newsroom: Newsroom) -> None:
        self.registry = CollectorRegistry()
        made: dict[str, Any] = {"registry": self.registry, "namespace": "dateline"}
        self.requests = Counter("requests", "Requests by route.", ["method", "route", "status"], **made)
        self.latency = Histogram(
            "request_seconds", "Until the last byte.", ["route"], buckets=SECONDS, **made
        )
        self.open = Gauge("requests_open", "Requests that are being answered.", **made)
        self.shed = Counter("requests_shed", "Requests refused because there was too much to do.", **made)
        self._answers = Counter(
            "answers", "Answers by what became of them.", ["status", "reason", "mode"], **made
        )
        self._stages = Histogram(
            "answer_stage_seconds", "Parts of the making of an answer.", ["stage"], buckets=SECONDS, **made
        )
        self._dropped = Counter("quotes_dropped", "Quotes and claims that could not be verified.", **made)
        self._errors = Counter(
            "model_errors", "Answers in which the language model failed.", ["code"], **made
        )
        self._tokens = Counter("model_tokens", "Tokens of the language model.", ["kind"], **made)
        self.registry.register(_Held(newsroom))
        newsroom.parts.on_answer = self.answered

    def text(self) -> tuple[bytes, str]:
        """In the form that Prometheus reads, and the name of that form."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST

    def answered(self, told: Account) -> None:
        answer = told.answer
        self._answers.labels(answer.status, answer.reason or "", answer.mode).inc()
        for stage, milliseconds in answer.timings.items():
            if stage in STAGES:
                self._stages.labels(stage).observe(milliseconds / 1000)
        self._dropped.inc(len(told.dropped))
        if told.model_error:
            self._errors.labels(told.model_error).inc()
        self._tokens.labels("prompt").inc(answer.usage.prompt_tokens)
        self._tokens.labels("completion").inc(answer.usage.completion_tokens)


class _Held(Collector):
    """What is counted when it is asked for."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom

    def describe(self) -> Iterator[GaugeMetricFamily]:
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        health: dict[str, Any] = self._newsroom.health()
        for name, words in (
            ("articles", "Articles in the archive."),
            ("passages", "Passages in the archive."),
        ):
            yield GaugeMetricFamily(f"dateline_{name}", words, value=health[name])
        lag = GaugeMetricFamily(
            "dateline_view_lag", "Changes that an index has yet to follow.", labels=["view"]
        )
        for view, count in health["behind"].items():
            lag.add_metric([view], count)
        yield lag
