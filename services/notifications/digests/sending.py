"""Hands a closed digest to the mail server, and stores what came of it for the digest and its alerts at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote

from kit.clock import now
from kit.service import Context
from kit.settings import Settings
from kit.store import Conflict, Work
from services.notifications.alerts import Alert, IllegalTransition
from services.notifications.answers.links import answer_links
from services.notifications.channels.email import Accepted, EmailChannel, Refused
from services.notifications.digests.closing import Closed, close_digest
from services.notifications.digests.digest import Digest
from services.notifications.digests.mail import DigestLinks, compose_digest
from services.notifications.digests.store import DIGESTS
from services.notifications.latency import observe
from services.notifications.mail import sender_address
from services.notifications.people.person import Person
from services.notifications.people.store import person
from services.notifications.store import ALERTS
from services.notifications.subscriptions.store import SUBSCRIPTIONS, subscription_from
from services.notifications.suppression.mailbox import Strike
from services.notifications.suppression.store import strike
from services.notifications.timing.hours import open_from
from services.notifications.unsubscribe import sign

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
TRY_AGAIN = 1.0
SENDER_DIED = "The sender stopped before it knew the outcome."


async def send_digest(context: Context, channel: EmailChannel, told: Person) -> Accepted | Refused | None:
    """Close what waits for a person into one mail, and send it; nothing to say is no mail, and None."""
    closed = await close_digest(context.store, told)
    return None if closed is None else await _hand_over(context, channel, told, closed)


async def repeat_doubtful(context: Context) -> None:
    """Send again, under the same Message-ID, what may have left when a sender died or a connection broke."""
    if not context.settings.smtp_url:
        return
    moment = now()
    for digest in await _digests(context, {"state": "sending", "sending_since": {"$lt": moment - LEASE}}):
        await _step(context, digest, digest.refused(SENDER_DIED, moment, may_have_left=True))
    channel = EmailChannel(context.settings.smtp_url)
    try:
        for digest in await _digests(context, {"state": "doubtful", "not_before": {"$lte": moment}}):
            told = await person(context.store, digest.person)
            claimed = await _step(context, digest, digest.repeated(now()))
            if claimed is not None and told is not None:
                await _hand_over(context, channel, told, await _as_closed(context, claimed))
    finally:
        await channel.close()


async def _hand_over(context: Context, channel: EmailChannel, told: Person, closed: Closed) -> Accepted | Refused:
    digest = closed.digest
    message = compose_digest(
        digest,
        closed.alerts,
        told,
        subscriptions=closed.subscriptions,
        links=_links(digest, context.settings),
        answers={each.alert_id: answer_links(each, told.language, context.settings, now()) for each in closed.alerts},
        sender=context.settings.mail_from,
        municipality=context.settings.municipality_name,
        now=now(),
    )
    outcome = await channel.deliver(message)
    if isinstance(outcome, Refused):
        log.warning("digest %s was refused: %s", digest.digest_id, outcome.reason)
    else:
        accepted_at = now()
        for alert in closed.alerts:
            observe(alert, accepted_at)
    await _note(context, told, digest, outcome)
    return outcome


async def _note(context: Context, told: Person, claimed: Digest, outcome: Accepted | Refused) -> None:
    """Store what came of an attempt, however long the database is away: forgetting it would send the mail again."""

    async def settle(work: Work) -> None:
        digest = await work.load(DIGESTS, claimed.digest_id)
        if digest is None or digest.sending_since != claimed.sending_since:
            return
        held = await work.find(ALERTS, {"_id": {"$in": list(digest.alerts)}, "state": "sending"})
        _settled(digest, [ALERTS.to_aggregate(document) for document in held], told, outcome, work)
        if isinstance(outcome, Refused) and outcome.recipient:
            what = Strike(at=work.now, kind="refused", reason=outcome.reason, alert_id=digest.alerts[0])
            await strike(work, address=told.address, person=told.id, what=what)

    while True:
        try:
            return await context.store.transact(settle)
        except Exception as error:
            log.warning("what came of digest %s is still to be noted: %s", claimed.digest_id, error)
            await asyncio.sleep(TRY_AGAIN)


def _settled(digest: Digest, alerts: Sequence[Alert], told: Person, outcome: Accepted | Refused, work: Work) -> None:
    if isinstance(outcome, Accepted):
        work.save(DIGESTS, digest.delivered(outcome.message_id, work.now))
        after = [alert.delivered(outcome.message_id, work.now) for alert in alerts]
    elif outcome.permanent:
        work.save(DIGESTS, digest.failed(outcome.reason, work.now))
        after = [alert.refused(outcome.reason, work.now, permanent=True) for alert in alerts]
    else:
        again = open_from(told.delivery, told.clock, work.now + digest.pause)
        refused = work.save(DIGESTS, digest.refused(outcome.reason, again, may_have_left=outcome.may_have_left))
        after = [] if refused.may_have_left else [alert.put_back(outcome.reason, again, work.now) for alert in alerts]
    for alert in after:
        work.save(ALERTS, alert)


async def _digests(context: Context, query: dict[str, object]) -> list[Digest]:
    return [DIGESTS.to_aggregate(document) async for document in context.store[DIGESTS].find(query)]


async def _as_closed(context: Context, digest: Digest) -> Closed:
    """A digest that may have left, with the same alerts and reasons as the first time."""
    alerts = context.store[ALERTS].find({"_id": {"$in": list(digest.alerts)}})
    behind = context.store[SUBSCRIPTIONS].find({"_id": {"$in": list(digest.subscriptions)}})
    return Closed(
        digest,
        [ALERTS.to_aggregate(document) async for document in alerts],
        {each.id: each for each in [subscription_from(document) async for document in behind]},
    )


async def _step(context: Context, before: Digest, after: Digest) -> Digest | None:
    """Store one step of a digest; None when somebody else took a step first."""

    async def take(work: Work) -> Digest | None:
        stored = await work.load(DIGESTS, before.digest_id)
        if stored is None or stored.version != before.version:
            return None
        return work.save(DIGESTS, after)

    try:
        return await context.store.transact(take)
    except (Conflict, IllegalTransition):
        return None


def _links(digest: Digest, settings: Settings) -> DigestLinks:
    inbox = f"{settings.public_url.rstrip('/')}/inbox"
    links = DigestLinks(inbox=inbox, delivery=f"{inbox}/delivery")
    if not digest.subscriptions:
        return links
    secret = settings.secret.get_secret_value()
    token = quote(sign(secret, f"digest:{digest.digest_id}"))
    sender = sender_address(settings.mail_from).addr_spec
    return links.model_copy(
        update={
            "unsubscribe": f"{inbox}/unsubscribe/digest/{token}",
            "unsubscribe_mail": f"mailto:{sender}?subject=unsubscribe%20{token}",
            "leave": {each: f"{inbox}/unsubscribe/{quote(sign(secret, each))}" for each in digest.subscriptions},
        }
    )
