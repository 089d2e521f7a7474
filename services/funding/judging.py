"""Holds calls against needs in the store: a call meets only the needs that share a key with it, and only fits are kept.

What is weighed and how is in `matching.py`; here is which pairs, and what is stored of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

from kit.store import Work
from services.funding.gates import shut
from services.funding.identity import match_id
from services.funding.matches import StoredMatch, counted, judged
from services.funding.matching import NOTHING_IN_COMMON, TOO_LITTLE_IN_COMMON, Match, NoMatch, match
from services.funding.needs import Need
from services.funding.offers import LJUBLJANA, Offer
from services.funding.prepared import OFFER_STAMP, is_ready, need_of, offer_of, ready_offer
from services.funding.scoring import may_fit
from services.funding.store import CALLS, MATCHES, NEEDS, VERDICTS, matches_of
from services.funding.triage.store import forget_lesson, lessons_for
from services.funding.verdicts import LOOK_AGAIN, verdict_on

_STAMP = ("sequence", "stamp")
_SOME = 100


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
    silences = await judge(offer, call.version, [*near, *left], known, work)
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
    await judge(offer, call.version, [*near, *left], known, work)
    if work.now > held.look_again_until:
        work.save(VERDICTS, held.settled())


async def judge_need(need: Need, sequence: int, work: Work) -> None:
    """Hold one need against every live call that has anything in common with it."""
    known = await matches_of({"activity_id": need.activity_id}, work)
    near = await work.parts(VERDICTS, {"shut": None, "keys": {"$in": sorted(need.keys)}}, ["_id"])
    ids = {document["_id"] for document in near} | {each.call_id for each in known.values()}
    async for offer, version in _offers(ids, work):
        await judge(offer, version, [(need, sequence)], known, work)


async def judge(
    offer: Offer, version: int, needs: Sequence[tuple[Need, int]], known: Mapping[str, StoredMatch], work: Work
) -> Counter[str]:
    """Hold a call against needs and keep what fits, or fitted until now; how many others fell silent, by reason.

    `known`: stored matches by their id, those of the call and these needs among them.
    """
    silences: Counter[str] = Counter()
    today, call_id = work.now.astimezone(LJUBLJANA).date(), offer.facts.call_id
    stored = {need.activity_id: known.get(match_id(call_id, need.activity_id)) for need, _ in needs}
    weighed = [each for each in needs if stored[each[0].activity_id] or may_fit(offer, each[0])]
    silences[TOO_LITTLE_IN_COMMON.code] += len(needs) - len(weighed)
    lessons = await lessons_for(offer, work) if weighed else []
    kept: list[StoredMatch] = []
    for need, sequence in weighed:
        before = stored[need.activity_id]
        verdict = match(offer, need, today, lessons=lessons)
        if isinstance(verdict, NoMatch):
            silences[verdict.reason.code] += 1
        if before is not None or isinstance(verdict, Match):
            fresh = judged(verdict, offer, need, versions=(version, sequence), now=work.now)
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
    """Needs made ready; the whole of one is read only where it was not ready yet, and of some at a time."""
    stamps = await work.parts(NEEDS, query, _STAMP)
    found = {each["_id"]: (need_of(each), int(each["sequence"])) for each in stamps if is_ready(each)}
    unread = [each["_id"] for each in stamps if each["_id"] not in found]
    for first in range(0, len(unread), _SOME):
        some = {"_id": {"$in": unread[first : first + _SOME]}}
        for each in await work.parts(NEEDS, some, [*_STAMP, "event"]):
            found[each["_id"]] = need_of(each), int(each["sequence"])
    return list(found.values())


async def _offers(ids: Iterable[str], work: Work) -> AsyncIterator[tuple[Offer, int]]:
    """Calls made ready, with their versions; the whole of one is read only where it was not ready yet."""
    unread: list[str] = []
    for stamp in await work.parts(CALLS, {"_id": {"$in": sorted(ids)}}, OFFER_STAMP):
        offer = ready_offer(stamp, work.now)
        if offer is None:
            unread.append(stamp["_id"])
        else:
            yield offer, int(stamp["version"])
    async for call in work.each(CALLS, {"_id": {"$in": unread}}):
        yield offer_of(call, work.now), call.version


async def _left(
    known: Iterable[StoredMatch], near: Iterable[tuple[Need, int]], work: Work, bound: dict[str, Any] | None = None
) -> list[tuple[Need, int]]:
    """The needs of stored matches that have nothing in common with the call any more."""
    met = {need.activity_id for need, _ in near}
    others = sorted({each.activity_id for each in known} - met)
    return await _needs({"_id": {"$in": others}, **(bound or {})}, work) if others else []


async def judge_again(pairs: Mapping[str, StoredMatch], work: Work) -> None:
    """Hold the stored pairs against each other again, such as after a lesson was learnt or forgotten."""
    needs = await _needs({"_id": {"$in": sorted({each.activity_id for each in pairs.values()})}}, work)
    async for offer, version in _offers({each.call_id for each in pairs.values()}, work):
        own = {each.activity_id for each in pairs.values() if each.call_id == offer.facts.call_id}
        fitting = [(need, sequence) for need, sequence in needs if need.activity_id in own]
        await judge(offer, version, fitting, pairs, work)
