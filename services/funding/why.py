"""Why a call does not fit an activity: worked out when somebody asks, for any pair, as both stand now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kit.store import Store
from services.funding import identity
from services.funding.calls import Call
from services.funding.matches import StoredMatch, judged
from services.funding.matching import match
from services.funding.needs import Need
from services.funding.offers import LJUBLJANA
from services.funding.prepared import need_of, offer_of
from services.funding.store import CALLS, MATCHES, NEEDS


async def pair(call_id: str, activity_id: str, store: Store, now: datetime) -> StoredMatch | None:
    """One call held against one activity: the stored match, or what would be stored. None when either is not known."""
    stored = await store[MATCHES].find_one({"_id": identity.match_id(call_id, activity_id)})
    if stored is not None:
        return MATCHES.to_aggregate(stored)
    call = await store[CALLS].find_one({"_id": call_id})
    need = await store[NEEDS].find_one({"_id": activity_id})
    if call is None or need is None:
        return None
    return weighed(CALLS.to_aggregate(call), need_of(need), int(need["sequence"]), now)


async def others(
    call: Call, store: Store, now: datetime, *, after: str | None = None, limit: int = 200
) -> list[StoredMatch]:
    """The activities a call does not fit, each with its reason, in the order of their ids; at most `limit`.

    A pair that fits and has no row yet is on its way to the matches, and is left out.
    """
    fits = {
        each["activity_id"]
        async for each in store[MATCHES].find({"call_id": call.call_id, "fits": True}, {"activity_id": 1})
    }
    ids: dict[str, Any] = {"$nin": sorted(fits), **({"$gt": after} if after else {})}
    speaking_against: list[StoredMatch] = []
    async for each in store[NEEDS].find({"_id": ids}, sort=[("_id", 1)]):
        verdict = weighed(call, need_of(each), int(each["sequence"]), now)
        if not verdict.fits:
            speaking_against.append(verdict)
        if len(speaking_against) == limit:
            break
    return speaking_against


def weighed(call: Call, need: Need, sequence: int, now: datetime) -> StoredMatch:
    """A pair that no row is kept of, as the row would say it."""
    offer, today = offer_of(call, now), now.astimezone(LJUBLJANA).date()
    return judged(match(offer, need, today), offer, need, versions=(call.version, sequence), now=now)
