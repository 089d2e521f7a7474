"""Mails to a webhook's owner: that it fails, and that it was switched off."""

from __future__ import annotations

import logging
from email.message import EmailMessage

from kit.clock import now
from kit.service import Context
from kit.store import Work
from services.notifications.channels.email import Accepted, EmailChannel, Refused
from services.notifications.mail import sender_address
from services.notifications.webhooks.store import WEBHOOKS, webhooks_of
from services.notifications.webhooks.webhook import DISABLE_AFTER, Notice, Webhook

log = logging.getLogger(__name__)

_WORDS = {
    ("sl", "failing"): (
        "Spletni kavelj {url} ne sprejema dogodkov",
        "Prejemnik {url} ni sprejel nobenega dogodka od {since}.\nZadnji razlog: {reason}\n\n"
        "Če do {until} ne sprejme ničesar, ga izklopimo. Kaj se je zgodilo: {link}\n",
    ),
    ("sl", "disabled"): (
        "Spletni kavelj {url} je izklopljen",
        "Na {url} ne pošiljamo več.\nRazlog: {reason}\n\n"
        "Ko bo prejemnik spet deloval, ga vklopite; zadržane dogodke pošljemo potem: {link}\n",
    ),
    ("en", "failing"): (
        "The webhook {url} accepts no events",
        "The receiver {url} has accepted nothing since {since}.\nThe last reason: {reason}\n\n"
        "Unless it accepts something by {until}, it is switched off. What happened: {link}\n",
    ),
    ("en", "disabled"): (
        "The webhook {url} was switched off",
        "Nothing is sent to {url} any more.\nThe reason: {reason}\n\n"
        "Switch it on once the receiver works; what was held back is sent then: {link}\n",
    ),
}


async def tell_owners(context: Context) -> None:
    """Send the mails that are due. One may go twice if the process dies at it; its Message-ID stays the same."""
    if not context.settings.smtp_url:
        return
    for webhook in await webhooks_of(context.store, {"notices": {"$elemMatch": {"sent_at": None}}}):
        for notice in webhook.notices:
            if notice.sent_at is None:
                await _tell(context, webhook, notice)


async def _tell(context: Context, webhook: Webhook, notice: Notice) -> None:
    channel = EmailChannel(context.settings.smtp_url)
    try:
        outcome: Accepted | Refused = await channel.deliver(composed(context, webhook, notice))
    except ValueError as error:
        outcome = Refused(permanent=True, reason=str(error))
    finally:
        await channel.close()
    if isinstance(outcome, Refused):
        log.warning("the owner of webhook %s could not be told: %s", webhook.webhook_id, outcome.reason)
        if not outcome.permanent:
            return

    async def note(work: Work) -> None:
        stored = await work.load(WEBHOOKS, webhook.webhook_id)
        if stored is not None and notice in stored.notices:
            work.save(WEBHOOKS, stored.told(notice, now()))

    await context.store.transact(note)


def composed(context: Context, webhook: Webhook, notice: Notice) -> EmailMessage:
    settings = context.settings
    sender = sender_address(settings.mail_from)
    zone = settings.zone
    since = webhook.failing_since or notice.at
    subject, text = _WORDS[webhook.language, notice.kind]
    facts = {
        "url": webhook.url,
        "reason": webhook.reason or "",
        "since": f"{since.astimezone(zone):%d. %m. %Y %H:%M}",
        "until": f"{(since + DISABLE_AFTER).astimezone(zone):%d. %m. %Y %H:%M}",
        "link": f"{settings.public_url.rstrip('/')}/integrations/webhooks/{webhook.webhook_id}",
    }
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = webhook.owner
    message["Subject"] = subject.format(**facts)
    message["Message-ID"] = f"<webhook-{webhook.webhook_id}-{int(notice.at.timestamp())}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.format(**facts))
    return message
