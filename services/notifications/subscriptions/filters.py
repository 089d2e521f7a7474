"""Why a call, a match or a change does not concern a subscription: the first filter that is known not to be met."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from contracts.funding import CallFacts, CallMatchedV1
from contracts.values import Reason
from services.notifications.kinds import AlertKind
from services.notifications.reasons import SUBSCRIPTION_OFF
from services.notifications.reasons import reason as say
from services.notifications.subscriptions.subscription import Search, Subscription
from services.notifications.subscriptions.territories import may_concern
from services.notifications.subscriptions.words import terms, words_of

LJUBLJANA: Final = ZoneInfo("Europe/Ljubljana")
ANYBODY: Final = "unrestricted"

_FITS_NOTHING_CHOSEN = say(
    "fits_nothing_chosen",
    "Razpis ne ustreza nobeni izbrani aktivnosti.",
    "The call fits none of the chosen activities.",
)


def why_not(subscription: Subscription, event: CallMatchedV1, at: datetime) -> Reason | None:
    """Why a match does not concern a subscription at that moment, or None when it does."""
    return (
        _not_asked_for(subscription, "call_matched", at)
        or _other_part_of_plan(subscription, event)
        or _score_too_low(subscription, event)
        or about_the_call(subscription, event.call, at, event.themes)
    )


def why_not_change(subscription: Subscription, call: CallFacts, at: datetime) -> Reason | None:
    """Why the change of a call that the person was never told of does not concern a subscription to changes."""
    return (
        _not_asked_for(subscription, "call_changed", at)
        or (_FITS_NOTHING_CHOSEN if subscription.narrowed else None)
        or about_the_call(subscription, call, at)
    )


def why_not_found(subscription: Subscription, call: CallFacts, at: datetime) -> Reason | None:
    """Why a call as such, whether it fits the plan or not, does not concern a subscription."""
    return (
        _not_asked_for(subscription, "call_found", at)
        or (_FITS_NOTHING_CHOSEN if subscription.narrowed else None)
        or about_the_call(subscription, call, at)
    )


def about_the_call(search: Search, call: CallFacts, at: datetime, themes: Iterable[str] = ()) -> Reason | None:
    """Why what is known of a call does not meet a search; `themes` are further ones it is known to have."""
    return (
        _other_words(search, call)
        or _other_source(search, call)
        or _other_themes(search, (*themes, *call.themes))
        or _other_applicants(search, call)
        or _elsewhere(search, call)
        or beyond_bounds(search, call, at)
    )


class Amount(Protocol):
    """As Money, as far as it is compared."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...


class Bounds(Protocol):
    """What of a search is compared with a call, not looked up."""

    @property
    def programmes(self) -> tuple[str, ...]: ...
    @property
    def min_amount(self) -> Amount | None: ...
    @property
    def max_amount(self) -> Amount | None: ...
    @property
    def min_rate(self) -> Decimal | None: ...
    @property
    def deadline_within(self) -> int | None: ...
    @property
    def deadline_from(self) -> date | None: ...
    @property
    def deadline_until(self) -> date | None: ...


def beyond_bounds(search: Bounds, call: CallFacts, at: datetime) -> Reason | None:
    """Why a call lies beyond the bounds of a search; None when it does not, or when that is not known."""
    return (
        _other_programme(search, call)
        or _too_small(search, call)
        or _too_large(search, call)
        or _pays_too_little(search, call)
        or _other_deadline(search, call, at)
    )


def _not_asked_for(subscription: Subscription, kind: AlertKind, at: datetime) -> Reason | None:
    if subscription.deleted_at is not None:
        return say("subscription_deleted", "Naročilo je izbrisano.", "The subscription is deleted.")
    if not subscription.enabled:
        return SUBSCRIPTION_OFF
    if kind not in subscription.kinds:
        return say("other_kind", "Naročilo ne zajema takih obvestil.", "The subscription does not ask for this.", kind)
    until = subscription.paused_until
    if until is not None and at < until:
        return say("paused", "Naročilo miruje.", "The subscription is paused.", until.isoformat())
    return None


def _other_part_of_plan(search: Search, event: CallMatchedV1) -> Reason | None:
    if not search.actions and not search.activities:
        return None
    if event.action_number in search.actions:
        return None
    if {event.activity_number, event.activity_id} & set(search.activities):
        return None
    return say(
        "other_activity",
        "Aktivnost ni med izbranimi.",
        "The activity is not among the chosen ones.",
        event.activity_number,
    )


def _score_too_low(search: Search, event: CallMatchedV1) -> Reason | None:
    if event.score >= search.min_score:
        return None
    return say(
        "score_too_low",
        "Ocena ujemanja je pod izbrano mejo.",
        "The score is below the chosen minimum.",
        f"{event.score} < {search.min_score}",
    )


