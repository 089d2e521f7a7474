"""Who hears of a change of a call, and why somebody does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from contracts.funding import CallFacts, CallStatus
from contracts.values import Reason
from services.notifications.alerts import Alert
from services.notifications.changes.concern import Concern
from services.notifications.changes.joining import joined
from services.notifications.changes.news import News
from services.notifications.fits import Decision, Fit
from services.notifications.identity import change_alert_id, change_silence_id
from services.notifications.judging import CONCERNED, GATHER, Silence, left_unread, nobody_to_tell
from services.notifications.people.person import Person
from services.notifications.raising import raised_of_news
from services.notifications.reasons import ALREADY_TOLD, PERSON_LEFT, SUBSCRIPTION_OFF
from services.notifications.reasons import reason as say
from services.notifications.subscriptions import Subscription, why_not_change

OVER_BEFORE_MAIL = say(
    "over_before_mail",
    "Razpis je bil zaprt ali preklican, preden je sporočilo odšlo.",
    "The call was closed or withdrawn before the mail left.",
)
_CHANGES = frozenset({"call_changed", "call_reopened"})
_ENDS = frozenset({"call_withdrawn", "call_closed"})
_MAIL_STILL_TO_GO = say(
    "mail_still_to_go",
    "Prvo sporočilo o razpisu še ni odšlo; povedalo bo že novo stanje.",
    "The first mail about the call has not left yet; it will tell the new state.",
)
_WENT_BACK = say(
    "went_back",
    "Sprememba je bila umaknjena, preden je sporočilo odšlo.",
    "The change was taken back before the mail left.",
)
_BACK_BEFORE_MAIL = say(
    "open_again_before_mail",
    "Razpis je bil znova odprt, preden je odšlo sporočilo o njegovem koncu.",
    "The call was open again before the mail about its end left.",
)
_NEVER_TOLD = say(
    "never_told",
    "Oseba o tem razpisu ni dobila sporočila, zato ne dobi niti sporočila o njegovem koncu.",
    "The person got no mail about this call, so none about its end either.",
)


class Verdict(NamedTuple):
    """What a piece of news means for one person: alerts to store, new or brought up to date, and silences."""

    alerts: list[Alert]
    silences: list[Silence]


def outrun(
    news: News, end: CallStatus, person: Person, subscriptions: Sequence[Subscription], now: datetime
) -> Verdict:
    """What one person hears of news that was said before the call's end and is heard after it: nothing."""
    return Verdict([], [_silence(each, person, news, _not_open(end), now) for each in subscriptions])


