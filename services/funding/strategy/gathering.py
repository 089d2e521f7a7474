"""Puts everything the strategy tells of together as one content, out of the store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.values import LocalText, Money
from services.funding.applicants import municipality_may_apply
from services.funding.applications.application import Application
from services.funding.applications.store import APPLICATIONS, LIVE
from services.funding.applications.words import STATE_NAMES, named
from services.funding.calls.store import CALLS
from services.funding.ledger.store import financings_in, lines_in
from services.funding.ledger.year import year_of
from services.funding.matches import StoredMatch
from services.funding.needs import Need
from services.funding.offers import LJUBLJANA
from services.funding.polling.store import SOURCES
from services.funding.prepared import need_of
from services.funding.store import NEEDS, VERDICTS
from services.funding.strategy.comparing import gone_ids, with_news
from services.funding.strategy.content import (
    ApplicationLine,
    Content,
    OwnShareYear,
    SuggestionLine,
    WithoutActivity,
    WithoutMoney,
)
from services.funding.strategy.decision_log import decided_since
from services.funding.strategy.opportunities import changes_since, fits_by_call, gone, opportunity, standing_calls
from services.funding.strategy.quarters import Quarter
from services.funding.strategy.revision import Draft, Revision
from services.funding.strategy.store import SUGGESTIONS
from services.funding.territory import covers

MOST_UNCLAIMED = 40


async def gather(database: Any, draft: Draft, previous: Revision | None, now: datetime) -> Content:
    """The strategy as it stands now, compared with the `previous` revision."""
    before = previous.content if previous else None
    since = previous.approved_at if previous else None
    fits = await fits_by_call(database)
    calls = await standing_calls(database, fits)
    needs = [need_of(each) async for each in database[NEEDS.name].find({"event.removed": {"$ne": True}})]
    applications = await _applications(database, since)
    present = [opportunity(calls[call_id], fits[call_id]) for call_id in calls]
    changes = await changes_since(database, list(calls), since) if since else {}
    decided = [*await decided_since(database, since), *(each.entry() for each in draft.decisions)]
    return Content(
        as_of=now,
        quarter=Quarter.of(now.astimezone(LJUBLJANA).date()).code,
        previous=previous.revision_id if previous else None,
        since=since,
        opportunities=with_news(present, before, changes),
        gone=[await gone(each, before, database) for each in gone_ids(present, before)],
        applications=[_application(each, now) for each in applications],
        own_share=await _own_share(database),
        without_money=_without_money(needs, fits, [each for each in applications if not each.over]),
        without_activity=await _without_activity(database, needs, set(fits)),
        log=sorted(decided, key=lambda each: each.at),
        suggestions=await _suggestions(database, since),
        failing_sources=[each["_id"] async for each in database[SOURCES.name].find({"failure": {"$ne": None}})],
    )


async def _applications(database: Any, since: datetime | None) -> list[Application]:
    """Live applications, and those that moved since the last revision; all of them for the first one."""
    query = {"$or": [LIVE, {"history.at": {"$gt": since}}]} if since else {}
    found = database[APPLICATIONS.name].find(query, sort=[("_id", 1)])
    return [APPLICATIONS.to_aggregate(each) async for each in found]


def _application(application: Application, now: datetime) -> ApplicationLine:
    return ApplicationLine(
        application_id=application.application_id,
        title=application.title,
        call_title=application.terms.title,
        state=application.state,
        state_name=named(STATE_NAMES, application.state),
        lead_department=application.lead_department,
        roles=[f"{each.role}: {each.department or each.person}" for each in application.roles],
        activities=[each.number for each in application.activities],
        deadline=application.deadline(now),
        granted=application.contract.granted if application.contract else None,
    )


async def _own_share(database: Any) -> list[OwnShareYear]:
    """Every year the budget or a project speaks of."""
    lines, financings = await lines_in(database), await financings_in(database, {"dropped": None})
    years = {line.year for line in lines} | {
        each.year for financing in financings for each in financing.own_by_year or [] if each.year
    }
    found = [year_of(year, lines, financings) for year in sorted(years)]
    return [
        OwnShareYear.model_validate(each.model_dump(include={"year", "reserved", "planned", "available", "gap"}))
        for each in found
    ]


def _without_money(
    needs: Iterable[Need], fits: Mapping[str, Sequence[StoredMatch]], live: Sequence[Application]
) -> list[WithoutMoney]:
    """Activities whose cost is not covered, or not known, with what is under way for each."""
    calls = Counter(match.activity_id for every in fits.values() for match in every)
    applied: dict[str, list[str]] = defaultdict(list)
    for application in live:
        for activity in application.activities:
            applied[activity.activity_id].append(application.title)
    return [
        WithoutMoney(
            activity_id=need.activity_id,
            number=need.number,
            title=LocalText(sl=need.title_sl or need.title, en=need.title),
            open_cost=need.open_cost,
            timing=need.timing,
            leads=list(need.leads),
            calls=calls[need.activity_id],
            applications=applied[need.activity_id],
        )
        for need in sorted(needs, key=lambda each: [int(part) for part in each.number.split(".") if part.isdigit()])
        if _is_open(need.open_cost)
    ]


def _is_open(cost: Money | None) -> bool:
    return cost is None or cost.amount > 0


async def _without_activity(database: Any, needs: Sequence[Need], fitting: set[str]) -> list[WithoutActivity]:
    """Calls a municipality in our place may answer that no activity would use, the most money first."""
    shut_out = [each["_id"] async for each in database[VERDICTS.name].find({"shut": {"$type": "object"}}, {"_id": 1})]
    query: dict[str, Any] = {
        "_id": {"$nin": [*fitting, *shut_out]},
        "status": {"$in": ["open", "forecast"]},
        "joined_into": None,
        "eligible_applicants": {"$ne": []},
    }
    home = needs[0].territory if needs else "SI"
    found: list[WithoutActivity] = []
    async for document in database[CALLS.name].find(query, sort=[("max_amount.amount", -1), ("_id", 1)]):
        call = CALLS.to_aggregate(document)
        if municipality_may_apply(call.eligible_applicants) and covers(call.territory, home) is not False:
            fields = call.model_dump(include={"call_id", "title", "language", "funder", "themes"})
            found.append(WithoutActivity(**fields, deadline=call.next_deadline, max_amount=call.max_amount))
        if len(found) == MOST_UNCLAIMED:
            break
    return found


async def _suggestions(database: Any, since: datetime | None) -> list[SuggestionLine]:
    """Those without an answer, and those answered since the last revision."""
    query: dict[str, Any] = {"$or": [{"answer": None}, {"answer.at": {"$gt": since}}]} if since else {}
    found = database[SUGGESTIONS.name].find(query, sort=[("made_at", 1)])
    return [SUGGESTIONS.to_aggregate(each).line() async for each in found]