def call_words(call: CallFacts) -> frozenset[str]:
    """What a call can be found by."""
    return words_of(
        *(call.title, call.title_sl, call.title_en, call.summary, call.funder, call.programme, call.reference)
    )


def _other_words(search: Search, call: CallFacts) -> Reason | None:
    if not search.text:
        return None
    found = call_words(call)
    missing = [word for word in terms(search.text) if not word.among(found)]
    if not missing:
        return None
    return say(
        "other_words",
        "Razpis nima vseh iskanih besed.",
        "The call lacks some of the words looked for.",
        ", ".join(word.written for word in missing),
    )


def _other_source(search: Search, call: CallFacts) -> Reason | None:
    if not search.sources or call.source in search.sources:
        return None
    return say("other_source", "Vir ni med izbranimi.", "The source is not among the chosen ones.", call.source)


def _other_themes(search: Search, themes: Iterable[str]) -> Reason | None:
    known = {theme.casefold() for theme in themes}
    wanted = {theme.casefold() for theme in search.themes}
    if not wanted or not known or wanted & known:
        return None
    return say(
        "other_theme", "Tema ni med izbranimi.", "The theme is not among the chosen ones.", ", ".join(sorted(known))
    )


def _other_programme(search: Bounds, call: CallFacts) -> Reason | None:
    if not search.programmes or not call.programme:
        return None
    found = words_of(call.programme)
    if any(all(word.among(found) for word in terms(programme)) for programme in search.programmes):
        return None
    return say(
        "other_programme", "Program ni med izbranimi.", "The programme is not among the chosen ones.", call.programme
    )


def _other_applicants(search: Search, call: CallFacts) -> Reason | None:
    known = set(call.eligible_applicants)
    if not search.applicants or not known or ANYBODY in known or known & set(search.applicants):
        return None
    return say(
        "other_applicants",
        "Izbrani prijavitelji se ne smejo prijaviti.",
        "The chosen applicants may not apply.",
        ", ".join(sorted(known)),
    )


def _elsewhere(search: Search, call: CallFacts) -> Reason | None:
    place = call.territory
    if not search.territories or place is None or any(may_concern(place, wanted) for wanted in search.territories):
        return None
    return say("other_territory", "Območje ni med izbranimi.", "The territory is not among the chosen ones.", place)


def _too_small(search: Bounds, call: CallFacts) -> Reason | None:
    if not _less(call.max_amount, search.min_amount):
        return None
    return say(
        "amount_too_small",
        "Najvišji znesek razpisa je pod izbrano mejo.",
        "The call's maximum amount is below the chosen minimum.",
        _compared(call.max_amount, "<", search.min_amount),
    )


def _too_large(search: Bounds, call: CallFacts) -> Reason | None:
    if not _less(search.max_amount, call.min_amount):
        return None
    return say(
        "amount_too_large",
        "Najnižji znesek razpisa je nad izbrano mejo.",
        "The call's minimum amount is above the chosen maximum.",
        _compared(call.min_amount, ">", search.max_amount),
    )


def _less(one: Amount | None, other: Amount | None) -> bool:
    """Known to be less; amounts in two currencies are not compared."""
    return one is not None and other is not None and one.currency == other.currency and one.amount < other.amount


def _compared(one: Amount | None, sign: str, other: Amount | None) -> str:
    return f" {sign} ".join(f"{each.amount} {each.currency}" for each in (one, other) if each is not None)


def _pays_too_little(search: Bounds, call: CallFacts) -> Reason | None:
    rate = call.co_financing_rate
    if search.min_rate is None or rate is None or rate >= search.min_rate:
        return None
    return say(
        "rate_too_low",
        "Stopnja sofinanciranja je pod izbrano mejo.",
        "The co-financing rate is below the chosen minimum.",
        f"{_percent(rate)} < {_percent(search.min_rate)}",
    )


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"


def _other_deadline(search: Bounds, call: CallFacts, at: datetime) -> Reason | None:
    if call.deadline is None or not (search.deadline_within or search.deadline_from or search.deadline_until):
        return None
    day = call.deadline.astimezone(LJUBLJANA).date()
    if search.deadline_within is not None:
        last = at.astimezone(LJUBLJANA).date() + timedelta(days=search.deadline_within)
        if day > last:
            return _deadline_reason(f"{day} > {last}")
    if search.deadline_from is not None and day < search.deadline_from:
        return _deadline_reason(f"{day} < {search.deadline_from}")
    if search.deadline_until is not None and day > search.deadline_until:
        return _deadline_reason(f"{day} > {search.deadline_until}")
    return None


def _deadline_reason(evidence: str) -> Reason:
    return say("other_deadline", "Rok ni v izbranem obdobju.", "The deadline is outside the chosen period.", evidence)
