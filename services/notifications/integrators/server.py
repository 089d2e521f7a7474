"""An integrator's side of the NATS server: its durables, how far behind they are, and its connections."""

from __future__ import annotations

import contextlib
import json
import logging
from typing import Any

import nats
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NothingCame
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from kit.bus.address import Address
from kit.settings import Settings
from kit.store import Store, Work
from services.notifications.integrators.integrator import Integrator
from services.notifications.integrators.store import CONNECTIONS

log = logging.getLogger(__name__)

MOST_PENDING = 1000


async def prepare(jetstream: Any, integrator: Integrator) -> None:
    """Make its durables, one per stream, from the beginning of what is kept. Making them again changes nothing."""
    for stream, subjects in integrator.selection.subjects(integrator.municipality).items():
        config = ConsumerConfig(
            durable_name=integrator.durable,
            filter_subjects=subjects,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=30,
            max_ack_pending=MOST_PENDING,
        )
        await jetstream.add_consumer(stream, config)


async def lag(jetstream: Any, integrator: Integrator) -> dict[str, int | None]:
    """How many events wait for it, by stream; None where it has no durable."""
    waiting: dict[str, int | None] = {}
    for stream in integrator.selection.subjects(integrator.municipality):
        try:
            info = await jetstream.consumer_info(stream, integrator.durable)
            waiting[stream] = info.num_pending + info.num_ack_pending
        except NotFoundError:
            waiting[stream] = None
    return waiting


async def remove(jetstream: Any, integrator: Integrator) -> None:
    """Without its durables nothing can be read any more, even on a connection that is still open."""
    for stream in integrator.selection.subjects(integrator.municipality):
        try:
            await jetstream.delete_consumer(stream, integrator.durable)
        except NotFoundError:
            continue


async def cut(store: Store, settings: Settings, name: str) -> int:
    """Close its connections; how many the servers were told of. Without the system's user none can be closed."""
    if not settings.nats_system_url:
        log.warning("CINNABAR_NATS_SYSTEM_URL is not set: connections of %s end by themselves", name)
        return 0
    rows = await store[CONNECTIONS].find({"name": name}).to_list(None)
    address = Address.parse(settings.nats_system_url)
    client = await nats.connect(
        address.servers, tls=address.tls, inbox_prefix=address.inbox, connect_timeout=5, allow_reconnect=False
    )
    try:
        for row in rows:
            with contextlib.suppress(NothingCame, NoRespondersError):
                kick = json.dumps({"cid": row["client"]}).encode()
                await client.request(f"$SYS.REQ.SERVER.{row['server']}.KICK", kick, timeout=2)
    finally:
        await client.close()

    async def forget(work: Work) -> None:
        for row in rows:
            work.delete(CONNECTIONS, row["_id"])

    await store.transact(forget)
    return len(rows)