def judge_news(
    news: News,
    person: Person,
    subscriptions: Sequence[Subscription],
    told: Sequence[Alert],
    now: datetime,
    *,
    gather: timedelta = GATHER,
    concern: Concern | None = None,
    first_told: CallFacts | None = None,
) -> Verdict:
    """What one person hears of a call's change.

    `subscriptions`: those of the person that ask for changes, or that an alert in `told` was raised for. `told`: the
    person's alerts about this call, oldest first. `concern`: why the person has to know, whatever they subscribe to;
    `first_told`: the call, for whom this is the first they hear of it. The same news judged again gives the same ids.
    """
    alert_id = change_alert_id(news.kind, person.id, news.call_id, news.sequence)
    same = [alert for alert in told if alert_id in (alert.alert_id, *alert.stands_for)]
    if same:
        known = {change.field for change in same[0].changes}
        further = tuple(change for change in news.changes if change.field not in known)
        if same[0].takes_fits and further and news.call is not None:
            return Verdict([same[0].also_changed(further, news.call, urgent=news.urgent)], [])
        alert_id = change_alert_id(
            news.kind, person.id, news.call_id, news.sequence, (change.field for change in further)
        )
        if not further or any(alert.alert_id == alert_id for alert in told):
            return Verdict([], [_silence(each, person, news, ALREADY_TOLD, now) for each in subscriptions])
        news = news.model_copy(update={"changes": further, "material": any(change.material for change in further)})
    waiting = [alert for alert in told if alert.takes_fits]
    heard = [alert for alert in told if not alert.takes_fits and not left_unread(alert)]
    if heard and heard[-1].kind == "call_found" and heard[-1].call == news.call:
        return Verdict([], [_silence(each, person, news, ALREADY_TOLD, now) for each in subscriptions])
    if not news.over and (unsent := _unsent_news(waiting)) is not None:
        others = [_brought_up(alert, news, now) for alert in waiting if alert is not unsent]
        changes = joined(unsent.changes, news.changes)
        told_instead = unsent.joined_by(alert_id, changes, news.facts(unsent.told_call), urgent=news.urgent)
        if not changes:
            told_instead = told_instead.withhold(_WENT_BACK, now)
        silent = [_silence(each, person, news, _MAIL_STILL_TO_GO, now) for each in subscriptions]
        return Verdict([*others, told_instead], silent)
    on_their_way = [alert for alert in told if alert.state == "sending"] if news.over else []
    updated = [_brought_up(alert, news, now) for alert in waiting]
    updated += [alert.overtaken_by(OVER_BEFORE_MAIL) for alert in on_their_way]
    if any(alert.kind in _ENDS for alert in waiting) and all(change.field == "status" for change in news.changes):
        return Verdict(updated, [_silence(each, person, news, _BACK_BEFORE_MAIL, now) for each in subscriptions])
    mandatory = _we_apply(news, heard) or concern is not None
    objections = [
        (each, _objection(each, person, news, heard, waiting, now, mandatory=mandatory)) for each in subscriptions
    ]
    wanted = [each.id for each, reason in objections if reason is None]
    silences = [_silence(each, person, news, reason, now) for each, reason in objections if reason is not None]
    if concern is not None and not wanted:
        reason = _no_concern(concern, person, news, heard, waiting, now)
        if reason is not None:
            return Verdict(updated, [*silences, _silence(None, person, news, reason, now)])
    elif not wanted:
        return Verdict(updated, silences)
    alert = raised_of_news(
        alert_id=alert_id,
        kind=news.kind,
        person=person.id,
        subscriptions=tuple(wanted),
        call=_call(news, told, first_told),
        fits=_fits(heard),
        changes=news.changes,
        said=news.said,
        urgent=news.urgent,
        told_before=heard[0].raised_at if heard else None,
        mandatory=mandatory,
        now=now,
        gather=gather,
    )
    return Verdict([*updated, alert if concern is None or wanted else concern.told_by(alert)], silences)


def _call(news: News, told: Sequence[Alert], first_told: CallFacts | None) -> CallFacts:
    known = told[-1].told_call if told else news.call or first_told
    if known is None:
        raise ValueError(f"news of {news.call_id} has neither facts nor an earlier alert; judge it with one")
    return news.facts(known)


def _brought_up(alert: Alert, news: News, now: datetime) -> Alert:
    if alert.kind in _ENDS and not news.over:
        return alert.withhold(_BACK_BEFORE_MAIL, now)
    return alert.withhold(OVER_BEFORE_MAIL, now) if news.over else alert.about(news.facts(alert.told_call))


def _unsent_news(waiting: Sequence[Alert]) -> Alert | None:
    """The alert of an earlier change that has not left yet."""
    return next((alert for alert in waiting if alert.kind in _CHANGES), None)


def _we_apply(news: News, heard: Sequence[Alert]) -> bool:
    """Whether it is the end of a call that it was decided to apply for: that cannot be switched off."""
    held = _decision(heard)
    return news.over and _expected(news) is None and held is not None and held.choice == "apply"


