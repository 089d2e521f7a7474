"""Reads the calls that fit the plan, what changed about them, and why those of the last revision are gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.funding import CallPublishedV2, FieldChange
from services.funding.calls import Call
from services.funding.calls.listing import CURRENT
from services.funding.calls.store import CALLS, VERSIONS
from services.funding.co_financing import own_share
from services.funding.ledger.totals import AtLeast, at_least, nothing
from services.funding.matches import StoredMatch
from services.funding.store import MATCHES
from services.funding.strategy.content import Content, Fitting, Gone, Opportunity, TenderPaper
from services.funding.strategy.leaving import why_gone

# More than a committee reads in a quarter; what is beyond it is on the board.
MOST_OPPORTUNITIES = 300


async def fits_by_call(database: Any) -> dict[str, list[StoredMatch]]:
    """Fits by call, the best first, without those somebody put aside."""
    fits: dict[str, list[StoredMatch]] = defaultdict(list)
    query = {"fits": True, "decision.choice": {"$ne": "not_for_us"}}
    async for document in database[MATCHES.name].find(query, sort=[("score", -1), ("_id", 1)]):
        match = MATCHES.to_aggregate(document)
        fits[match.call_id].append(match)
    return fits


async def standing_calls(database: Any, fits: Mapping[str, Any]) -> dict[str, Call]:
    """The calls that fit and are not over, the nearest deadline first, those without one last."""
    query = {"_id": {"$in": list(fits)}, "status": {"$in": list(CURRENT)}, "joined_into": None}
    found = [CALLS.to_aggregate(each) async for each in database[CALLS.name].find(query, limit=MOST_OPPORTUNITIES)]
    found.sort(key=lambda call: (call.next_deadline is None, call.next_deadline, call.call_id))
    return {call.call_id: call for call in found}


async def changes_since(database: Any, call_ids: list[str], since: datetime) -> dict[str, list[FieldChange]]:
    """What each call's later versions changed, oldest first."""
    changes: dict[str, list[FieldChange]] = defaultdict(list)
    query = {"call_id": {"$in": call_ids}, "at": {"$gt": since}, "version": {"$gt": 1}}
    async for document in database[VERSIONS.name].find(query, {"facts": 0}, sort=[("_id", 1)]):
        changes[document["call_id"]] += [FieldChange.model_validate(each) for each in document["changes"]]
    return changes


def opportunity(call: Call, fits: Sequence[StoredMatch]) -> Opportunity:
    names = CallPublishedV2.model_fields.keys() & Opportunity.model_fields.keys() - {"deadlines"}
    return Opportunity(
        **call.model_dump(include=set(names)),
        deadlines=[each.model_dump() for each in call.deadlines],
        papers=[TenderPaper(url=each.url, title=each.title, sha256=each.sha256) for each in call.documents],
        activities=[_fitting(each) for each in fits],
        own_share=_own_share(call, fits),
    )


def _own_share(call: Call, fits: Sequence[StoredMatch]) -> AtLeast:
    """What the municipality adds when one application asks for all these activities: the call pays its most once."""
    cost = at_least(each.open_cost for each in fits)
    own = own_share(cost.known, call.co_financing_rate, call.max_amount)
    return AtLeast(known=own or nothing(), unknown=cost.unknown + (own is None))


def _fitting(match: StoredMatch) -> Fitting:
    decision = match.decision
    return Fitting(
        activity_id=match.activity_id,
        number=match.activity_number,
        title=match.activity_title,
        score=match.score,
        own_share=match.own_share,
        leads=match.leads,
        decision=decision.choice if decision else None,
        department=decision.department if decision else None,
    )


async def gone(call_id: str, before: Content | None, database: Any) -> Gone:
    known = next(each for each in before.opportunities if each.call_id == call_id) if before else None
    document = await database[CALLS.name].find_one({"_id": call_id})
    aside = await database[MATCHES.name].find_one({"call_id": call_id, "decision.choice": "not_for_us"})
    call = None if document is None else CALLS.to_aggregate(document)
    match = None if aside is None else MATCHES.to_aggregate(aside)
    title, language = (known.title, known.language) if known else (call_id, None)
    return Gone(call_id=call_id, title=title, language=language, why=why_gone(call, match))
