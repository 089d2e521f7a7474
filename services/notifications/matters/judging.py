"""Who hears of a matter, and why somebody does not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from contracts.values import Reason
from services.notifications.alerts import Alert
from services.notifications.changes.judging import Verdict
from services.notifications.identity import matter_alert_id, matter_silence_id
from services.notifications.judging import CONCERNED, GATHER, Silence, nobody_to_tell
from services.notifications.kinds import kind_of
from services.notifications.matters.telling import Ending, Telling
from services.notifications.people.department import folded
from services.notifications.people.person import Person
from services.notifications.raising import raised_of_matter
from services.notifications.reasons import ALREADY_TOLD, PERSON_LEFT, SUBSCRIPTION_OFF
from services.notifications.reasons import reason as say
from services.notifications.subscriptions import Subscription

NEWER_NEWS = say("newer_news", "O isti zadevi je prišlo novejše obvestilo.", "Newer news of the same matter has come.")
_HISTORY = say(
    "before_it_began",
    "Zgodilo se je, preden je ta namestitev začela o tem obveščati.",
    "It happened before this installation began to tell of such things.",
)
_GOES_ON = say(
    "goes_on",
    "Oseba že ve, da to traja; na strani obvestila piše, kolikokrat se je ponovilo.",
    "The person knows that this lasts; the alert's page counts how often it happened.",
)
_OVER = say(
    "over_already",
    "Ko smo za to izvedeli, je bilo že mimo.",
    "It was over by the time it was heard of.",
)
_HANDLED = say("handled", "Nekdo je za to že poskrbel.", "Somebody takes care of it already.")
_JOINED = say(
    "joined_unsent_mail",
    "Sporočilo o isti zadevi še ni odšlo; povedalo bo že novo stanje.",
    "The mail about the same matter has not left yet; it will tell the new state.",
)


def judge_telling(
    telling: Telling,
    person: Person,
    subscriptions: Sequence[Subscription],
    told: Sequence[Alert],
    now: datetime,
    *,
    led_by: Collection[str] = (),
    concerned: bool = False,
    history: bool = False,
    gather: timedelta = GATHER,
) -> Verdict:
    """What one person hears of a matter.

    `subscriptions`: those of the person that ask for this kind, switched off or not. `told`: the person's alerts of
    this kind about this matter, oldest first. `concerned`: whether the matter is theirs, by name or department; then
    no subscription is needed, and none can end it. `led_by`: ids of the departments that it names. `history`: it
    happened before anybody was told of such things. The same telling judged again gives the same ids.
    """
    wanted: list[Subscription] = []
    silences: list[Silence] = []
    mandatory = concerned or kind_of(telling.kind).mandatory
    for each in subscriptions:
        reason = _objection(each, person, telling, mandatory, led_by, now)
        if reason is None:
            wanted.append(each)
        else:
            silences.append(_silence(telling, person, each, reason, now))
    if not wanted and not concerned:
        return Verdict([], silences)
    reason = _untimely(telling, person, history) or _known(telling, person, told, bool(wanted))
    if reason is not None:
        known = [] if reason is not _GOES_ON else [told[-1].again(telling.matter)]
        return Verdict(known, [*silences, *_untold(telling, person, wanted, reason, now)])
    unsent = next((alert for alert in told if alert.takes_fits and alert.over is None), None)
    if unsent is not None:
        brought_up = unsent.again(telling.matter)
        for each in wanted:
            brought_up = brought_up.also_for(each.id)
        return Verdict([brought_up], [*silences, *_untold(telling, person, wanted, _JOINED, now)])
    alert = raised_of_matter(
        alert_id=_alert_id(telling, person),
        kind=telling.kind,
        person=person.id,
        subscriptions=tuple(each.id for each in wanted),
        matter=telling.matter,
        mandatory=mandatory,
        now=now,
        gather=gather,
    )
    replaced = [earlier.ended(NEWER_NEWS, now) for earlier in told if earlier.over is None]
    return Verdict([*replaced, alert], silences)


def ended(ending: Ending, told: Sequence[Alert], now: datetime) -> list[Alert]:
    """The alerts of a lasting matter, closed."""
    over = Reason(code="over", text=ending.what, evidence=ending.at.isoformat())
    return [alert.ended(over, now) for alert in told if alert.over is None]


def _untimely(telling: Telling, person: Person, history: bool) -> Reason | None:
    if not person.active:
        return PERSON_LEFT
    if history:
        return _HISTORY
    return _OVER if telling.over else None


def _known(telling: Telling, person: Person, told: Sequence[Alert], asked_for: bool) -> Reason | None:
    if any(alert.alert_id == _alert_id(telling, person) for alert in told):
        return ALREADY_TOLD
    if telling.by is not None and telling.by in (person.id, person.name) and not asked_for:
        return say("own_doing", "Oseba je to storila sama.", "The person did it.", telling.by)
    if telling.lasting and told and told[-1].over is None and not told[-1].takes_fits:
        return _GOES_ON
    if telling.reminder and any(_taken(alert, telling) for alert in told):
        return _HANDLED
    return None


def _taken(alert: Alert, telling: Telling) -> bool:
    same = alert.matter is not None and alert.matter.due == telling.matter.due
    return same and alert.decision is not None and alert.decision.choice in ("taken", "hand_over")


def _objection(
    subscription: Subscription,
    person: Person,
    telling: Telling,
    mandatory: bool,
    led_by: Collection[str],
    now: datetime,
) -> Reason | None:
    gone = nobody_to_tell(subscription, person)
    if gone is not None:
        return gone
    if not subscription.wanted and not mandatory:
        return SUBSCRIPTION_OFF
    until = subscription.paused_until
    if until is not None and now < until and not mandatory:
        return say("paused", "Naročilo miruje.", "The subscription is paused.", until.isoformat())
    if _led_by_others(subscription, person, telling, led_by):
        return say(
            "other_department",
            "Vodi jo drug oddelek.",
            "Another department leads it.",
            ", ".join(telling.departments),
        )
    chosen = {*subscription.actions, *subscription.activities}
    touched = {*telling.actions, *telling.activities}
    if chosen and touched and not chosen & touched:
        return say(
            "other_activity",
            "Aktivnost ni med izbranimi.",
            "The activity is not among the chosen ones.",
            ", ".join(telling.activities[:1] or telling.actions[:1]),
        )
    return None


def _led_by_others(subscription: Subscription, person: Person, telling: Telling, led_by: Collection[str]) -> bool:
    """Whether it is known to be led by none of the departments asked for; unknown leads turn nothing away."""
    named = {folded(name) for name in (*led_by, *telling.departments)}
    wanted = {folded(name) for name in subscription.departments}
    elsewhere = bool(wanted) and not wanted & named
    return bool(named) and (elsewhere or (subscription.mine and person.department not in led_by))


def _alert_id(telling: Telling, person: Person) -> str:
    return matter_alert_id(telling.kind, person.id, telling.matter.type, telling.matter.id, telling.occasion)


def _untold(
    telling: Telling, person: Person, wanted: Sequence[Subscription], reason: Reason, now: datetime
) -> list[Silence]:
    asked_by: Sequence[Subscription | None] = wanted or [None]
    return [_silence(telling, person, each, reason, now) for each in asked_by]


def _silence(
    telling: Telling, person: Person, subscription: Subscription | None, reason: Reason, now: datetime
) -> Silence:
    about = telling.matter
    asked_by = subscription.id if subscription else f"{CONCERNED}{person.id}"
    return Silence(
        silence_id=matter_silence_id(asked_by, telling.kind, about.type, about.id, telling.occasion, reason.code),
        kind=telling.kind,
        subscription=asked_by,
        person=person.id,
        about=about.type,
        about_id=about.id,
        title=about.title,
        path=about.path,
        reason=reason,
        at=now,
    )
