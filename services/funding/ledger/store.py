"""What the ledger stores, and how its commands and pages read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kit.store import Aggregates, Collection, Index
from services.funding.ledger.aid import Recipient
from services.funding.ledger.budget import BudgetLine
from services.funding.ledger.costs import Cost
from services.funding.ledger.financing import Financing
from services.funding.parameters import Parameter, Parameters

PARAMETERS = Aggregates("ledger_parameters", of=Parameter, key="parameter_id")
LINES = Aggregates(
    "budget_lines",
    of=BudgetLine,
    key="line_id",
    indexes=[Index([("year", 1)]), Index([("reservations.reservation_id", 1)])],
)
COSTS = Aggregates("costs", of=Cost, key="cost_id")
FINANCINGS = Aggregates(
    "financings", of=Financing, key="financing_id", indexes=[Index([("application_id", 1)]), Index([("call_id", 1)])]
)
RECIPIENTS = Aggregates("aid_recipients", of=Recipient, key="undertaking_id")

ALL: list[Collection] = [PARAMETERS, LINES, COSTS, FINANCINGS, RECIPIENTS]


async def parameters_in(database: Any) -> Parameters:
    return Parameters([PARAMETERS.to_aggregate(each) async for each in database[PARAMETERS.name].find({})])


async def lines_in(database: Any, query: dict[str, Any] | None = None) -> list[BudgetLine]:
    found = database[LINES.name].find(query or {}, sort=[("_id", 1)])
    return [LINES.to_aggregate(each) async for each in found]


async def financings_in(database: Any, query: dict[str, Any] | None = None) -> list[Financing]:
    found = database[FINANCINGS.name].find(query or {}, sort=[("_id", 1)])
    return [FINANCINGS.to_aggregate(each) async for each in found]


async def costs_in(database: Any, cost_ids: Sequence[str]) -> list[Cost]:
    """The costs of those ids, in their order; one that is gone is left out."""
    found = database[COSTS.name].find({"_id": {"$in": list(cost_ids)}})
    by_id = {each["_id"]: COSTS.to_aggregate(each) async for each in found}
    return [by_id[each] for each in cost_ids if each in by_id]
