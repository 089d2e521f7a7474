"""Brings the server to the declaration, or says exactly where they differ. Services only compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from kit.bus.declaration import ConsumerSpec, Declaration, StreamSpec


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as declared. `destructive`: mending it may lose messages or a position."""

    what: str
    live: str
    declared: str
    destructive: bool = False

    def __str__(self) -> str:
        return f"{self.what}: is {self.live}, declared {self.declared}"


async def differences(jetstream: Any, declaration: Declaration) -> list[Difference]:
    """Where the server differs from the declaration; empty when it agrees."""
    found: list[Difference] = []
    for stream in declaration.streams:
        found += await _stream_differences(jetstream, stream)
    for consumer in declaration.consumers:
        found += await _consumer_differences(jetstream, consumer)
    return found


async def provision(jetstream: Any, declaration: Declaration, *, allow_destructive: bool = False) -> list[Difference]:
    """Create what is missing and mend what differs; the differences that were mended.

    Raises RuntimeError naming every destructive difference unless `allow_destructive`.
    """
    found = await differences(jetstream, declaration)
    refused = [str(difference) for difference in found if difference.destructive]
    if refused and not allow_destructive:
        raise RuntimeError("destructive, confirm with --yes: " + "; ".join(refused))
    if not found:
        return []
    for stream in declaration.streams:
        if await _stream_differences(jetstream, stream):
            await _put_stream(jetstream, stream)
    for consumer in declaration.consumers:
        if await _consumer_differences(jetstream, consumer):
            await jetstream.add_consumer(consumer.stream, config=_consumer_config(consumer))
    return found


def _stream_config(spec: StreamSpec) -> StreamConfig:
    return StreamConfig(
        name=spec.name,
        subjects=list(spec.subjects),
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        max_age=spec.max_age,
        max_bytes=spec.max_bytes,
        num_replicas=spec.replicas,
        duplicate_window=spec.duplicate_window,
        allow_direct=True,
    )


def _consumer_config(spec: ConsumerSpec) -> ConsumerConfig:
    return ConsumerConfig(
        durable_name=spec.durable,
        filter_subjects=list(spec.filter_subjects),
        ack_policy=AckPolicy.EXPLICIT,
        deliver_policy=DeliverPolicy.ALL,
        ack_wait=spec.ack_wait,
        max_ack_pending=spec.max_ack_pending,
        max_deliver=spec.max_deliver,
    )


async def _put_stream(jetstream: Any, spec: StreamSpec) -> None:
    try:
        await jetstream.stream_info(spec.name)
    except NotFoundError:
        await jetstream.add_stream(_stream_config(spec))
    else:
        await jetstream.update_stream(_stream_config(spec))


async def _stream_differences(jetstream: Any, spec: StreamSpec) -> list[Difference]:
    what = f"stream {spec.name}"
    try:
        live = (await jetstream.stream_info(spec.name)).config
    except NotFoundError:
        return [Difference(what, "missing", "present")]
    declared_bytes = spec.max_bytes
    pairs: list[tuple[str, Any, Any, bool]] = [
        ("subjects", sorted(live.subjects or []), sorted(spec.subjects), not set(live.subjects) <= set(spec.subjects)),
        ("max_age", float(live.max_age or 0), float(spec.max_age), (live.max_age or 0) > spec.max_age),
        ("max_bytes", live.max_bytes, declared_bytes, 0 < declared_bytes < (live.max_bytes or 0)),
        ("replicas", live.num_replicas, spec.replicas, False),
        ("duplicate_window", float(live.duplicate_window or 0), float(spec.duplicate_window), False),
    ]
    return _unequal(what, pairs)


async def _consumer_differences(jetstream: Any, spec: ConsumerSpec) -> list[Difference]:
    what = f"consumer {spec.stream}/{spec.durable}"
    try:
        live = (await jetstream.consumer_info(spec.stream, spec.durable)).config
    except NotFoundError:
        return [Difference(what, "missing", "present")]
    subjects = list(live.filter_subjects or ([live.filter_subject] if live.filter_subject else []))
    pairs: list[tuple[str, Any, Any, bool]] = [
        ("filter_subjects", sorted(subjects), sorted(spec.filter_subjects), False),
        ("ack_wait", float(live.ack_wait or 0), float(spec.ack_wait), False),
        ("max_ack_pending", live.max_ack_pending, spec.max_ack_pending, False),
        ("max_deliver", live.max_deliver, spec.max_deliver, False),
    ]
    return _unequal(what, pairs)


def _unequal(what: str, pairs: list[tuple[str, Any, Any, bool]]) -> list[Difference]:
    return [
        Difference(f"{what} {name}", str(live), str(declared), destructive)
        for name, live, declared, destructive in pairs
        if live != declared
    ]
