"""Who wants to be told what: subscriptions, and why a match does not concern one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import Field

from contracts.funding import CallFacts, CallMatchedV1
from contracts.values import Money, Reason, Value
from services.notifications.kinds import AlertKind
from services.notifications.reasons import reason as say
from services.notifications.timing.wishes import Cadence

_NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")


class Subscription(Value):
    """What one person wants to hear of. An empty filter lets everything through.

    A filter turns away only what is known not to meet it: a call whose amount is unknown passes `min_amount`.
    """

    id: str = Field(min_length=1)
    person: str = Field(description="Id of the person.")
    kinds: tuple[AlertKind, ...] = ("call_matched",)
    themes: tuple[str, ...] = ()
    min_score: int = Field(default=0, ge=0, le=100)
    actions: tuple[str, ...] = Field(default=(), description="Action numbers such as '2.1'.")
    activities: tuple[str, ...] = Field(default=(), description="Activity numbers such as '2.1.3', or their ids.")
    territories: tuple[str, ...] = Field(default=(), description="NUTS codes such as 'SI043', or names.")
    min_amount: Money | None = Field(default=None, description="Least maximum amount of a call worth hearing of.")
    every_change: bool = Field(default=False, description="Also changes that do not matter to an applicant.")
    cadence: Cadence | None = Field(default=None, description="Instant, morning or weekly; null: as the person wishes.")
    enabled: bool = True


def why_not(subscription: Subscription, event: CallMatchedV1) -> Reason | None:
    """Why a match does not concern a subscription, or None when it does. The first objection found is given."""
    return (
        _switched_off(subscription, "call_matched")
        or _other_part_of_plan(subscription, event)
        or _score_too_low(subscription, event)
        or _about_the_call(subscription, event.call, event.themes)
    )


def why_not_change(subscription: Subscription, call: CallFacts) -> Reason | None:
    """Why the change of a call that the person was never told of does not concern a subscription to changes."""
    narrowed = bool(subscription.actions or subscription.activities or subscription.min_score)
    return (
        _switched_off(subscription, "call_changed")
        or (_FITS_NOTHING_CHOSEN if narrowed else None)
        or _about_the_call(subscription, call)
    )


_FITS_NOTHING_CHOSEN = say(
    "fits_nothing_chosen",
    "Razpis ne ustreza nobeni izbrani aktivnosti.",
    "The call fits none of the chosen activities.",
)


def _about_the_call(subscription: Subscription, call: CallFacts, themes: Iterable[str] = ()) -> Reason | None:
    return (
        _other_themes(subscription, (*themes, *call.themes))
        or _elsewhere(subscription, call)
        or _too_small(subscription, call)
    )


def _switched_off(subscription: Subscription, kind: AlertKind) -> Reason | None:
    if not subscription.enabled:
        return say("subscription_off", "Naročnina je izključena.", "The subscription is switched off.")
    if kind not in subscription.kinds:
        return say("other_kind", "Naročnina ne zajema takih obvestil.", "The subscription does not ask for this.", kind)
    return None


def _other_part_of_plan(subscription: Subscription, event: CallMatchedV1) -> Reason | None:
    if not subscription.actions and not subscription.activities:
        return None
    if event.action_number in subscription.actions:
        return None
    if {event.activity_number, event.activity_id} & set(subscription.activities):
        return None
    return say(
        "other_activity",
        "Aktivnost ni med izbranimi.",
        "The activity is not among the chosen ones.",
        event.activity_number,
    )


def _score_too_low(subscription: Subscription, event: CallMatchedV1) -> Reason | None:
    if event.score >= subscription.min_score:
        return None
    return say(
        "score_too_low",
        "Ocena ujemanja je pod izbrano mejo.",
        "The score is below the chosen minimum.",
        f"{event.score} < {subscription.min_score}",
    )


def _other_themes(subscription: Subscription, themes: Iterable[str]) -> Reason | None:
    known = {theme.casefold() for theme in themes}
    wanted = {theme.casefold() for theme in subscription.themes}
    if not wanted or not known or wanted & known:
        return None
    return say(
        "other_theme", "Tema ni med izbranimi.", "The theme is not among the chosen ones.", ", ".join(sorted(known))
    )


def _elsewhere(subscription: Subscription, call: CallFacts) -> Reason | None:
    territory = call.territory
    if not subscription.territories or territory is None:
        return None
    if any(_overlap(territory, wanted) for wanted in subscription.territories):
        return None
    return say("other_territory", "Območje ni med izbranimi.", "The territory is not among the chosen ones.", territory)


def _overlap(one: str, other: str) -> bool:
    """Same name, or NUTS codes of which one contains the other: 'SI' and 'SI043'."""
    if _NUTS.fullmatch(one) and _NUTS.fullmatch(other):
        return one.startswith(other) or other.startswith(one)
    return one.casefold() == other.casefold()


def _too_small(subscription: Subscription, call: CallFacts) -> Reason | None:
    least, most = subscription.min_amount, call.max_amount
    if least is None or most is None or most.currency != least.currency or most.amount >= least.amount:
        return None
    return say(
        "amount_too_small",
        "Najvišji znesek razpisa je pod izbrano mejo.",
        "The call's maximum amount is below the chosen minimum.",
        f"{most.amount} {most.currency} < {least.amount} {least.currency}",
    )
