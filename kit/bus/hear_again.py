"""Gives a handler what it heard since a moment once more: after its store came back older than the streams are.

Each event goes to that handler alone, as a redriven dead letter does, and its inbox skips what the store still knows.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from nats.errors import TimeoutError as NothingCame
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from kit.bus.dead_letters import redrive_subject
from kit.bus.declaration import ConsumerSpec
from kit.bus.delivery import ORIGINAL_ID, ORIGINAL_SUBJECT

WINDOW = 200
SECONDS = 5.0


async def hear_again(jetstream: Any, spec: ConsumerSpec, since: datetime, run: str) -> int:
    """How many events the handler was given. `run` names this time of asking, so that a later one is no repetition.

    Raises RuntimeError when the stream or the handler's consumer is not there, or the stream takes no more.
    """
    try:
        await jetstream.consumer_info(spec.stream, spec.durable)
    except NotFoundError:
        raise RuntimeError(f"there is no consumer {spec.stream}/{spec.durable}; run `cinnabar provision`") from None
    config = ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_TIME, opt_start_time=since)
    subscription = await jetstream.subscribe(
        spec.filter_subjects[0], stream=spec.stream, ordered_consumer=True, config=config
    )
    given, window = 0, []
    try:
        info = await subscription.consumer_info()
        left = (info.num_pending or 0) + (info.delivered.consumer_seq if info.delivered else 0)
        while left > 0:
            message = await subscription.next_msg(timeout=SECONDS)
            left = message.metadata.num_pending
            window.append(_give(jetstream, spec, message, run))
            if len(window) == WINDOW or left == 0:
                given += len(await asyncio.gather(*window))
                window = []
    except NothingCame:
        raise RuntimeError(f"{spec.stream} stopped answering after {given} events; run this again") from None
    finally:
        await subscription.unsubscribe()
    return given


async def _give(jetstream: Any, spec: ConsumerSpec, message: Any, run: str) -> None:
    place = f"{spec.stream}:{message.metadata.sequence.stream}"
    told = {name: value for name, value in (message.headers or {}).items() if name.lower() == "content-type"}
    headers = told | {
        "Nats-Msg-Id": f"again:{run}:{spec.durable}:{place}",
        ORIGINAL_SUBJECT: message.subject,
        ORIGINAL_ID: place,
    }
    subject = redrive_subject(spec.stream, spec.durable)
    await jetstream.publish(subject, message.data, stream=spec.stream, headers=headers, timeout=SECONDS)
