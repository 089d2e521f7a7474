"""What was heard of a call at one time, and what it means for a search: the same answer whenever it is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.funding import CallFacts, CallMatchedV1
from contracts.values import Reason, Value
from services.notifications.reasons import reason as say
from services.notifications.subscriptions.filters import why_not, why_not_change, why_not_found
from services.notifications.subscriptions.subscription import Subscription

What = Literal["published", "changed", "matched"]


class Heard(Value):
    """One thing that was said of a call, as it was said."""

    heard_id: str
    call_id: str
    what: What
    at: AwareDatetime = Field(description="When it was said: filters that count days count from here.")
    judged_at: AwareDatetime = Field(description="When the subscriptions of that time were judged by it.")
    call: CallFacts
    material: bool = Field(default=True, description="Whether it matters to an applicant.")
    match: CallMatchedV1 | None = None

    @property
    def tells_of_the_call(self) -> bool:
        """Whether somebody who knew nothing of the call may be told of it now."""
        return self.what != "changed" or (self.material and self.call.status not in ("closed", "withdrawn"))


MADE_LATER = say(
    "made_later",
    "Naročilo je mlajše od razpisa.",
    "The subscription is newer than what was heard of the call.",
)
_NOT_MATERIAL = say(
    "not_material", "Sprememba za prijavitelja ni pomembna.", "The change does not matter to an applicant."
)


def why_untold(subscription: Subscription, heard: Heard) -> Reason | None:
    """Why what was heard does not concern a subscription as it was then; None when it does.

    Several kinds that a subscription asks for may be concerned; one that is, is enough. Otherwise the reason of the
    kind that comes closest is given: a search that was made for calls as such is told what of the call it misses.
    """
    reasons = list(_by_kind(subscription, heard))
    if any(reason is None for reason in reasons):
        return None
    return next((each for each in reasons if each and each.code != "other_kind"), reasons[-1])


def _by_kind(subscription: Subscription, heard: Heard) -> Iterable[Reason | None]:
    if heard.match is not None:
        yield why_not(subscription, heard.match, heard.at)
        return
    yield found(subscription, heard)
    if heard.what == "changed":
        matters = heard.material or subscription.every_change
        yield why_not_change(subscription, heard.call, heard.at) if matters else _NOT_MATERIAL


def found(subscription: Subscription, heard: Heard) -> Reason | None:
    """Why a search over calls as such does not find what was heard; None when it does."""
    if subscription.created_at is not None and subscription.created_at > heard.at:
        return MADE_LATER
    if not heard.tells_of_the_call:
        return _NOT_MATERIAL
    return why_not_found(subscription, heard.call, heard.at)


class Told(Value):
    """One time that a subscription would have told somebody something."""

    heard: Heard
    kind: str


def would_have_told(subscription: Subscription, history: Iterable[Heard]) -> list[Told]:
    """Every time a subscription, had it been there, would have told of what was heard, oldest first.

    `history` is in the order of time. A call is told once; whoever was told of it also hears what changes in it.
    """
    known: set[str] = set()
    told: list[Told] = []
    for heard in history:
        kind = _kind_told(subscription, heard, known)
        if kind is not None:
            told.append(Told(heard=heard, kind=kind))
            known.add(heard.call_id)
    return told


def _kind_told(subscription: Subscription, heard: Heard, known: set[str]) -> str | None:
    if heard.call_id in known:
        matters = heard.material or subscription.every_change
        return "call_changed" if heard.what == "changed" and matters else None
    if heard.match is not None:
        return "call_matched" if why_not(subscription, heard.match, heard.at) is None else None
    if found(subscription, heard) is None:
        return "call_found"
    return "call_changed" if heard.what == "changed" and why_untold(subscription, heard) is None else None


def turned_away(subscription: Subscription, heard: Iterable[Heard], told: Iterable[Told]) -> list[tuple[Reason, int]]:
    """Why calls would not have been told of, each by what was heard of it at last; the most frequent reason first."""
    met = {each.heard.call_id for each in told}
    reasons: dict[str, Reason] = {}
    for each in heard:
        reason = None if each.call_id in met else why_untold(subscription, each)
        # That it does not ask for fits says nothing of a call it was also judged by as such.
        if reason is not None and (reason.code != "other_kind" or each.call_id not in reasons):
            reasons[each.call_id] = reason
    plain = {reason.code: reason.model_copy(update={"evidence": None}) for reason in reasons.values()}
    return [(plain[code], calls) for code, calls in Counter(each.code for each in reasons.values()).most_common()]


def version_at(versions: Iterable[Subscription], moment: datetime) -> Subscription | None:
    """The version of a subscription that was in force; None when it was not there yet. Versions come in their order."""
    before = [each for each in versions if each.changed_at is None or each.changed_at <= moment]
    return before[-1] if before else None
