"""Where subscriptions are kept, each version of them, and under which keys a call finds them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from contracts.funding import CallMatchedV1
from kit.store import Collection, Index, Migration, Store, Work
from services.notifications.people.person import Person
from services.notifications.people.store import PEOPLE, members, person_from
from services.notifications.subscriptions.heard import Heard, found
from services.notifications.subscriptions.history import HEARD
from services.notifications.subscriptions.keys import INDEXED_AS, index_of, keys_of_call, keys_of_match, that_can_be_met
from services.notifications.subscriptions.limits import Limits
from services.notifications.subscriptions.subscription import Subscription

SUBSCRIPTIONS = Collection(
    "subscriptions",
    indexes=[
        Index([("person", 1)]),
        Index([("kinds", 1), ("enabled", 1)]),
        Index([("found_by", 1)]),
        Index([("index", 1)]),  # by which release 0.3 looks searches up
        Index([("department", 1)], where={"department": {"$type": "string"}}),
        Index([("role", 1)], where={"role": {"$type": "string"}}),
    ],
)
TURNS = Collection("subscription_turns")
VERSIONS = Collection("subscription_versions", indexes=[Index([("subscription", 1), ("changed_at", 1)])])


def document_of(subscription: Subscription) -> dict[str, Any]:
    """What the index asks for stands first: the store reads a document from its beginning."""
    return {"_id": subscription.id, **index_of(subscription), **subscription.model_dump(mode="python")}


def subscription_from(document: dict[str, Any]) -> Subscription:
    return Subscription.model_validate(document)


async def subscription(store: Store, subscription_id: str) -> Subscription | None:
    document = await store[SUBSCRIPTIONS].find_one({"_id": subscription_id})
    return None if document is None else subscription_from(document)


def keep(subscription: Subscription, work: Work) -> Subscription:
    """Store a new version of a subscription. What was asked for when a call was heard can still be read later."""
    made = subscription.created_at or (work.now if subscription.version == 1 else None)
    kept = subscription.model_copy(update={"created_at": made, "changed_at": work.now})
    work.put(SUBSCRIPTIONS, document_of(kept))
    work.put(VERSIONS, _version(kept))
    return kept


def _version(subscription: Subscription) -> dict[str, Any]:
    fields = subscription.model_dump(mode="python")
    return {"_id": f"{subscription.id} {subscription.version}", "subscription": subscription.id, **fields}


def changed(subscription: Subscription, work: Work, **fields: Any) -> Subscription:
    """Store the next version of a subscription, with other values for some fields."""
    if subscription.changed_at is None:
        work.put(VERSIONS, _version(subscription))
    again = subscription.model_dump(mode="python") | fields | {"version": subscription.version + 1}
    return keep(Subscription.model_validate(again), work)


async def candidates(kind: str, keys: Iterable[str], work: Work) -> list[Subscription]:
    """Every subscription of a kind that something with these keys can meet; one that was never indexed is one, too."""
    found = [subscription_from(document) for document in await work.find(SUBSCRIPTIONS, that_can_be_met(kind, keys))]
    return [each for each in found if kind in each.kinds]


async def met_by(heard: Heard, work: Work) -> list[str]:
    """Ids of the saved searches over calls that what was heard meets, and of those that were never indexed."""
    if not heard.tells_of_the_call:
        return []
    query = that_can_be_met("call_found", keys_of_call(heard.call))
    return [
        each["_id"]
        for each in await work.parts(SUBSCRIPTIONS, query, ("limits",))
        if not each.get("limits") or Limits.of(each["limits"]).let_through(heard.call, heard.at)
    ]


async def meeting(heard: Heard, work: Work) -> list[Subscription]:
    """The saved searches over calls that what was heard meets."""
    ids = await met_by(heard, work)
    found_now = await work.find(SUBSCRIPTIONS, {"_id": {"$in": ids}}) if ids else []
    return [each for each in map(subscription_from, found_now) if found(each, heard) is None]


async def listeners(work: Work, kind: str) -> list[tuple[Subscription, Person]]:
    """Everybody who subscribes to such news, switched off or not: silence needs a reason, too."""
    return await recipients(map(subscription_from, await work.find(SUBSCRIPTIONS, {"kinds": kind})), work)


async def concerned_by(event: CallMatchedV1, work: Work) -> list[tuple[Subscription, Person]]:
    """Whom a match may concern, switched off or not."""
    return await recipients(await candidates("call_matched", keys_of_match(event), work), work)


def shared_with(person: Person | None) -> list[dict[str, Any]]:
    """Queries for the subscriptions that tell a person because of their department or a role."""
    if person is None:
        return []
    of_department = [{"department": person.department}] if person.department else []
    return [*of_department, *({"role": role} for role in person.roles)]


async def of_people(kind: str, people: Iterable[str], work: Work) -> list[Subscription]:
    """The subscriptions of a kind that people have for themselves."""
    query = {"kinds": kind, "person": {"$in": sorted(people)}, "department": None, "role": None}
    return [subscription_from(document) for document in await work.find(SUBSCRIPTIONS, query)]


async def recipients(subscriptions: Iterable[Subscription], work: Work) -> list[tuple[Subscription, Person]]:
    """Each subscription with everybody it tells: its owner, or the members of a department or role."""
    wanted = list(subscriptions)
    owners = sorted({each.person for each in wanted if not each.shared})
    people = {each["_id"]: person_from(each) for each in await work.find(PEOPLE, {"_id": {"$in": owners}})}
    groups: dict[tuple[str | None, str | None], list[Person]] = {}
    told: list[tuple[Subscription, Person]] = []
    for each in wanted:
        if not each.shared:
            told += [(each, people[each.person])] if each.person in people else []
            continue
        group = each.department, each.role
        if group not in groups:
            groups[group] = await members(work, department=each.department, role=each.role)
        told += [(each, person) for person in groups[group]]
    return told


def _indexed(document: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {"$set": index_of(subscription_from(document))}


MIGRATIONS = [
    Migration(2, "saved searches by roots of words", SUBSCRIPTIONS, {"indexed_as": {"$ne": INDEXED_AS}}, _indexed),
]
ALL = [SUBSCRIPTIONS, VERSIONS, TURNS, HEARD]
