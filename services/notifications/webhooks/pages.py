"""Pages: an integrator's webhooks, one of them with its log, and what may be done to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from kit.auth.people import Person, require
from kit.clock import now
from kit.http.commands import Stored
from kit.http.problems import Problem, from_validation
from kit.store import Store, Work
from services.notifications.webhooks import commands
from services.notifications.webhooks.commands import AgainForm, WebhookForm, mine
from services.notifications.webhooks.store import DELIVERIES, webhooks_of
from services.notifications.webhooks.webhook import Webhook

router = APIRouter(prefix="/integrations/webhooks")

Integrator = Annotated[Person, require("integrator", "operator")]
SHOWN = 50
HOME = "/integrations/webhooks"


@router.get("")
async def listed(request: Request, store: Stored, person: Integrator) -> Any:
    return await _list(request, store, person)


@router.post("")
async def make(
    request: Request,
    store: Stored,
    person: Integrator,
    url: Annotated[str, Form()] = "",
    types: Annotated[str, Form()] = "",
    scheme: Annotated[str, Form()] = "v1",
    in_order: Annotated[bool, Form()] = False,
) -> Any:
    typed = {"url": url.strip(), "types": types.split(), "scheme": scheme, "in_order": in_order}
    try:
        form = WebhookForm.model_validate(typed)
        wanted = await commands.checked(form, person, request)
    except ValidationError as error:
        return await _list(request, store, person, typed, from_validation(error))
    except Problem as problem:
        return await _list(request, store, person, typed, problem)

    async def change(work: Work) -> tuple[Webhook, str]:
        return await commands.create(form, wanted, person, request.app.state.settings, work)

    webhook, secret = await store.transact(change, actor=person.user)
    return await _show(request, store, webhook, secret=secret)


@router.get("/{webhook_id}")
async def one(request: Request, store: Stored, person: Integrator, webhook_id: str) -> Any:
    return await _show(request, store, await _mine(store, person, webhook_id))


@router.post("/{webhook_id}/rotate")
async def rotate(request: Request, store: Stored, person: Integrator, webhook_id: str) -> Any:
    async def change(work: Work) -> tuple[Webhook, str]:
        return commands.rotate(await commands.of(person, webhook_id, work), request.app.state.settings, work)

    webhook, secret = await store.transact(change, actor=person.user)
    return await _show(request, store, webhook, secret=secret)


@router.post("/{webhook_id}/{step}")
async def take_step(store: Stored, person: Integrator, webhook_id: str, step: str) -> RedirectResponse:
    """`pause`, `resume`, `ping`, or `replay` of what failed in the last seven days."""

    async def change(work: Work) -> None:
        webhook = await commands.of(person, webhook_id, work)
        if step in {"pause", "resume"}:
            await commands.switch(webhook, step == "resume", work)
        elif step == "ping":
            commands.ping(webhook, work)
        elif step == "replay":
            await commands.repeat_many(webhook, AgainForm(since=work.now - timedelta(days=7)), work)
        else:
            raise Problem(404, f"a webhook has no step {step}")

    await store.transact(change, actor=person.user)
    return RedirectResponse(f"{HOME}/{webhook_id}", 303)


@router.post("/{webhook_id}/deliveries/{delivery_id}/replay")
async def replay_one(store: Stored, person: Integrator, webhook_id: str, delivery_id: str) -> RedirectResponse:
    async def change(work: Work) -> None:
        await commands.repeat(await commands.of(person, webhook_id, work), delivery_id, work)

    await store.transact(change, actor=person.user)
    return RedirectResponse(f"{HOME}/{webhook_id}", 303)


@router.get("/{webhook_id}/deliveries/{delivery_id}")
async def delivery(request: Request, store: Stored, person: Integrator, webhook_id: str, delivery_id: str) -> Any:
    webhook = await _mine(store, person, webhook_id)
    row = await store[DELIVERIES].find_one({"_id": delivery_id, "webhook": webhook_id})
    if row is None:
        raise Problem(404, f"there is no delivery {delivery_id} of this webhook")
    attempts = await commands.attempts_of(store, delivery_id)
    return request.app.state.pages.render(
        request, "notifications/webhooks/delivery.html", hook=webhook, row=row, attempts=attempts
    )


async def _list(
    request: Request,
    store: Store,
    person: Person,
    typed: dict[str, Any] | None = None,
    problem: Problem | None = None,
) -> Any:
    return request.app.state.pages.render(
        request,
        "notifications/webhooks/webhooks.html",
        status=problem.status if problem else 200,
        hooks=await webhooks_of(store, mine(person)),
        typed=typed or {"url": "", "types": [], "scheme": "v1", "in_order": False},
        errors={each.field: f"{each.message}; {each.mend}" for each in problem.errors} if problem else {},
    )


async def _show(request: Request, store: Store, webhook: Webhook, *, secret: str | None = None) -> Any:
    found = store[DELIVERIES].find({"webhook": webhook.webhook_id}, {"body": 0}, sort=[("_id", -1)], limit=SHOWN)
    answer = request.app.state.pages.render(
        request,
        "notifications/webhooks/webhook.html",
        hook=webhook,
        keys=webhook.signing(now()),
        secret=secret,
        rows=await found.to_list(None),
        now=now(),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _mine(store: Store, person: Person, webhook_id: str) -> Webhook:
    found = await webhooks_of(store, {"_id": webhook_id, **mine(person)})
    if not found:
        raise Problem(404, f"you have no webhook {webhook_id}")
    return found[0]
