"""The span around one attempt, linked to whoever caused the event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer(__name__)


class Named(Protocol):
    durable: str

    @property
    def service(self) -> str: ...


@contextmanager
def processing(who: Named, name: str, traceparent: str | None, destination: str, message_id: str) -> Iterator[None]:
    parent = propagate.extract({"traceparent": traceparent}) if traceparent else None
    attributes = {
        "messaging.system": "nats",
        "messaging.operation.name": "process",
        "messaging.destination.name": destination,
        "messaging.consumer.group.name": who.durable,
        "messaging.message.id": message_id,
        "cinnabar.service": who.service,
    }
    with tracer.start_as_current_span(name, context=parent, kind=SpanKind.CONSUMER, attributes=attributes):
        yield
