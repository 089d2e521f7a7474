"""Reads the stored read model into plain values, as much of it as one page or one set of figures needs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.funding import CallFacts
from kit.store import Collection
from services.reporting.read_model import (
    LIVE,
    Activity,
    Call,
    CallToAlert,
    Commitment,
    Device,
    FailedAlert,
    Known,
    Match,
    PlanVersion,
    Series,
    Source,
)
from services.reporting.store import (
    ACTIVITIES,
    ALERTS,
    CALLS,
    COMMITMENTS,
    DEVICES,
    MATCHES,
    PLANS,
    SERIES,
    SOURCES,
)

Document = dict[str, Any]
# Looking at an alert, or handing it to somebody else, leaves the decision open.
DECISIONS = ("apply", "not_for_us")
_STANDING = {"commitment": {"$exists": True}, "withdrawn.remaining.amount": {"$ne": 0}}


@dataclass(frozen=True, slots=True)
class Scope:
    """What to read: the approved plan or its newest version; public things alone, or internal ones too."""

    approved_only: bool
    internal: bool


PUBLIC = Scope(approved_only=True, internal=False)
STAFF = Scope(approved_only=False, internal=True)
FIGURES_SCOPE = Scope(approved_only=True, internal=True)


async def read_known(database: Any, scope: Scope, now: datetime) -> Known:
    """Everything known within `scope`; the plan is the one imported last."""
    plan = await _plan(database, approved_only=scope.approved_only)
    calls = [_call(each) for each in await _all(database, CALLS, _live(now))]
    live = [call.facts.call_id for call in calls]
    public = Known(
        internal=False,
        plan=plan,
        activities=tuple(await _activities(database, plan)) if plan else (),
        commitments=tuple(_commitment(each) for each in await _all(database, COMMITMENTS, _STANDING)),
        calls=tuple(calls),
        devices=tuple(_device(each) for each in await _all(database, DEVICES)),
        series=tuple(_series(each) for each in await _all(database, SERIES, {"described": {"$exists": True}})),
    )
    return await _with_internal(database, public, live) if scope.internal else public


async def _with_internal(database: Any, public: Known, live: list[str]) -> Known:
    ids = {activity.activity_id for activity in public.activities}
    matches = [_match(each) for each in await _all(database, MATCHES, {"match.call_id": {"$in": live}})]
    decided = {"acknowledged.call_id": {"$in": live}, "acknowledged.decision": {"$in": DECISIONS}}
    waiting = {"raised": {"$exists": True}, "acknowledged": {"$exists": False}}
    unheard = {"failed": {"$exists": True}, "delivered": {"$exists": False}, "acknowledged": {"$exists": False}}
    return Known(
        internal=True,
        plan=public.plan,
        activities=public.activities,
        commitments=public.commitments,
        calls=public.calls,
        devices=public.devices,
        series=public.series,
        matches=tuple(each for each in matches if each.activity_id in ids),
        decided_calls=frozenset(await database[ALERTS.name].distinct("acknowledged.call_id", decided)),
        sources=tuple(_source(each) for each in await _all(database, SOURCES, {"failure": {"$exists": True}})),
        unacknowledged=await database[ALERTS.name].count_documents(waiting),
        failed_alerts=tuple(_failed(each) for each in await _all(database, ALERTS, unheard)),
        alerted=tuple(await _alerted(database)),
    )


async def _all(database: Any, where: Collection, query: Document | None = None) -> list[Document]:
    documents: list[Document] = await database[where.name].find(query or {}, sort=[("_id", 1)]).to_list(None)
    return documents


def _live(now: datetime) -> Document:
    return {
        "facts.status": {"$in": list(LIVE)},
        "$or": [{"facts.deadline": None}, {"facts.deadline": {"$gte": now}}],
    }


async def _plan(database: Any, *, approved_only: bool) -> PlanVersion | None:
    plans = [_plan_version(each, approved_only=approved_only) for each in await _all(database, PLANS)]
    return max((each for each in plans if each), key=lambda plan: (plan.imported_at, plan.plan_id), default=None)


def _plan_version(document: Document, *, approved_only: bool) -> PlanVersion | None:
    """The newest version, or the approved one; None when that one was not heard of yet."""
    versions = {int(number): facts for number, facts in document.get("versions", {}).items()}
    approved = document.get("approved", {}).get("version")
    number = approved if approved_only else max(versions, default=None)
    if number not in versions:
        return None
    return PlanVersion(
        plan_id=document["_id"],
        version=number,
        approved=number == approved,
        waiting=None if number == approved else number,
        **_plain(versions[number]),
    )


async def _activities(database: Any, plan: PlanVersion) -> list[Activity]:
    found = [_activity(each, plan.version) for each in await _all(database, ACTIVITIES, {"plan_id": plan.plan_id})]
    return [each for each in found if each is not None]


def _activity(document: Document, plan_version: int) -> Activity | None:
    """The activity as the newest version up to `plan_version` states it; None when it is not in the plan then.

    A version that has not been heard of yet leaves the one before it in place.
    """
    versions = {int(number): facts for number, facts in document.get("versions", {}).items()}
    number = max((each for each in versions if each <= plan_version), default=None)
    if number is None or versions[number]["removed"]:
        return None
    facts, stage = _plain(versions[number]), document.get("stage")
    updated_at = facts.pop("updated_at")
    return Activity(
        activity_id=document["_id"],
        stage=stage["stage"] if stage else "not_started",
        stage_set_at=stage["at"] if stage else None,
        updated_at=max(updated_at, stage["at"]) if stage else updated_at,
        **facts,
    )


def _call(document: Document) -> Call:
    withdrawn = document.get("withdrawn", {}).get("sequence", -1)
    return Call(
        facts=CallFacts.model_validate(document["facts"]),
        published_at=document.get("published", {}).get("at"),
        withdrawn=withdrawn > document["facts"]["sequence"],
    )


def _match(document: Document) -> Match:
    return Match(match_id=document["_id"], **_plain(document["match"]))


def _commitment(document: Document) -> Commitment:
    """As much of a commitment as stands: a withdrawal leaves the rest, and what is withdrawn whole is not read."""
    facts = _plain(document["commitment"])
    if "withdrawn" in document:
        facts["amount"] = document["withdrawn"]["remaining"]
    return Commitment(commitment_id=document["_id"], **facts)


def _source(document: Document) -> Source:
    failure = document["failure"]
    return Source(
        source=document["_id"],
        kind=failure["kind"],
        reason=failure["reason"],
        failed_at=failure["at"],
        heard_at=document.get("heard_at"),
    )


def _device(document: Document) -> Device:
    name = document.get("registered", {}).get("name", document["_id"])
    return Device(device_id=document["_id"], name=name, heard_at=document.get("heard_at"))


def _series(document: Document) -> Series:
    return Series(series_id=document["_id"], latest=document.get("latest"), **_plain(document["described"]))


def _failed(document: Document) -> FailedAlert:
    failed = document["failed"]
    title = document.get("raised", {}).get("title", document["_id"])
    return FailedAlert(alert_id=document["_id"], title=title, reason=failed["reason"], failed_at=failed["at"])


async def _alerted(database: Any) -> list[CallToAlert]:
    """Every call that somebody was to be told of as a match, with the first delivery of any of its alerts."""
    first: dict[str, list[datetime]] = defaultdict(list)
    for alert in await _all(database, ALERTS, {"raised.kind": "call_matched"}):
        call_id = alert["raised"]["call_id"]
        if call_id is not None:
            first[call_id] += [each["at"] for each in alert.get("delivered", {}).values()]
    query = {"_id": {"$in": list(first)}, "published": {"$exists": True}}
    published = {each["_id"]: each["published"]["at"] for each in await _all(database, CALLS, query)}
    return [
        CallToAlert(call_id=call_id, published_at=published.get(call_id), delivered_at=min(moments, default=None))
        for call_id, moments in sorted(first.items())
    ]


def _plain(facts: Document) -> Document:
    """What was said, without the rank under which it is stored."""
    return {name: value for name, value in facts.items() if name != "sequence"}
