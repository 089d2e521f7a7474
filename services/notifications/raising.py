"""How an alert comes about: of a call that fits, of what became of a call, or of another matter."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.funding import CallFacts, FieldChange
from contracts.notifications import AlertRaisedV1
from services.notifications.alerts import Alert
from services.notifications.fits import Fit, best_first
from services.notifications.identity import alert_id_for
from services.notifications.kinds import AlertKind, kind_of
from services.notifications.matters.matter import Matter


def raised(*, person: str, subscription: str, call: CallFacts, fit: Fit, now: datetime, gather: timedelta) -> Alert:
    """A new alert with its first fit, to be sent `gather` from now."""
    return raised_of_news(
        alert_id=alert_id_for("call_matched", person, call),
        kind="call_matched",
        person=person,
        subscriptions=(subscription,),
        call=call,
        fits=(fit,),
        changes=(),
        said=None,
        urgent=False,
        told_before=None,
        now=now,
        gather=gather,
    )


def raised_of_news(
    *,
    alert_id: str,
    kind: AlertKind,
    person: str,
    subscriptions: tuple[str, ...],
    call: CallFacts,
    fits: tuple[Fit, ...],
    changes: tuple[FieldChange, ...],
    said: str | None,
    urgent: bool,
    told_before: datetime | None,
    now: datetime,
    gather: timedelta,
    mandatory: bool = False,
) -> Alert:
    """A new alert of a call, or of what became of it, to be sent `gather` from now."""
    best = best_first(fits)[0] if fits else None
    event = AlertRaisedV1(
        alert_id=alert_id,
        person=person,
        kind=kind,
        title=call.title,
        call_id=call.call_id,
        activity_id=best and best.activity_id,
        activity_number=best and best.activity_number,
        deadline=call.deadline,
    )
    return Alert(
        alert_id=alert_id,
        events=[event],
        kind=kind,
        person=person,
        subscriptions=subscriptions,
        call=call,
        fits=fits,
        changes=changes,
        said=said,
        urgent=urgent,
        told_before=told_before,
        mandatory=mandatory,
        raised_at=now,
        not_before=now + gather,
    )


def raised_of_matter(
    *,
    alert_id: str,
    kind: AlertKind,
    person: str,
    subscriptions: tuple[str, ...],
    matter: Matter,
    now: datetime,
    gather: timedelta,
    mandatory: bool = False,
) -> Alert:
    """A new alert of something that is not a call, to be sent `gather` from now."""
    event = AlertRaisedV1(
        alert_id=alert_id,
        person=person,
        kind=kind,
        title=matter.title.en,
        title_sl=matter.title.sl,
        deadline=matter.deadline,
        about=matter.type,
        about_id=matter.id,
        path=matter.path,
    )
    return Alert(
        alert_id=alert_id,
        events=[event],
        kind=kind,
        person=person,
        subscriptions=subscriptions,
        matter=matter,
        urgent=kind_of(kind).urgent,
        mandatory=mandatory or kind_of(kind).mandatory,
        raised_at=now,
        not_before=now + gather,
    )
