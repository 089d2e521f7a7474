"""What must exist on the NATS server, derived from the registry and the services' handlers: one declaration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

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

NO_LIMIT = -1
ADVISORY_BYTES = 64 * 1024 * 1024
_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """One stream: file storage, limits retention. Ages in seconds; `max_bytes` -1 means no limit.

    `discard`: what a full stream does without: `new` refuses what is published, so that nothing it holds is lost
    unnoticed; `old` forgets its oldest (docs/decisions/full-streams.md).
    """

    name: str
    subjects: tuple[str, ...]
    max_age: float
    replicas: int = 1
    max_bytes: int = -1
    discard: Literal["new", "old"] = "new"
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


def streams(replicas: int, max_bytes: int = NO_LIMIT) -> tuple[StreamSpec, ...]:
    """One stream per producing service, raw payloads, dead letters, and the server's own advisories.

    Payloads and advisories are read at once and kept for a while only: of those the newest count.
    """
    services = tuple(
        StreamSpec(
            stream_of(service),
            (f"cinnabar.*.{service}.>", f"redrive.{service}.>"),
            10 * 365 * _DAY,
            replicas,
            max_bytes,
        )
        for service in SERVICES
    )
    return (
        *services,
        StreamSpec(INGEST, ("ingest.>", "redrive.ingest.>"), 7 * _DAY, replicas, max_bytes, discard="old"),
        StreamSpec(dead_letters.STREAM, (dead_letters.SUBJECTS,), 10 * 365 * _DAY, replicas, max_bytes),
        StreamSpec(ADVISORIES, _ADVISORY_SUBJECTS, 90 * _DAY, replicas, min(max_bytes, ADVISORY_BYTES), discard="old"),
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


def declare(
    handlers: Iterable[tuple[str, Handler | RawHandler]],
    municipality: str,
    replicas: int = 1,
    max_bytes: int = NO_LIMIT,
) -> Declaration:
    """The whole declaration for the given (service, handler) pairs."""
    consumers = tuple(consumer(service, handler, municipality) for service, handler in handlers)
    safety_net = ConsumerSpec(ADVISORIES, advisories.DURABLE, _ADVISORY_SUBJECTS)
    return Declaration(streams(replicas, max_bytes), (*consumers, safety_net), (BucketSpec(LEASES, replicas),))
