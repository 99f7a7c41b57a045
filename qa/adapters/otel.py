"""Work that was measured, as OpenTelemetry spans, sent to where the standard `OTEL_*` variables say (OTLP over HTTP).

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/: the exporter and its queue read them
themselves. Nothing of OpenTelemetry is imported unless they ask for traces.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from qa.errors import SettingsError
from qa.telemetry import Fact, Trace

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

PROTOCOL = "http/protobuf"
LEAVE = 3.0
"""Seconds for what is still in the queue when the process ends."""
NAMES = {
    "model": "gen_ai.request.model",
    "prompt_tokens": "gen_ai.usage.input_tokens",
    "completion_tokens": "gen_ai.usage.output_tokens",
}
"""Attributes that the semantic conventions have a name for."""
log = logging.getLogger(__name__)


def traces(environment: Mapping[str, str]) -> Traces | None:
    """Where the environment asks for traces, what sends them.

    Raises:
        SettingsError: it names an exporter that is not here.
    """
    said = {name: value.strip() for name, value in environment.items() if name.startswith("OTEL_")}
    exporter = said.get("OTEL_TRACES_EXPORTER", "").lower()
    endpoint = said.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or said.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    if said.get("OTEL_SDK_DISABLED", "").lower() == "true" or exporter == "none":
        return None
    if not (exporter or endpoint):
        return None
    if problem := _problem(exporter or "otlp", said):
        if exporter:
            raise SettingsError(problem)
        log.warning("%s No traces are sent.", problem)  # the address may be meant for other programs
        return None
    return Traces(named=_named(said))


def _problem(exporter: str, said: Mapping[str, str]) -> str:
    protocol = said.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or said.get("OTEL_EXPORTER_OTLP_PROTOCOL")
    if exporter != "otlp":
        return f"OTEL_TRACES_EXPORTER is {exporter!r}, but traces are sent by otlp alone. Set it to otlp or none."
    if (protocol or PROTOCOL) != PROTOCOL:
        return f"OTEL_EXPORTER_OTLP_PROTOCOL is {protocol!r}, but traces are sent by {PROTOCOL} alone, mostly to port 4318."
    if not _installed():
        return "The environment asks for OpenTelemetry traces, which needs: pip install 'dateline-qa[otel]'."
    return ""


def _installed() -> bool:
    try:
        return find_spec("opentelemetry.exporter.otlp.proto.http") is not None
    except ModuleNotFoundError:  # not even what it lies in
        return False


def _named(said: Mapping[str, str]) -> bool:
    return "OTEL_SERVICE_NAME" in said or "service.name=" in said.get("OTEL_RESOURCE_ATTRIBUTES", "")


class Traces:
    """Sends in a thread of its own, from a queue with an end: what is too much is dropped, and nothing waits for it."""

    def __init__(self, *, named: bool = False) -> None:
        """`named`: the environment says what the service is called."""
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        resource = Resource.create({} if named else {"service.name": "dateline"})
        self._provider: TracerProvider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("qa")

    def tell(self, trace: Trace) -> None:
        """One span for the work, one within it for each stage."""
        from opentelemetry.context import Context
        from opentelemetry.trace import Status, StatusCode, set_span_in_context
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        outer = TraceContextTextMapPropagator().extract({"traceparent": trace.parent}, Context())
        span = self._tracer.start_span(
            trace.name, outer, attributes=_attributes(trace), start_time=_nanoseconds(trace.began)
        )
        within = set_span_in_context(span, Context())
        for stage in trace.stages:
            part = self._tracer.start_span(
                f"{trace.name} {stage.name}", within, attributes=_of_request(trace), start_time=_nanoseconds(stage.began)
            )  # fmt: skip
            part.end(_nanoseconds(stage.ended))
        if trace.error:
            span.set_status(Status(StatusCode.ERROR, trace.error))
        span.end(_nanoseconds(trace.ended))

    def close(self) -> None:
        """Send what is left, and wait no longer than a moment for it."""
        leaving = threading.Thread(target=self._provider.shutdown, daemon=True)
        leaving.start()
        leaving.join(LEAVE)


def _attributes(trace: Trace) -> dict[str, Fact]:
    facts = {NAMES.get(name, f"dateline.{name}"): value for name, value in trace.facts.items() if value != ""}
    return {**_of_request(trace), **facts, **({"error.type": trace.error} if trace.error else {})}


def _of_request(trace: Trace) -> dict[str, Fact]:
    return {"dateline.request": trace.request} if trace.request else {}


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)
