"""An alert passed on: the same news for another person, who is told why they are asked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from contracts.notifications import AlertRaisedV1
from services.notifications.alerts import Alert
from services.notifications.answers.asking import Asked, Chase
from services.notifications.fits import best_first

_PASSED = UUID("c1f7e0a8-3f0a-5d52-9c5e-2b7b4f0d9a10")


def family_of(*what: object) -> str:
    """The one id of a family of alerts that one answer settles."""
    return str(uuid5(_PASSED, "\x00".join(map(str, what))))


def handed_family(alert: Alert, at: datetime) -> str:
    """The family of those whom one hand-over, made at that moment, reaches."""
    return family_of(alert.about_id, "hand_over", at.isoformat())


def passed_id(family: str, person: str) -> str:
    """The one id an alert of this family can have for this person."""
    return str(uuid5(_PASSED, f"{family}\x00{person}"))


def passed_on(
    alert: Alert,
    to: str,
    asked: Asked,
    *,
    family: str,
    now: datetime,
    alert_id: str | None = None,
    chase: Chase | None = None,
) -> Alert:
    """What `alert` tells, for another person. It leaves at once and whatever they switched off: somebody waits."""
    alert_id = alert_id or passed_id(family, to)
    fits = tuple(fit.model_copy(update={"unmailed": None}) for fit in best_first(alert.fits))
    matter = alert.matter
    raised = AlertRaisedV1(
        alert_id=alert_id,
        person=to,
        kind=alert.kind,
        title=alert.title.en,
        title_sl=alert.title.sl if matter else None,
        call_id=alert.call.call_id if alert.call else None,
        activity_id=fits[0].activity_id if fits else None,
        activity_number=fits[0].activity_number if fits else None,
        deadline=alert.deadline,
        about=matter.type if matter else None,
        about_id=matter.id if matter else None,
        path=matter.path if matter else None,
    )
    return Alert(
        alert_id=alert_id,
        events=[raised],
        kind=alert.kind,
        person=to,
        subscriptions=(),
        call=alert.call,
        matter=matter,
        fits=fits,
        changes=alert.changes,
        said=alert.said,
        urgent=True,
        mandatory=True,
        raised_at=now,
        not_before=now,
        family=family,
        asked=asked,
        chase=chase,
    )
