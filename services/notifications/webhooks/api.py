"""HTTP: webhooks, their keys, what was delivered, every attempt, and doing it again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of, shown
from kit.http.problems import Problem
from kit.store import Work
from services.notifications.webhooks import commands
from services.notifications.webhooks.commands import AgainForm, WebhookForm, mine
from services.notifications.webhooks.store import ATTEMPTS, DELIVERIES, WEBHOOKS
from services.notifications.webhooks.webhook import Webhook

router = APIRouter(prefix="/webhooks")

Integrator = Annotated[Person, require("integrator", "operator")]


def webhook_shown(webhook: Webhook, secret: str | None = None) -> dict[str, Any]:
    """What its owner sees. `secret` is what a receiver verifies with, shown when a key was made."""
    body = webhook.model_dump(exclude={"keys", "events", "personal"})
    keys = [{"id": key.key_id, "public": key.shown, "since": key.since, "until": key.until} for key in webhook.keys]
    return {"id": webhook.webhook_id, **body, "keys": keys, **({"secret": secret} if secret else {})}


@router.get("", summary="Your webhooks; operators see everybody's.")
async def list_webhooks(store: Stored, person: Integrator, page: Paging) -> dict[str, Any]:
    return await page_of(store[WEBHOOKS], mine(person), page, lambda each: webhook_shown(WEBHOOKS.to_aggregate(each)))


@router.post("", status_code=201, summary="Have events posted to an address. The answer holds the secret, once.")
async def post_webhook(form: WebhookForm, request: Request, command: Commanding, person: Integrator) -> Any:
    wanted = await commands.checked(form, person, request)

    async def change(work: Work) -> dict[str, Any]:
        webhook, secret = await commands.create(form, wanted, person, request.app.state.settings, work)
        return webhook_shown(webhook, secret)

    return await command.run(change, status=201, etag=True, sealed="secret")


@router.get("/{webhook_id}", summary="One webhook and how it is doing.")
async def get_webhook(webhook_id: str, store: Stored, person: Integrator) -> dict[str, Any]:
    document = await store[WEBHOOKS].find_one({"_id": webhook_id, **mine(person)})
    if document is None:
        raise Problem(404, f"you have no webhook {webhook_id}")
    return webhook_shown(WEBHOOKS.to_aggregate(document))


@router.put("/{webhook_id}", summary="Another address or other events.")
async def put_webhook(
    webhook_id: str, form: WebhookForm, request: Request, command: Commanding, person: Integrator
) -> Any:
    wanted = await commands.checked(form, person, request)

    async def change(work: Work) -> dict[str, Any]:
        webhook = await commands.of(person, webhook_id, work)
        command.expect_version(webhook.version)
        return webhook_shown(commands.edit(webhook, form, wanted, work))

    return await command.run(change, etag=True)


@router.delete("/{webhook_id}", summary="End a webhook; its log is kept for 90 days.")
async def delete_webhook(webhook_id: str, command: Commanding, person: Integrator) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        webhook = await commands.of(person, webhook_id, work)
        work.delete(WEBHOOKS, webhook.webhook_id)
        return {"id": webhook_id, "state": "deleted"}

    return await command.run(change)


@router.post("/{webhook_id}/rotate", summary="A new key beside the old one, which ends in a day.")
async def post_rotate(webhook_id: str, request: Request, command: Commanding, person: Integrator) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        webhook = await commands.of(person, webhook_id, work)
        return webhook_shown(*commands.rotate(webhook, request.app.state.settings, work))

    return await command.run(change, etag=True, sealed="secret")


@router.post("/{webhook_id}/pause", summary="Hold everything back until it is resumed.")
async def post_pause(webhook_id: str, command: Commanding, person: Integrator) -> Any:
    return await _switch(webhook_id, False, command, person)


@router.post("/{webhook_id}/resume", summary="Go on, with what was held back first.")
async def post_resume(webhook_id: str, command: Commanding, person: Integrator) -> Any:
    return await _switch(webhook_id, True, command, person)


async def _switch(webhook_id: str, on: bool, command: Commanding, person: Person) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return webhook_shown(await commands.switch(await commands.of(person, webhook_id, work), on, work))

    return await command.run(change, etag=True)


@router.post("/{webhook_id}/ping", status_code=202, summary="Post a test event.")
async def post_ping(webhook_id: str, command: Commanding, person: Integrator) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return {"delivery": commands.ping(await commands.of(person, webhook_id, work), work)}

    return await command.run(change, status=202)


@router.get("/{webhook_id}/deliveries", summary="What was or is to be delivered, newest first.")
async def list_deliveries(
    webhook_id: str, store: Stored, person: Integrator, page: Paging, state: str | None = None
) -> dict[str, Any]:
    await get_webhook(webhook_id, store, person)
    query = {"webhook": webhook_id} | ({"state": state} if state else {})
    return await page_of(store[DELIVERIES], query, page, delivery_shown, newest_first=True)


@router.get("/{webhook_id}/deliveries/{delivery_id}/attempts", summary="Every attempt, with the answer's beginning.")
async def list_attempts(
    webhook_id: str, delivery_id: str, store: Stored, person: Integrator, page: Paging
) -> dict[str, Any]:
    await get_webhook(webhook_id, store, person)
    return await page_of(store[ATTEMPTS], {"delivery": delivery_id, "webhook": webhook_id}, page)


@router.post("/{webhook_id}/deliveries/{delivery_id}/replay", status_code=202, summary="Deliver one again.")
async def post_replay(webhook_id: str, delivery_id: str, command: Commanding, person: Integrator) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return {"delivery": await commands.repeat(await commands.of(person, webhook_id, work), delivery_id, work)}

    return await command.run(change, status=202)


@router.post("/{webhook_id}/replay", status_code=202, summary="Deliver all again that failed since a moment.")
async def post_replay_many(webhook_id: str, form: AgainForm, command: Commanding, person: Integrator) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return {"deliveries": await commands.repeat_many(await commands.of(person, webhook_id, work), form, work)}

    return await command.run(change, status=202)


def delivery_shown(row: dict[str, Any]) -> dict[str, Any]:
    return {**shown({name: row[name] for name in row if name not in {"body", "claim", "order"}})}
