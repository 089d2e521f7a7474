"""Traces by OpenTelemetry (sent when an OTLP endpoint is configured), logs as JSON lines with trace ids."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version

from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased

from kit.settings import Settings

tracer = trace.get_tracer(__name__)


def start_traces(settings: Settings, name: str) -> TracerProvider:
    """Install the tracer. Without an endpoint nothing is recorded, yet every log line has its trace id."""
    sampler = ParentBased(TraceIdRatioBased(1.0)) if settings.otlp_endpoint else ALWAYS_OFF
    resource = Resource.create(
        {
            "service.name": f"cinnabar-{name}",
            "service.namespace": settings.municipality,
            "service.version": version("cinnabar"),
        }
    )
    provider = TracerProvider(sampler=sampler, resource=resource)
    if settings.otlp_endpoint:
        exporter = OTLPSpanExporter(f"{settings.otlp_endpoint.rstrip('/')}/v1/traces", timeout=5)
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
    trace.set_tracer_provider(provider)
    return provider


def current_trace() -> dict[str, str]:
    """The ids of the span we are in, as logs and exemplars name them; empty outside any."""
    span = trace.get_current_span().get_span_context()
    return {"trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}"} if span.is_valid else {}


def traceparent() -> str | None:
    """Where we are, to be stored with work that is done later."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def continued(name: str, parent: str | None) -> Iterator[None]:
    """A span of the trace that `parent`, a stored traceparent, belongs to."""
    context = propagate.extract({"traceparent": parent}) if parent else None
    with tracer.start_as_current_span(name, context=context):
        yield


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the trace it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **current_trace(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def start_logs(level: str) -> None:
    """Everything goes to stderr as JSON lines; libraries speak up from WARNING."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("kit", "services", "contracts"):
        logging.getLogger(name).setLevel(level)
    # A start that fails is told in one sentence by whoever started it.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)


def quiet_faststream() -> None:
    """FastStream brings a handler of its own when it is imported, and speaks of each task that ends."""
    faststream = logging.getLogger("faststream")
    faststream.handlers.clear()
    for chatty in (faststream, logging.getLogger("kit.bus.faststream")):
        chatty.setLevel(logging.WARNING)
