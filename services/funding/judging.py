"""Holds calls against needs in the store: a call meets only the needs that share a key with it, and only fits are kept.

What is weighed and how is in `matching.py`; here is which pairs, and what is stored of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kit.store import Work
from services.funding.calls import Call
from services.funding.gates import shut
from services.funding.matches import StoredMatch, counted, judged
from services.funding.matching import NOTHING_IN_COMMON, TOO_LITTLE_IN_COMMON, Match, NoMatch, match
from services.funding.needs import Need
from services.funding.offers import LJUBLJANA, Offer
from services.funding.prepared import is_ready, need_of, offer_of
from services.funding.scoring import may_fit
from services.funding.store import CALLS, MATCHES, NEEDS, VERDICTS, matches_of
from services.funding.triage.store import forget_lesson, lessons_for
from services.funding.verdicts import LOOK_AGAIN, verdict_on

_STAMP = {"sequence": 1, "stamp": 1}


async def judge_call(call_id: str, work: Work) -> None:
    """Hold one call, as it stands now, against every need that has anything in common with it."""
    call = await work.load(CALLS, call_id)
    if call is None:
        return
    offer, held = offer_of(call, work.now), await work.load(VERDICTS, call_id)
    if held is not None and held.call_version > call.version:
        return
    known = await matches_of({"call_id": call_id}, work)
    closed = shut(offer, work.now.astimezone(LJUBLJANA).date())
    near = await _needs({"keys": {"$in": sorted(offer.keys)}}, work) if closed is None else []
    left = await _left(known.values(), near, work)
    silences = await judge([(call, offer)], [*near, *left], known, work)
    if closed is None:
        apart = await work.database[NEEDS.name].estimated_document_count() - len(near)
        silences[NOTHING_IN_COMMON.code] += max(0, apart)
    version = held.version if held else 0
    work.save(VERDICTS, verdict_on(offer, call.version, closed, dict(silences), version, work.now))


async def look_again(call_id: str, work: Work) -> None:
    """Hold a call against the needs that were stored while it was, and since."""
    call, held = await work.load(CALLS, call_id), await work.load(VERDICTS, call_id)
    if call is None or held is None or held.look_again_until is None:
        return
    offer, since = offer_of(call, work.now), held.judged_at - LOOK_AGAIN
    near = await _needs({"keys": {"$in": held.keys}, "at": {"$gte": since}}, work)
    known = await matches_of({"call_id": call_id}, work)
    left = await _left(known.values(), near, work, {"at": {"$gte": since}})
    await judge([(call, offer)], [*near, *left], known, work)
    if work.now > held.look_again_until:
        work.save(VERDICTS, held.settled())


async def judge_need(need: Need, sequence: int, work: Work) -> None:
    """Hold one need against every live call that has anything in common with it."""
    known = await matches_of({"activity_id": need.activity_id}, work)
    near = await work.find(VERDICTS, {"shut": None, "keys": {"$in": sorted(need.keys)}})
    ids = {document["_id"] for document in near} | {each.call_id for each in known.values()}
    calls = [CALLS.to_aggregate(each) for each in await work.find(CALLS, {"_id": {"$in": sorted(ids)}})]
    await judge([(call, offer_of(call, work.now)) for call in calls], [(need, sequence)], known, work)


async def judge(
    calls: Sequence[tuple[Call, Offer]],
    needs: Sequence[tuple[Need, int]],
    known: Mapping[str, StoredMatch],
    work: Work,
) -> Counter[str]:
    """Hold calls against needs and keep what fits, or fitted until now; how many others fell silent, by reason."""
    silences: Counter[str] = Counter()
    stored = {(each.call_id, each.activity_id): each for each in known.values()}
    today = work.now.astimezone(LJUBLJANA).date()
    for call, offer in calls:
        lessons = await lessons_for(offer, work)
        kept: list[StoredMatch] = []
        for need, sequence in needs:
            before = stored.get((call.call_id, need.activity_id))
            if before is None and not may_fit(offer, need):
                silences[TOO_LITTLE_IN_COMMON.code] += 1
                continue
            verdict = match(offer, need, today, lessons=lessons)
            if isinstance(verdict, NoMatch):
                silences[verdict.reason.code] += 1
            if before is not None or isinstance(verdict, Match):
                fresh = judged(verdict, offer, need, versions=(call.version, sequence), now=work.now)
                kept += _kept(fresh, before, offer, work)
        for each in counted(kept):
            work.save(MATCHES, each)
    return silences


def _kept(fresh: StoredMatch, before: StoredMatch | None, offer: Offer, work: Work) -> list[StoredMatch]:
    if before is not None and not fresh.supersedes(before):
        return []
    kept = fresh.following(before, offer.decisive)
    if before is not None and before.put_aside and not kept.put_aside:
        forget_lesson(kept.match_id, work)
    return [kept]


async def _needs(query: dict[str, Any], work: Work) -> list[tuple[Need, int]]:
    """Needs made ready; the whole of one is read only where it was not ready yet."""
    stamps = await work.database[NEEDS.name].find(query, _STAMP).to_list(None)
    unread = [each["_id"] for each in stamps if not is_ready(each)]
    whole = {each["_id"]: each for each in await work.find(NEEDS, {"_id": {"$in": unread}})} if unread else {}
    found = [whole.get(each["_id"], each) for each in stamps]
    return [(need_of(each), int(each["sequence"])) for each in found]


async def _left(
    known: Iterable[StoredMatch], near: Iterable[tuple[Need, int]], work: Work, bound: dict[str, Any] | None = None
) -> list[tuple[Need, int]]:
    """The needs of stored matches that have nothing in common with the call any more."""
    met = {need.activity_id for need, _ in near}
    others = sorted({each.activity_id for each in known} - met)
    return await _needs({"_id": {"$in": others}, **(bound or {})}, work) if others else []


async def judge_again(pairs: Mapping[str, StoredMatch], work: Work) -> None:
    """Hold the stored pairs against each other again, such as after a lesson was learnt or forgotten."""
    calls = await work.find(CALLS, {"_id": {"$in": sorted({each.call_id for each in pairs.values()})}})
    needs = await _needs({"_id": {"$in": sorted({each.activity_id for each in pairs.values()})}}, work)
    for document in calls:
        call = CALLS.to_aggregate(document)
        own = {each.activity_id for each in pairs.values() if each.call_id == call.call_id}
        fitting = [(need, sequence) for need, sequence in needs if need.activity_id in own]
        await judge([(call, offer_of(call, work.now))], fitting, pairs, work)
