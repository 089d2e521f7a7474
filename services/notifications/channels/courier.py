"""Carries what is due by other channels than e-mail: claims one, sends it, and notes what came of it.

As with mail, the claim is a stored step, and between an acceptance and its note lies the one place where a message can
go twice: a push of the same topic replaces the first, a chat shows it twice. A route that hangs holds one place.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta
from functools import partial

import httpx

from kit.clock import now
from kit.egress import Inside, guarded_client
from kit.ending import end
from kit.sealing import Unsealable, unseal
from kit.service import Context
from kit.settings import Settings
from kit.store import Conflict, Store, Work
from services.notifications.alerts import Alert, IllegalTransition
from services.notifications.channels.apprise import notify
from services.notifications.channels.delivery import Delivery, Outcome
from services.notifications.channels.message import Message, message_of
from services.notifications.channels.route import SEALED_AS, Route
from services.notifications.channels.store import DELIVERIES, ROUTES
from services.notifications.push.browser import Browser
from services.notifications.push.sending import push
from services.notifications.push.vapid import vapid
from services.notifications.reasons import reason as say
from services.notifications.store import ALERTS

log = logging.getLogger(__name__)

AT_ONCE = 20
LEASE = timedelta(minutes=2)
LOOK_AGAIN = 1.0

NO_ROUTE = say("no_route", "Poti ni več.", "The way is gone.")
DECIDED = say("decided_before_leaving", "Odločeno je bilo, preden je odšlo.", "It was decided on before it left.")


async def deliver_by_other_channels(context: Context) -> None:
    """Deliver for as long as this process runs."""
    courier = Courier(context)
    context.store.watchers.append(lambda rows: courier.wake.set())
    try:
        await courier.run()
    finally:
        await courier.stop()


class Courier:
    """What one process has in hand, at most one message of a route at a time."""

    def __init__(self, context: Context) -> None:
        self.wake = asyncio.Event()
        self._context = context
        self._sender = Sender(context.store, context.settings)
        self._in_hand: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        while True:
            self.wake.clear()
            try:
                await self._round()
            except Exception:
                log.exception("the other channels failed at one round and start another")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), LOOK_AGAIN)

    async def stop(self) -> None:
        await end(list(self._in_hand.values()))
        await self._sender.close()

    async def _round(self) -> None:
        moment = now()
        deliveries = self._context.store[DELIVERIES]
        abandoned = deliveries.find({"state": "sending", "sending_since": {"$lt": moment - LEASE}}, limit=AT_ONCE)
        for delivery in [DELIVERIES.to_aggregate(each) async for each in abandoned]:
            await self._step(delivery, delivery.lapsed(moment, LEASE))
        room = AT_ONCE - len(self._in_hand)
        due = deliveries.find(
            {
                "state": {"$in": ["waiting", "deferred"]},
                "not_before": {"$lte": moment},
                "route": {"$nin": list(self._in_hand)},
            },
            sort=[("not_before", 1)],
            limit=max(room, 0) or 1,
        )
        for delivery in [DELIVERIES.to_aggregate(each) async for each in due]:
            if len(self._in_hand) < AT_ONCE and delivery.route not in self._in_hand:
                task = asyncio.create_task(self._deliver(delivery), name=f"delivery-{delivery.delivery_id}")
                self._in_hand[delivery.route] = task
                task.add_done_callback(partial(self._done, delivery.route))

    def _done(self, route: str, _: asyncio.Task[None]) -> None:
        self._in_hand.pop(route, None)
        self.wake.set()

    async def _deliver(self, delivery: Delivery) -> None:
        store = self._context.store
        alert = await store[ALERTS].find_one({"_id": delivery.alert_id})
        found = await store[ROUTES].find_one({"_id": delivery.route, "ended_at": None})
        if alert is None or found is None:
            await self._step(delivery, delivery.withhold(NO_ROUTE, now()))
            return
        told, route = ALERTS.to_aggregate(alert), ROUTES.to_aggregate(found)
        if route.person is not None and told.decision is not None and told.decision.choice != "seen":
            await self._step(delivery, delivery.withhold(DECIDED, now()))
            return
        claimed = await self._step(delivery, delivery.sending(now()))
        if claimed is not None:
            await self._note(claimed, await self._sender.send(route, self._sender.words(told, route)))

    async def _note(self, claimed: Delivery, outcome: Outcome) -> None:
        """Store what came of an attempt, however long the database is away: forgetting it would send it again."""

        async def settle(work: Work) -> None:
            delivery = await work.load(DELIVERIES, claimed.delivery_id)
            if delivery is None or delivery.sending_since != claimed.sending_since:
                return
            work.save(DELIVERIES, delivery.settled(outcome, work.now))
            await note_result(claimed.route, outcome, work)

        while True:
            try:
                return await self._context.store.transact(settle)
            except Exception as error:
                log.warning("what came of delivery %s is still to be noted: %s", claimed.delivery_id, error)
                await asyncio.sleep(LOOK_AGAIN)

    async def _step(self, before: Delivery, after: Delivery) -> Delivery | None:
        async def take(work: Work) -> Delivery | None:
            stored = await work.load(DELIVERIES, before.delivery_id)
            return work.save(DELIVERIES, after) if stored is not None and stored.version == before.version else None

        try:
            return await self._context.store.transact(take)
        except (Conflict, IllegalTransition):
            return None


class Sender:
    """Sends one message by one route, once."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._inside = Inside.parse(settings.webhook_inside)
        self._client: httpx.AsyncClient = guarded_client(self._inside, connections=AT_ONCE)

    def words(self, alert: Alert, route: Route) -> Message:
        return message_of(
            alert,
            site=self._settings.public_url.rstrip("/"),
            language=route.language,
            zone=self._settings.zone,
            municipality=self._settings.municipality_name,
        )

    async def send(self, route: Route, message: Message) -> Outcome:
        """Never raises for what the other side does, nor for an address sealed under another secret."""
        own = self._settings.secret.get_secret_value()
        try:
            address = unseal(own, route.sealed, SEALED_AS)
        except Unsealable as error:
            return Outcome(ok=False, words=f"{error}; remove it and add it anew", permanent=True)
        if route.channel == "apprise":
            return await notify(address, message, self._inside)
        key = await vapid(self._store, self._settings)
        browser = Browser.model_validate_json(address)
        return await push(self._client, key, browser, message, language=route.language, now=now())

    async def close(self) -> None:
        await self._client.aclose()


async def note_result(route_id: str, outcome: Outcome, work: Work) -> None:
    route = await work.load(ROUTES, route_id)
    if route is not None and route.ended_at is None:
        work.save(ROUTES, route.after(outcome, work.now))
