"""What one may do with subscriptions: make, edit, pause, switch off, delete and take back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pydantic import AwareDatetime, ConfigDict, Field, ValidationError, field_validator

from contracts.values import Money
from kit.auth.people import ROLES
from kit.auth.people import Person as SignedIn
from kit.clock import uuid7
from kit.http.problems import Problem, from_validation
from kit.store import Store, Work
from services.notifications.kinds import ChosenKind
from services.notifications.people.knowing import know
from services.notifications.people.store import department_called
from services.notifications.subscriptions.store import (
    SUBSCRIPTIONS,
    TURNS,
    changed,
    keep,
    subscription_from,
)
from services.notifications.subscriptions.subscription import Search, Subscription
from services.notifications.subscriptions.trying import Tried, try_on_history
from services.notifications.subscriptions.words import expect_known_language
from services.notifications.timing.choosing import wake

A_PERSON: Final = 100
"""Subscriptions one person may have made, so that nobody fills the index for everybody else."""


class SubscriptionForm(Search):
    """What somebody wants to hear of. An empty filter lets everything through.

    `department` or `role`: whom it tells instead of the person who makes it; funding officers and coordinators may
    arrange that. `everything` says that one knows the search turns no call away.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    kinds: tuple[ChosenKind, ...] = Field(default=("call_matched",), min_length=1, max_length=50)
    department: str | None = Field(default=None, min_length=1, max_length=200)
    role: str | None = Field(default=None, min_length=1, max_length=50)
    paused_until: AwareDatetime | None = None
    everything: bool = False

    @field_validator("text")
    @classmethod
    def _is_in_a_known_language(cls, text: str) -> str:
        expect_known_language(text)
        return text

    @field_validator("min_amount", "max_amount")
    @classmethod
    def _is_not_below_nothing(cls, amount: Money | None) -> Money | None:
        if amount is not None and amount.amount < 0:
            raise ValueError("an amount is below 0; write what a call gives")
        return amount

    @property
    def fields(self) -> dict[str, Any]:
        """What of it is stored."""
        return self.model_dump(mode="python", exclude={"everything"})


class Edit(SubscriptionForm):
    """The fields to change; all others stay as they are."""


def form_of(fields: dict[str, Any]) -> SubscriptionForm:
    """A form of these fields. Raises Problem naming the field."""
    try:
        return SubscriptionForm.model_validate(fields)
    except ValidationError as error:
        raise from_validation(error) from None


def as_searched(form: SubscriptionForm, person: SignedIn) -> Subscription:
    """A form as a subscription that was always there. Raises Problem naming the field."""
    try:
        return Subscription(id="tried", person=person.user, **form.fields)
    except ValidationError as error:
        raise from_validation(error) from None


async def may_be_kept(form: SubscriptionForm, person: SignedIn, store: Store, now: datetime) -> Tried | None:
    """Refuse what is not sensible, in words; what a search over calls would have told, when that was looked at."""
    wanted = as_searched(form, person)
    if "call_found" not in form.kinds:
        return None
    if wanted.narrowed:
        raise Problem.at(
            "kinds",
            "a call that a search finds need not fit the plan, so it has no score and no activity",
            "leave min_score, actions and activities empty, or leave call_found out of kinds",
        )
    tried = await try_on_history(wanted, store, now)
    if form.everything or not (tried.meets_everything or not wanted.filters):
        return tried
    raise Problem.at(
        "everything",
        f"this search turns no call away: it would have told of all {tried.calls} calls of the last three months",
        "narrow it by words, themes or places, or send everything=true when you want them all",
    )


async def add(form: SubscriptionForm, person: SignedIn, work: Work) -> Subscription:
    """A new subscription. Raises Problem when the person has too many, or may not make it."""
    await know(person, work)
    form = await _for_many(form, person, work)
    await _room_for_one(person, work)
    return keep(Subscription(id=uuid7(), person=person.user, **form.fields), work)


async def _room_for_one(person: SignedIn, work: Work) -> None:
    """Requests of one person at the same time take turns, so that none of them goes past the limit."""
    made = await work.find(SUBSCRIPTIONS, {"person": person.user, "deleted_at": None}, limit=A_PERSON)
    if len(made) >= A_PERSON:
        raise Problem(409, f"you have {len(made)} subscriptions; delete one first, or widen one you have")
    turn = await work.get(TURNS, person.user)
    work.put(TURNS, {"_id": person.user, "made": 1 + (turn["made"] if turn else 0)})


def remove(subscription: Subscription, work: Work) -> Subscription:
    """End it, so that it can be taken back as it was; one that is deleted stays so."""
    return subscription if subscription.deleted_at else changed(subscription, work, deleted_at=work.now)


async def restore(subscription: Subscription, person: SignedIn, work: Work) -> Subscription:
    """A deleted one as it was before; one that is there stays as it is."""
    if subscription.deleted_at is None:
        return subscription
    await _room_for_one(person, work)
    return changed(subscription, work, deleted_at=None)


async def edit(subscription: Subscription, form: SubscriptionForm, person: SignedIn, work: Work) -> Subscription:
    """The next version, with every field of the form. Raises Problem when the person may not make it so."""
    form = await _for_many(form, person, work)
    if form.cadence != subscription.cadence:
        await wake({"subscriptions": subscription.id}, work)
    return changed(subscription, work, **form.fields)


async def mine(subscription_id: str, person: SignedIn, work: Work) -> Subscription:
    """A subscription that the person may change. Raises Problem; also when it is deleted."""
    found = await mine_or_deleted(subscription_id, person, work)
    if found.deleted_at is not None:
        raise Problem(409, "this subscription is deleted; take it back before you change it")
    return found


async def mine_or_deleted(subscription_id: str, person: SignedIn, work: Work) -> Subscription:
    """As `mine`, whether it is deleted or not."""
    document = await work.get(SUBSCRIPTIONS, subscription_id)
    found = None if document is None else subscription_from(document)
    if found is None or not (found.person == person.user or (found.shared and person.may("coordinator"))):
        raise Problem(404, f"you have no subscription {subscription_id}")
    return found


async def leave(subscription: Subscription, person: str, work: Work) -> Subscription:
    """Tell a person no more by it: a shared one goes on for the others, one's own is switched off."""
    if not subscription.shared:
        return changed(subscription, work, enabled=False)
    if person in subscription.left:
        return subscription
    return changed(subscription, work, left=(*subscription.left, person))


async def _for_many(form: SubscriptionForm, person: SignedIn, work: Work) -> SubscriptionForm:
    if not form.department and not form.role:
        return form
    if not person.may("coordinator", "funding-officer"):
        field = "department" if form.department else "role"
        raise Problem.at(
            field,
            "what a whole department or role is told of, funding officers and coordinators arrange",
            f"leave {field} out, or ask one of them",
            status=403,
        )
    if form.department:
        known = await department_called(work, form.department)
        if known is None:
            raise Problem.at(
                "department", f"there is no department {form.department!r}", "choose one that /inbox/people lists"
            )
        return form.model_copy(update={"department": known.id})
    if form.role not in ROLES:
        raise Problem.at("role", f"there is no role {form.role!r}", f"choose among {', '.join(ROLES)}")
    return form
