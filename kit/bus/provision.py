"""Brings the server to the declaration, or says exactly where they differ. Services only compare."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from random import random
from typing import Any

from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    KeyValueConfig,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import APIError, NotFoundError

from kit.bus.declaration import BucketSpec, ConsumerSpec, Declaration, StreamSpec

# Without these as declared, a process would not hear what it should, or not say it. With other limits it does both, and
# one of an earlier release must be able to come back after a newer one has provisioned.
NEEDED = frozenset(
    ("retention", "storage", "filter_subjects", "ack_policy", "deliver_policy", "deliver_subject", "headers_only")
)

TRIES = 6
PAUSE_SECONDS = 1.0

_ROOM = "give JetStream more storage, or each stream less of it (CINNABAR_STREAM_MAX_BYTES)"
_SERVERS = "as many servers must run as CINNABAR_STREAM_REPLICAS says"
# What the server's refusals come to, by its error codes.
MENDS = {10002: _ROOM, 10023: _ROOM, 10047: _ROOM, 10005: _SERVERS, 10074: _SERVERS}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as declared. `destructive`: mending it may lose messages, copies or a position.

    `stops`: a process that needs what is declared must not start on what is there.
    """

    what: str
    live: str
    declared: str
    destructive: bool = False
    stops: bool = True

    def __str__(self) -> str:
        note = " (mending it is destructive)" if self.destructive else ""
        return f"{self.what}: is {self.live}, declared {self.declared}{note}"


async def differences(jetstream: Any, declaration: Declaration) -> list[Difference]:
    """Where the server differs from the declaration; empty when it agrees."""
    found: list[Difference] = []
    for stream in declaration.streams:
        found += await _stream_differences(jetstream, stream)
    for consumer in declaration.consumers:
        found += await _consumer_differences(jetstream, consumer)
    for bucket in declaration.buckets:
        found += await _bucket_differences(jetstream, bucket)
    return found


async def provision(jetstream: Any, declaration: Declaration, *, allow_destructive: bool = False) -> list[Difference]:
    """Create what is missing and mend what differs; the differences that were mended.

    Raises RuntimeError naming every destructive difference unless `allow_destructive`, when nothing is changed; and
    naming the first that the server refuses, when it may run again: what came before it stays.
    """
    found = await differences(jetstream, declaration)
    refused = [str(difference) for difference in found if difference.destructive]
    if refused and not allow_destructive:
        raise RuntimeError("destructive, confirm with --yes: " + "; ".join(refused))
    if not found:
        return []
    for stream in declaration.streams:
        if await _stream_differences(jetstream, stream):
            await _put(f"stream {stream.name}", partial(_put_stream, jetstream, stream))
    for consumer in declaration.consumers:
        if await _consumer_differences(jetstream, consumer):
            await _put(f"consumer {consumer.stream}/{consumer.durable}", partial(_put_consumer, jetstream, consumer))
    for bucket in declaration.buckets:
        if await _bucket_differences(jetstream, bucket):
            await _put(f"bucket {bucket.name}", partial(_put_bucket, jetstream, bucket))
    return found


async def _put(what: str, put: Callable[[], Awaitable[None]], tries: int = TRIES) -> None:
    """The server refuses what another provisioning replaces at this moment; `put` looks at it anew each time."""
    try:
        await put()
    except APIError as error:
        mend = MENDS.get(error.err_code or 0)
        if mend is None and tries > 1:
            await asyncio.sleep(PAUSE_SECONDS * random())  # noqa: S311 - so that two do not meet again
            return await _put(what, put, tries - 1)
        said = f"the NATS server refuses {what}: {error.description}"
        raise RuntimeError(f"{said}; {mend}" if mend else said) from error