def _objection(
    subscription: Subscription,
    person: Person,
    news: News,
    heard: Sequence[Alert],
    waiting: Sequence[Alert],
    now: datetime,
    *,
    mandatory: bool,
) -> Reason | None:
    gone = nobody_to_tell(subscription, person)
    if gone is not None:
        return gone
    if not subscription.wanted and not mandatory:
        return SUBSCRIPTION_OFF
    if not heard:
        if waiting:
            return OVER_BEFORE_MAIL if news.over else _MAIL_STILL_TO_GO
        if news.call is None:
            return _NEVER_TOLD
    knows = any(subscription.id in alert.subscriptions for alert in heard)
    return (
        (None if knows or news.call is None else why_not_change(subscription, news.call, now))
        or _does_not_matter(subscription, news)
        or _dismissed(news, heard)
        or _expected(news)
        or _too_late(news, now)
    )


def _no_concern(
    concern: Concern, person: Person, news: News, heard: Sequence[Alert], waiting: Sequence[Alert], now: datetime
) -> Reason | None:
    """Why somebody who has to know of a call is not told this of it."""
    if not person.active:
        return PERSON_LEFT
    if waiting and not heard:
        return OVER_BEFORE_MAIL if news.over else _MAIL_STILL_TO_GO
    return (
        _does_not_matter(None, news)
        or (None if concern.applies else _dismissed(news, heard))
        or _expected(news)
        or _too_late(news, now)
    )


def _does_not_matter(subscription: Subscription | None, news: News) -> Reason | None:
    if news.material or (subscription is not None and subscription.every_change):
        return None
    fields = ", ".join(sorted({change.field for change in news.changes}))
    return say(
        "not_material",
        "Sprememba za prijavitelja ni pomembna.",
        "The change does not matter to an applicant.",
        fields,
    )


def _dismissed(news: News, heard: Sequence[Alert]) -> Reason | None:
    held = _decision(heard)
    if held is None or held.choice != "not_for_us" or (news.material and not news.over):
        return None
    return say(
        "dismissed",
        "Odločeno je bilo, da razpis ni za nas.",
        "It was decided that the call is not for us.",
        held.at.date().isoformat(),
    )


def _decision(heard: Sequence[Alert]) -> Decision | None:
    made = [alert.decision for alert in heard if alert.decision is not None]
    return max(made, key=lambda decision: decision.at, default=None)


def _expected(news: News) -> Reason | None:
    if news.because == "deadline_passed":
        return say("closed_as_announced", "Razpis se je zaprl ob objavljenem roku.", "The call closed as announced.")
    if news.because is not None and news.because.startswith("joined:"):
        return say(
            "goes_on_elsewhere",
            "Isti razpis teče naprej pod drugo oznako.",
            "The same call goes on under another id.",
            news.because.removeprefix("joined:"),
        )
    return None


def _too_late(news: News, now: datetime) -> Reason | None:
    call = news.call
    if call is None or any(change.field in ("deadline", "status") for change in news.changes):
        return None
    if call.status in ("closed", "withdrawn"):
        return _not_open(call.status)
    if call.deadline is not None and call.deadline <= now:
        return say("deadline_passed", "Rok za oddajo je mimo.", "The deadline has passed.", call.deadline.isoformat())
    return None


def _not_open(status: str) -> Reason:
    return say("call_not_open", "Razpis je zaprt ali preklican.", "The call is closed or withdrawn.", status)


def _fits(heard: Sequence[Alert]) -> tuple[Fit, ...]:
    latest = {fit.activity_id: fit.model_copy(update={"unmailed": None}) for alert in heard for fit in alert.fits}
    return tuple(latest.values())


def _silence(subscription: Subscription | None, person: Person, news: News, reason: Reason, now: datetime) -> Silence:
    """`subscription`: what asked for it; None for somebody who has to know."""
    concerned = f"{CONCERNED}{person.id}"
    asked_by = subscription.towards(person.id) if subscription else concerned
    return Silence(
        silence_id=change_silence_id(asked_by, news.kind, news.call_id, news.sequence, reason.code),
        kind=news.kind,
        subscription=subscription.id if subscription else concerned,
        person=person.id,
        call_id=news.call_id,
        reason=reason,
        at=now,
    )
