"""HTTP: what somebody subscribes to, and what it would have told before it is kept."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Now, Stored, etag_of
from kit.http.paging import Paging, page_of
from kit.http.problems import Problem
from kit.store import Work
from services.notifications.people.store import person as known_person
from services.notifications.subscriptions import commands
from services.notifications.subscriptions.commands import Edit, SubscriptionForm, may_be_kept, mine, mine_or_deleted
from services.notifications.subscriptions.store import SUBSCRIPTIONS, changed, shared_with, subscription_from
from services.notifications.subscriptions.subscription import Subscription
from services.notifications.subscriptions.trying import try_on_history

router = APIRouter()

Somebody = Annotated[Person, require()]


class PauseForm(BaseModel):
    """Until when nothing is told; null ends the pause."""

    model_config = ConfigDict(extra="forbid")
    until: AwareDatetime | None = Field(examples=["2027-08-23T08:00:00+02:00"])


def shown(subscription: Subscription) -> dict[str, Any]:
    return subscription.model_dump()


@router.get("/subscriptions", summary="What you subscribe to, and what tells you because of your department or role.")
async def list_subscriptions(store: Stored, person: Somebody, page: Paging) -> dict[str, Any]:
    query = {"$or": [{"person": person.user}, *shared_with(await known_person(store, person.user))]}
    return await page_of(
        store[SUBSCRIPTIONS], query | {"deleted_at": None}, page, lambda each: shown(subscription_from(each))
    )


@router.post("/subscriptions", status_code=201, summary="Subscribe to something.")
async def post_subscription(form: SubscriptionForm, command: Commanding, person: Somebody, now: Now) -> Any:
    await may_be_kept(form, person, command.store, now)

    async def change(work: Work) -> dict[str, Any]:
        return shown(await commands.add(form, person, work))

    return await command.run(change, status=201, etag=True)


@router.post("/subscriptions/try", summary="What a search would have told in the last three months; keeps nothing.")
async def try_subscription(form: SubscriptionForm, store: Stored, person: Somebody, now: Now) -> dict[str, Any]:
    tried = await try_on_history(commands.as_searched(form, person), store, now)
    return tried.shown()


@router.get("/subscriptions/{subscription_id}", summary="One subscription.")
async def get_subscription(subscription_id: str, store: Stored, person: Somebody, response: Response) -> Any:
    query = {"$or": [{"person": person.user}, *shared_with(await known_person(store, person.user))]}
    document = await store[SUBSCRIPTIONS].find_one(query | {"_id": subscription_id})
    if document is None:
        raise Problem(404, f"you have no subscription {subscription_id}")
    found = subscription_from(document)
    response.headers["ETag"] = etag_of(found.version)
    return shown(found)


@router.patch("/subscriptions/{subscription_id}", summary="Change some fields; the others stay.")
async def patch_subscription(subscription_id: str, form: Edit, command: Commanding, person: Somebody, now: Now) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        found = await mine(subscription_id, person, work)
        command.expect_version(found.version)
        whole = _with(found, form)
        await may_be_kept(whole, person, command.store, now)
        return shown(await commands.edit(found, whole, person, work))

    return await command.run(change, etag=True)


def _with(subscription: Subscription, form: Edit) -> SubscriptionForm:
    """The fields that the edit names over those that are stored."""
    stored = subscription.model_dump(include=set(SubscriptionForm.model_fields))
    return commands.form_of(stored | form.model_dump(mode="python", exclude_unset=True))


@router.post("/subscriptions/{subscription_id}/pause", summary="Tell nothing until a time; null ends the pause.")
async def pause_subscription(subscription_id: str, form: PauseForm, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        found = await mine(subscription_id, person, work)
        command.expect_version(found.version)
        return shown(changed(found, work, paused_until=form.until))

    return await command.run(change, etag=True)


@router.delete("/subscriptions/{subscription_id}", summary="End a subscription; it can be taken back.")
async def delete_subscription(subscription_id: str, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        found = await mine_or_deleted(subscription_id, person, work)
        command.expect_version(found.version)
        return shown(commands.remove(found, work))

    return await command.run(change, etag=True)


@router.post("/subscriptions/{subscription_id}/restore", summary="Take a deleted subscription back.")
async def restore_subscription(subscription_id: str, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        found = await mine_or_deleted(subscription_id, person, work)
        command.expect_version(found.version)
        return shown(await commands.restore(found, person, work))

    return await command.run(change, etag=True)