def _stream_config(spec: StreamSpec) -> StreamConfig:
    return StreamConfig(
        name=spec.name,
        subjects=list(spec.subjects),
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        max_age=spec.max_age,
        max_bytes=spec.max_bytes,
        discard=DiscardPolicy(spec.discard),
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


async def _put_consumer(jetstream: Any, spec: ConsumerSpec) -> None:
    """A consumer whose kind differs cannot be updated: it starts anew, and the inboxes skip what is done."""
    try:
        live = (await jetstream.consumer_info(spec.stream, spec.durable)).config
    except NotFoundError:
        live = None
    if live is not None and _kind(live) != _kind(_consumer_config(spec)):
        await _delete_consumer(jetstream, spec)
    try:
        await jetstream.add_consumer(spec.stream, config=_consumer_config(spec))
    except APIError as error:
        if "no such file" in (error.description or ""):
            # Another provisioning deleted it just as this one made it: it lives, and its files are gone for good.
            await _delete_consumer(jetstream, spec)
        raise


async def _delete_consumer(jetstream: Any, spec: ConsumerSpec) -> None:
    with contextlib.suppress(NotFoundError):  # another provisioning was quicker
        await jetstream.delete_consumer(spec.stream, spec.durable)


async def _put_bucket(jetstream: Any, spec: BucketSpec) -> None:
    try:
        info = await jetstream.stream_info(f"KV_{spec.name}")
    except NotFoundError:
        await jetstream.create_key_value(KeyValueConfig(bucket=spec.name, history=1, replicas=spec.replicas))
    else:
        await jetstream.update_stream(info.config.evolve(num_replicas=spec.replicas))


def _kind(config: ConsumerConfig) -> tuple[Any, ...]:
    """What the server does not let anybody change on a consumer that exists."""
    return config.ack_policy, config.deliver_policy, config.deliver_subject or None


async def _stream_differences(jetstream: Any, spec: StreamSpec) -> list[Difference]:
    what = f"stream {spec.name}"
    try:
        info = await jetstream.stream_info(spec.name)
    except NotFoundError:
        return [Difference(what, "missing", "present")]
    live, holds = info.config, info.state.bytes
    subjects = set(live.subjects or [])
    pairs: list[tuple[str, Any, Any, bool]] = [
        ("subjects", sorted(subjects), sorted(spec.subjects), not subjects <= set(spec.subjects)),
        ("max_age", float(live.max_age or 0), float(spec.max_age), _limit(live.max_age) > _limit(spec.max_age)),
        ("max_bytes", _bound(live.max_bytes), spec.max_bytes, holds > _limit(spec.max_bytes)),
        ("max_msgs", _bound(live.max_msgs), -1, False),
        ("max_msgs_per_subject", _bound(live.max_msgs_per_subject), -1, False),
        ("max_msg_size", _bound(live.max_msg_size), -1, False),
        ("discard", str(live.discard or "old"), spec.discard, False),
        ("retention", str(live.retention), str(RetentionPolicy.LIMITS.value), True),
        ("storage", str(live.storage), str(StorageType.FILE.value), True),
        ("replicas", live.num_replicas, spec.replicas, (live.num_replicas or 1) > spec.replicas),
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
        ("ack_policy", str(live.ack_policy), str(AckPolicy.EXPLICIT.value), True),
        ("deliver_policy", str(live.deliver_policy), str(DeliverPolicy.ALL.value), True),
        ("deliver_subject", live.deliver_subject or "none", "none", True),
        ("ack_wait", float(live.ack_wait or 0), float(spec.ack_wait), False),
        ("backoff", list(live.backoff or []), [], False),
        ("headers_only", bool(live.headers_only), False, False),
        ("max_ack_pending", live.max_ack_pending, spec.max_ack_pending, False),
        ("max_deliver", _bound(live.max_deliver), spec.max_deliver, False),
    ]
    return _unequal(what, pairs)


async def _bucket_differences(jetstream: Any, spec: BucketSpec) -> list[Difference]:
    what = f"bucket {spec.name}"
    try:
        live = (await jetstream.stream_info(f"KV_{spec.name}")).config
    except NotFoundError:
        return [Difference(what, "missing", "present")]
    fewer = (live.num_replicas or 1) > spec.replicas
    return _unequal(what, [("replicas", live.num_replicas, spec.replicas, fewer)])


def _bound(limit: float | None) -> float:
    """The server says "no limit" as -1, as 0, or not at all."""
    return limit if limit and limit > 0 else -1


def _limit(limit: float | None) -> float:
    return limit if limit and limit > 0 else inf


def _unequal(what: str, pairs: list[tuple[str, Any, Any, bool]]) -> list[Difference]:
    return [
        Difference(f"{what} {name}", str(live), str(declared), destructive, _stops(name, live, declared))
        for name, live, declared, destructive in pairs
        if live != declared
    ]


def _stops(name: str, live: Any, declared: Any) -> bool:
    """A stream that also takes what a later release says takes what this one says."""
    if name == "subjects":
        return not set(declared) <= set(live)
    return name in NEEDED
