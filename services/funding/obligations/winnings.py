"""Contracts with what the applications, the ledger and the commitments know of them."""

from __future__ import annotations

from typing import Any

from services.funding.applications.store import APPLICATIONS
from services.funding.ledger.store import FINANCINGS
from services.funding.obligations.giving import Won
from services.funding.obligations.store import AWARDS, COMMITMENTS


async def won_in(database: Any) -> list[Won]:
    """Every contract, the oldest first. A city has dozens of them, so each is looked up by itself."""
    awards = [AWARDS.to_aggregate(each) async for each in database[AWARDS.name].find({}, sort=[("_id", 1)])]
    won = []
    for award in awards:
        application = await _one(database, APPLICATIONS, award.application_id)
        financing = await _one(database, FINANCINGS, award.financing_id)
        named = {"decision_reference": award.contract_reference} if award.contract_reference else None
        commitments = (
            [COMMITMENTS.to_aggregate(each) async for each in database[COMMITMENTS.name].find(named)] if named else []
        )
        contract = application.contract if application else None
        won.append(
            Won(
                award=award,
                granted=contract.granted if contract else None,
                asked=financing.rows if financing else (),
                state=application.state if application else None,
                commitments=commitments,
            )
        )
    return won


async def _one(database: Any, collection: Any, key: str | None) -> Any:
    document = await database[collection.name].find_one({"_id": key}) if key else None
    return collection.to_aggregate(document) if document else None
