"""What other parts of funding ask the ledger: the money of an application or of a project planned on a call.

For a page: `projects = await money_of(store.database, application_id=...)`, then

    {% import "funding/ledger/money.html" as m %}
    {% for project in projects %}{{ m.project_money(c, project) }}{% endfor %}

with `c` the imported components. The macro draws the rows that sum, the own share by year and the pre-financing gap;
with no project it is for the page to offer `/funding/ledger/financings/new?application=...&call=...`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.funding.ledger.cash_flow import CashFlow, ExpectedClaim, Terms, forecast, terms_on
from services.funding.ledger.financing import Financing
from services.funding.ledger.project_money import ProjectMoney, flows_of, project_money
from services.funding.ledger.refusal import Mistake
from services.funding.ledger.store import costs_in, financings_in, lines_in, parameters_in
from services.funding.obligations.agenda import claims_expected
from services.funding.obligations.store import obligations_of
from services.funding.parameters import Missing, Parameters


async def money_of(
    database: Any, *, application_id: str | None = None, call_id: str | None = None, financing_id: str | None = None
) -> list[ProjectMoney]:
    """The live financings of an application, a call or by id, oldest first; empty when there is none.

    `database` is that of the funding store (`store.database` or `work.database`).
    """
    asked = {"application_id": application_id, "call_id": call_id, "_id": financing_id}
    query: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if financing_id is None:
        query["dropped"] = None
    parameters = await parameters_in(database)
    return [await _money(each, parameters, database) for each in await financings_in(database, query)]


async def cash_of_all(database: Any) -> tuple[CashFlow | None, list[Mistake]]:
    """The forecast over all live financings, and the assumptions that are lacking for some of them."""
    parameters = await parameters_in(database)
    every, lacking = [], []
    for financing in await financings_in(database, {"dropped": None}):
        terms = terms_or_why(parameters, financing)
        if isinstance(terms, Mistake):
            lacking.append(terms)
            continue
        costs = await costs_in(database, financing.cost_ids)
        every.append(flows_of(financing, costs, terms, await _claims(financing, database)))
    return (forecast(every) if every else None), lacking


def terms_or_why(parameters: Parameters, financing: Financing) -> Terms | Mistake:
    try:
        return terms_on(parameters, financing.as_of.first_day())
    except Missing as missing:
        return missing.mistakes[0]


async def _money(financing: Financing, parameters: Parameters, database: Any) -> ProjectMoney:
    lines = await lines_in(database, {"reservations.purpose.financing_id": financing.financing_id})
    costs = await costs_in(database, financing.cost_ids)
    terms = terms_or_why(parameters, financing)
    return project_money(financing, costs, lines, terms, await _claims(financing, database))


async def _claims(financing: Financing, database: Any) -> Sequence[ExpectedClaim]:
    return claims_expected(await obligations_of(database, financing_id=financing.financing_id))
