"""What must exist on the NATS server, derived from the registry and the services' handlers: one declaration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.registry import SERVICES, stream_of
from kit.bus import advisories, dead_letters
from kit.bus.handlers import Handler, RawHandler

INGEST = "INGEST"
ADVISORIES = advisories.STREAM
LEASES = "cinnabar_leases"

_ADVISORY_SUBJECTS = (
    "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>",
    "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>",
)

_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """One stream: file storage, limits retention. Ages in seconds; `max_bytes` -1 means no limit."""

    name: str
    subjects: tuple[str, ...]
    max_age: float
    replicas: int = 1
    max_bytes: int = -1
    duplicate_window: float = 120


@dataclass(frozen=True, slots=True)
class ConsumerSpec:
    """One durable pull consumer. `ack_wait` in seconds."""

    stream: str
    durable: str
    filter_subjects: tuple[str, ...]
    ack_wait: float = 30
    max_ack_pending: int = 1000
    max_deliver: int = -1


@dataclass(frozen=True, slots=True)
class BucketSpec:
    """One key-value bucket that keeps the newest value of each key."""

    name: str
    replicas: int = 1


@dataclass(frozen=True, slots=True)
class Declaration:
    streams: tuple[StreamSpec, ...]
    consumers: tuple[ConsumerSpec, ...]
    buckets: tuple[BucketSpec, ...] = ()


def streams(replicas: int) -> tuple[StreamSpec, ...]:
    """One stream per producing service, raw payloads, dead letters, and the server's own advisories."""
    services = tuple(
        StreamSpec(
            stream_of(service),
            (f"cinnabar.*.{service}.>", f"redrive.{service}.>"),
            max_age=10 * 365 * _DAY,
            replicas=replicas,
        )
        for service in SERVICES
    )
    return (
        *services,
        StreamSpec(INGEST, ("ingest.>", "redrive.ingest.>"), max_age=7 * _DAY, replicas=replicas),
        StreamSpec(dead_letters.STREAM, (dead_letters.SUBJECTS,), max_age=10 * 365 * _DAY, replicas=replicas),
        StreamSpec(ADVISORIES, _ADVISORY_SUBJECTS, max_age=90 * _DAY, replicas=replicas),
    )


def consumer(service: str, handler: Handler | RawHandler, municipality: str) -> ConsumerSpec:
    """The durable of one handler: its event in every version, and what is redriven to it alone.

    Every version, so that one that nobody here can read becomes a dead letter instead of silence.
    """
    durable = handler.durable(service)
    if isinstance(handler, RawHandler):
        stream, subject = handler.stream, handler.subject.format(municipality=municipality)
    else:
        stream = handler.contract.stream
        subject = f"cinnabar.{municipality}.{handler.contract.family}.*"
    return ConsumerSpec(stream, durable, (subject, dead_letters.redrive_subject(stream, durable)))


def declare(handlers: Iterable[tuple[str, Handler | RawHandler]], municipality: str, replicas: int = 1) -> Declaration:
    """The whole declaration for the given (service, handler) pairs."""
    consumers = tuple(consumer(service, handler, municipality) for service, handler in handlers)
    safety_net = ConsumerSpec(ADVISORIES, advisories.DURABLE, _ADVISORY_SUBJECTS)
    return Declaration(streams(replicas), (*consumers, safety_net), (BucketSpec(LEASES, replicas),))
