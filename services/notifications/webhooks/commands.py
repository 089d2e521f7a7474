"""What may be done to webhooks, for the API and the pages alike."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

from fastapi import Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from kit.auth.people import Person
from kit.clock import uuid7
from kit.egress import Inside
from kit.http.problems import Problem
from kit.sealing import seal
from kit.settings import Settings
from kit.store import Store, Work
from services.notifications.people.knowing import know
from services.notifications.selection import NoSuchEvents, Selection
from services.notifications.webhooks.egress import refusal
from services.notifications.webhooks.signing import SEED_BYTES, Scheme, secret_of, shown_key
from services.notifications.webhooks.store import ATTEMPTS, DELIVERIES, WEBHOOKS, again, delivery
from services.notifications.webhooks.webhook import SEALED_FOR, Key, NotNow, Webhook

MOST_OF_ONE = 20
PING = "cinnabar.webhook.ping.v1"
AGAIN_AT_ONCE = 5000


class WebhookForm(BaseModel):
    """Where to post what. `types` as in the event stream; `v1` signs with a shared secret, `v1a` with ed25519."""

    model_config = ConfigDict(extra="forbid")
    url: str = Field(max_length=2000)
    types: tuple[Annotated[str, Field(max_length=100)], ...] = Field(default=(), max_length=50)
    scheme: Scheme = "v1"
    in_order: bool = Field(default=False, description="Events of one entity one after the other.")


class AgainForm(BaseModel):
    """Which deliveries to repeat: those of a state that came in since a moment."""

    model_config = ConfigDict(extra="forbid")
    since: AwareDatetime
    state: str = Field(default="failed", pattern="^(failed|delivered|held)$")


def mine(person: Person) -> dict[str, Any]:
    return {} if person.may("operator") else {"owner": person.user}


async def of(person: Person, webhook_id: str, work: Work) -> Webhook:
    """The person's webhook of that id. Raises Problem."""
    webhook = await work.load(WEBHOOKS, webhook_id)
    if webhook is None or not (person.may("operator") or webhook.owner == person.user):
        raise Problem(404, f"you have no webhook {webhook_id}")
    return webhook


async def checked(form: WebhookForm, person: Person, request: Request) -> Selection:
    """What the form asks for. Raises Problem naming the field and the mend."""
    settings: Settings = request.app.state.settings
    if found := await refusal(form.url, Inside.parse(settings.webhook_inside)):
        raise Problem.at("url", *found)
    try:
        return Selection.of(form.types, personal=person.may("operator"))
    except NoSuchEvents as error:
        raise Problem.at("types", str(error), error.mend) from None


def new_key(scheme: Scheme, settings: Settings, moment: datetime) -> tuple[Key, str]:
    """A key, and what its receiver verifies with: to be shown now, for a shared secret never again."""
    secret = secret_of(scheme, secrets.token_bytes(SEED_BYTES))
    shown = shown_key(secret)
    sealed = seal(settings.secret.get_secret_value(), secret, SEALED_FOR)
    return Key(key_id=uuid7(), sealed=sealed, shown=shown if scheme == "v1a" else None, since=moment), shown


async def create(
    form: WebhookForm, wanted: Selection, person: Person, settings: Settings, work: Work
) -> tuple[Webhook, str]:
    if len(await work.find(WEBHOOKS, {"owner": person.user})) >= MOST_OF_ONE:
        raise Problem(409, f"you have {MOST_OF_ONE} webhooks; delete one first, or have one take more events")
    with suppress(ValidationError):
        # Nobody can write to whoever signs in by a name that is no address: integrators are told instead.
        await know(person, work)
    key, shown = new_key(form.scheme, settings, work.now)
    webhook = Webhook(
        webhook_id=uuid7(),
        owner=person.user,
        url=form.url,
        types=wanted.patterns,
        personal=wanted.personal,
        scheme=form.scheme,
        in_order=form.in_order,
        keys=(key,),
        created_at=work.now,
    )
    return work.save(WEBHOOKS, webhook), shown


def edit(webhook: Webhook, form: WebhookForm, wanted: Selection, work: Work) -> Webhook:
    if form.scheme != webhook.scheme:
        raise Problem.at("scheme", "the kind of signature cannot change", "rotate the key, or make a second webhook")
    changes = {"url": form.url, "types": wanted.patterns, "in_order": form.in_order}
    return work.save(WEBHOOKS, webhook.model_copy(update=changes))


def rotate(webhook: Webhook, settings: Settings, work: Work) -> tuple[Webhook, str]:
    key, shown = new_key(webhook.scheme, settings, work.now)
    try:
        return work.save(WEBHOOKS, webhook.rotated(key, work.now)), shown
    except NotNow as error:
        raise Problem(409, str(error)) from None


async def switch(webhook: Webhook, on: bool, work: Work) -> Webhook:
    try:
        switched = work.save(WEBHOOKS, webhook.switched(on))
    except NotNow as error:
        raise Problem(409, str(error)) from None
    if on:
        again(work, await work.find(DELIVERIES, {"webhook": webhook.webhook_id, "state": "held"}, limit=AGAIN_AT_ONCE))
    return switched


def ping(webhook: Webhook, work: Work) -> str:
    """Post a test event; the delivery's id."""
    if webhook.state != "active":
        raise Problem(409, "it is not switched on; switch it on first")
    event_id = uuid7()
    body = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/{work.municipality}/notifications",
        "type": PING,
        "subject": webhook.webhook_id,
        "time": work.now,
        "timestamp": work.now,
        "datacontenttype": "application/json",
        "municipality": work.municipality,
        "data": {"webhook_id": webhook.webhook_id},
    }
    row = delivery(
        webhook, message_id=event_id, type_=PING, entity=event_id, order=event_id, body=to_json(body), now=work.now
    )
    work.put(DELIVERIES, row)
    return str(row["_id"])


async def repeat(webhook: Webhook, delivery_id: str, work: Work) -> str:
    row = await work.get(DELIVERIES, delivery_id)
    if row is None or row["webhook"] != webhook.webhook_id:
        raise Problem(404, f"there is no delivery {delivery_id} of this webhook")
    again(work, [row])
    return delivery_id


async def repeat_many(webhook: Webhook, form: AgainForm, work: Work) -> int:
    """How many are delivered again, the oldest first, at most some thousand at a time."""
    wanted = {"webhook": webhook.webhook_id, "state": form.state, "created_at": {"$gte": form.since}}
    return again(work, await work.find(DELIVERIES, wanted, sort=[("_id", 1)], limit=AGAIN_AT_ONCE))


async def attempts_of(store: Store, delivery_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await store[ATTEMPTS].find({"delivery": delivery_id}, sort=[("_id", 1)]).to_list(200)
    return found
