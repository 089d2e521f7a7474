"""What a returned mail means: for the alerts in it, and for the mailbox it came back from."""

from __future__ import annotations

import hmac

from kit.store import Work
from services.notifications.alerts import Alert, IllegalTransition
from services.notifications.people.store import PEOPLE, person_from
from services.notifications.store import ALERTS
from services.notifications.suppression.mailbox import Strike
from services.notifications.suppression.report import Returned
from services.notifications.suppression.store import strike

_PURPOSE = b"cinnabar returned mail v1"


def key_for_mail_servers(secret: str) -> str:
    """What a mail server shows to hand reports in; it can do nothing else. `ValueError` without a secret."""
    if not secret:
        raise ValueError("secret is empty; set CINNABAR_SECRET to at least 32 random characters")
    return hmac.digest(secret.encode(), _PURPOSE, "sha256").hex()


async def take(returned: Returned, work: Work) -> str:
    """Note a mail that came back; in one word what was done: suppressed, counted or unknown.

    One that nobody here sent, or whose alerts are forgotten, changes nothing: a report is easily forged.
    """
    alerts = await _alerts(returned, work)
    if not alerts:
        return "unknown"
    document = await work.get(PEOPLE, alerts[0].person)
    if document is None:
        return "unknown"
    for alert in alerts:
        try:
            work.save(ALERTS, alert.bounced(returned.reason, work.now))
        except IllegalTransition:
            continue
    what = Strike(at=work.now, kind=returned.severity, reason=returned.reason, alert_id=alerts[0].alert_id)
    mailbox = await strike(work, address=person_from(document).address, person=alerts[0].person, what=what)
    return "suppressed" if mailbox.why else "counted"


async def _alerts(returned: Returned, work: Work) -> list[Alert]:
    """The alerts that the mail told of: known by the Message-ID it was accepted under, or by the id within it."""
    if returned.message_id is None:
        return []
    name = returned.message_id.partition("@")[0]
    query = {"$or": [{"message_id": f"<{returned.message_id}>"}, {"_id": name, "message_id": None}]}
    return [ALERTS.to_aggregate(each) for each in await work.find(ALERTS, query)]
