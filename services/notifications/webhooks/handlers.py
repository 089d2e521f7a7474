"""What is heard for webhooks: everything, from every stream. An event becomes a row for each webhook that wants it."""

from __future__ import annotations

from pydantic_core import from_json, to_json

from contracts.envelope import Unreadable, attributes_of
from contracts.registry import SERVICES, stream_of
from kit.bus.handlers import RawHandler, RawMessage, receives
from kit.store import Work
from services.notifications.webhooks.store import DELIVERIES, WEBHOOKS, delivery


async def take_in(message: RawMessage, work: Work) -> None:
    """Note for each webhook what is to be posted. What is no event is a dead letter of those who handle it."""
    try:
        attributes, _ = attributes_of(message.body)
    except Unreadable:
        return
    name = attributes.type.removeprefix("cinnabar.")
    for document in await work.find(WEBHOOKS, {"state": {"$in": ["active", "paused"]}}):
        webhook = WEBHOOKS.to_aggregate(document)
        if attributes.time < webhook.created_at or not webhook.selection.takes(name):
            continue
        row = delivery(
            webhook,
            message_id=attributes.id,
            type_=attributes.type,
            entity=f"{attributes.source} {attributes.subject}",
            order=f"{attributes.sequence:020d} {attributes.id}",
            body=body_of(message.body),
            now=work.now,
        )
        if await work.get(DELIVERIES, row["_id"]) is None:
            work.put(DELIVERIES, row)


def body_of(event: bytes) -> bytes:
    """The CloudEvents document with the one member that Standard Webhooks asks for beside `type` and `data`."""
    document = from_json(event)
    return to_json(document | {"timestamp": document["time"]})


def _of(service: str) -> RawHandler:
    async def take(message: RawMessage, work: Work) -> None:
        await take_in(message, work)

    take.__name__ = f"post_{service}"
    return receives(stream_of(service), f"cinnabar.{{municipality}}.{service}.>")(take)


HANDLERS = [_of(service) for service in SERVICES]
