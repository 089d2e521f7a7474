"""Carries due alerts to the mail server: claims one, sends it, and notes what came of it.

The claim is a stored step of the alert, so that of several replicas one sends. Between the server's
acceptance and the note of it lies the one place where a mail can go twice; its Message-ID stays the same,
so that mail stores can tell.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import quote

from kit.clock import now
from kit.ending import end, to_the_end
from kit.service import Context, Fact
from kit.settings import Settings
from kit.store import Conflict, Work
from kit.telemetry import continued
from services.notifications import handlers
from services.notifications.alerts import Alert, IllegalTransition
from services.notifications.answers.links import answer_links
from services.notifications.catching_up import CATCHING_UP, Backlog, held_up, is_late
from services.notifications.catching_up import LOOK_AGAIN as CATCH_UP_AGAIN
from services.notifications.changes import handlers as changes
from services.notifications.channels.email import Accepted, EmailChannel, Refused
from services.notifications.channels.weather import Weather
from services.notifications.digests.closing import NOBODY_WANTS_IT
from services.notifications.digests.sending import send_digest
from services.notifications.latency import observe
from services.notifications.mail import Links, compose, sender_address
from services.notifications.matters import handlers as matters
from services.notifications.people.store import person
from services.notifications.store import ALERTS
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.store import subscription
from services.notifications.suppression.mailbox import Strike
from services.notifications.suppression.store import strike, suppressed
from services.notifications.timing.alerts import leave_of
from services.notifications.unsubscribe import sign

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
LANES = 4
AT_ONCE = 50
LONGEST_PAUSE = 1.0
LOOK_AGAIN = 0.01
HEARD = [handlers.raise_alerts, *changes.HANDLERS, *matters.HANDLERS]


async def deliver_mail(context: Context) -> None:
    """Send alerts as they come due, for as long as this process runs."""
    if not context.settings.smtp_url:
        log.warning("CINNABAR_SMTP_URL is not set: alerts wait in the inbox and no mail is sent")
        await asyncio.Event().wait()
    await Postman(context, context.settings.smtp_url).run()


class Postman:
    """What one process sends: a few mails at a time, each on a connection of its own."""

    def __init__(self, context: Context, smtp_url: str) -> None:
        self._context = context
        self._channels = [EmailChannel(smtp_url) for _ in range(LANES)]
        self._weather = Weather()
        self._backlog = Backlog(context.bus, HEARD, "notifications")
        self._due: asyncio.Queue[Alert] = asyncio.Queue(LANES)
        self._in_hand: set[str] = set()
        self._wake = asyncio.Event()
        self._free_again = 0.0

    async def run(self) -> None:
        self._context.store.watchers.append(lambda rows: self._wake.set())
        lanes = [asyncio.create_task(self._lane(channel), name="postman") for channel in self._channels]
        try:
            while True:
                pause = LONGEST_PAUSE
                try:
                    pause = await self._give_out()
                except Exception:
                    log.exception("the postman failed at one round and starts another")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), pause)
                self._wake.clear()
        finally:
            await to_the_end(self._finish(lanes))

    async def _finish(self, lanes: list[asyncio.Task[None]]) -> None:
        """See the mails that are on their way through, and note that they left; the others wait for the next sender."""
        while not self._due.empty():
            self._due.get_nowait()
            self._due.task_done()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._context.settings.grace_seconds):
                await self._due.join()
        await end(lanes)
        for channel in self._channels:
            await channel.close()

    async def _give_out(self) -> float:
        """Hand what is due to the lanes; seconds until something else may be.

        After any it looks again soon: an alert that gained an activity while it was claimed is still due. While the
        mail server is away, a single mail asks for it.
        """
        await self._free_abandoned()
        if away := self._weather.wait(monotonic()):
            return min(away, LONGEST_PAUSE)
        pause = LONGEST_PAUSE
        waiting = self._context.store[ALERTS].find(
            {"state": {"$in": ["gathering", "deferred"]}}, sort=[("not_before", 1)], limit=AT_ONCE
        )
        for alert in [ALERTS.to_aggregate(document) async for document in waiting]:
            if not alert.due(now()):
                # The last match of its call completes it by a step that says nothing and so wakes nobody.
                gathers = alert.state == "gathering" and alert.kind == "call_matched" and alert.waits is None
                return LOOK_AGAIN if gathers else min(pause, _seconds_until(alert.not_before))
            pause = LOOK_AGAIN
            if alert.alert_id in self._in_hand:
                continue
            self._in_hand.add(alert.alert_id)
            await self._due.put(alert)
            if self._weather.bad:
                await self._due.join()
                break
        return pause

    async def _free_abandoned(self) -> None:
        """Take up what a dead sender had in hand; looked for once a second, since it has waited for minutes."""
        if monotonic() < self._free_again:
            return
        self._free_again = monotonic() + LONGEST_PAUSE
        moment = now()
        abandoned = self._context.store[ALERTS].find(
            {"state": "sending", "digest": None, "sending_since": {"$lt": moment - LEASE}}
        )
        for alert in [ALERTS.to_aggregate(document) async for document in abandoned]:
            if alert.alert_id not in self._in_hand:
                await _step(self._context, alert, alert.lapsed(moment, LEASE))

    async def _lane(self, channel: EmailChannel) -> None:
        while True:
            alert = await self._due.get()
            try:
                await self._send(channel, alert)
            except Exception:
                log.exception("the mail for alert %s could not be sent now", alert.alert_id)
            finally:
                self._in_hand.discard(alert.alert_id)
                self._due.task_done()
                self._wake.set()

    async def _send(self, channel: EmailChannel, alert: Alert) -> None:
        context = self._context
        behind = is_late(alert, now()) and await self._backlog.left(now()) > 0
        if behind or held_up(alert, now()):
            await _step(context, alert, alert.put_off(now() + CATCH_UP_AGAIN * behind, CATCHING_UP))
            return
        told = await person(context.store, alert.person)
        chosen = await _enabled(context, alert)
        wanted = chosen[0] if chosen else None
        if told is None or (wanted is None and not alert.mandatory):
            await _step(context, alert, alert.withhold(NOBODY_WANTS_IT, now()))
            return
        leave = leave_of(alert, told, chosen, now())
        if leave.why is not None:
            await _step(context, alert, alert.put_off(leave.at, leave.why))
            return
        mailbox = await suppressed(context.store, told.address)
        if mailbox is not None and mailbox.why is not None:
            await _step(context, alert, alert.withhold(mailbox.why, now()))
            return
        if leave.occasion is not None:
            self._note_weather(await send_digest(context, channel, told))
            return
        claimed = await _step(context, alert, alert.sending(now()))
        if claimed is None:
            return
        message = compose(
            claimed,
            told,
            subscription=wanted,
            links=links_for(claimed, wanted, context.settings, told.language),
            sender=context.settings.mail_from,
            municipality=context.settings.municipality_name,
            now=now(),
        )
        with continued("deliver mail", claimed.traceparent):
            outcome = await channel.deliver(message)
            self._note_weather(outcome)
            if isinstance(outcome, Refused):
                log.warning("mail for alert %s was refused: %s", claimed.alert_id, outcome.reason)
            else:
                observe(claimed, now())
            await _note(context, claimed, outcome, told.address)

    def _note_weather(self, outcome: Accepted | Refused | None) -> None:
        if isinstance(outcome, Refused) and outcome.ours:
            self._weather.worse(monotonic())
        elif outcome is not None:
            self._weather.better()


async def _note(context: Context, claimed: Alert, outcome: Accepted | Refused, address: str) -> None:
    """Store what came of an attempt, however long the database is away: forgetting it would send the mail again.

    Meanwhile the alert may have gained a fit or a decision, so the outcome goes onto it as it stands now.
    """

    async def settle(work: Work) -> None:
        alert = await work.load(ALERTS, claimed.alert_id)
        if alert is None or alert.sending_since != claimed.sending_since:
            return
        work.save(ALERTS, _with_outcome(alert, outcome, work.now))
        if isinstance(outcome, Refused) and outcome.recipient:
            what = Strike(at=work.now, kind="refused", reason=outcome.reason, alert_id=alert.alert_id)
            await strike(work, address=address, person=alert.person, what=what)

    while True:
        try:
            return await context.store.transact(settle)
        except Exception as error:
            log.warning("what came of the mail for alert %s is still to be noted: %s", claimed.alert_id, error)
            await asyncio.sleep(LONGEST_PAUSE)


def _with_outcome(alert: Alert, outcome: Accepted | Refused, moment: datetime) -> Alert:
    if isinstance(outcome, Accepted):
        return alert.delivered(outcome.message_id, moment)
    return alert.refused(
        outcome.reason,
        moment,
        permanent=outcome.permanent,
        may_have_left=outcome.may_have_left,
        ours=outcome.ours,
    )


async def _step(context: Context, before: Alert, after: Alert) -> Alert | None:
    """Store one step of an alert; None when somebody else took a step first."""

    async def take(work: Work) -> Alert | None:
        stored = await work.load(ALERTS, before.alert_id)
        if stored is None or stored.version != before.version:
            return None
        return work.save(ALERTS, after)

    try:
        return await context.store.transact(take)
    except (Conflict, IllegalTransition):
        return None


async def _enabled(context: Context, alert: Alert) -> list[Subscription]:
    found = [await subscription(context.store, each) for each in alert.subscriptions]
    return [each for each in found if each is not None and each.wanted and alert.person not in each.left]


def links_for(alert: Alert, wanted: Subscription | None, settings: Settings, language: str) -> Links:
    """Where the mail leads to; the unsubscribe link names the subscription, if one led here, by a signed token."""
    site = settings.public_url.rstrip("/")
    links = Links(
        about=site + alert.path,
        alert=f"{site}/inbox/{alert.alert_id}",
        preferences=f"{site}/inbox/preferences",
        answers=answer_links(alert, language, settings, now()),
    )
    if wanted is None:
        return links
    token = quote(sign(settings.secret.get_secret_value(), wanted.towards(alert.person)))
    sender = sender_address(settings.mail_from).addr_spec
    return links.model_copy(
        update={
            "unsubscribe": f"{site}/inbox/unsubscribe/{token}",
            "unsubscribe_mail": f"mailto:{sender}?subject=unsubscribe%20{token}",
        }
    )


def _seconds_until(moment: datetime | None) -> float:
    if moment is None:
        return LONGEST_PAUSE
    return min(LONGEST_PAUSE, max(0.001, (moment - now()).total_seconds()))


async def mail_facts(context: Context) -> list[Fact]:
    """The last mail that was accepted, and how many wait."""
    alerts = context.store[ALERTS]
    last = await alerts.find_one({"state": "delivered"}, sort=[("settled_at", -1)])
    waiting = await alerts.count_documents({"state": {"$in": ["gathering", "sending", "deferred"]}})
    said = "none yet" if last is None else f"{last['settled_at']:%Y-%m-%d %H:%M:%S} UTC"
    return [Fact("last mail", said), Fact("mails waiting", str(waiting))]
