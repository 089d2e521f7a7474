"""Commands on what money follows from: dated parameters, financings with their costs, and aid."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kit.clock import uuid7
from kit.http.problems import Problem
from kit.store import Work
from services.funding.applications.replanning import replan_all
from services.funding.ledger.aid import AidForm, Recipient
from services.funding.ledger.costs import Cost, check_cost
from services.funding.ledger.financing import Financing, FinancingForm, balanced, rules_of
from services.funding.ledger.refusal import Contradicted, Refused
from services.funding.ledger.rows import external
from services.funding.ledger.state_share import state_share
from services.funding.ledger.store import COSTS, FINANCINGS, PARAMETERS, RECIPIENTS, parameters_in
from services.funding.parameters import Parameter, ParameterForm, check, parameter_key
from services.funding.planning.plan import Procedure
from services.funding.planning.store import council_calendar, parameters_known
from services.funding.shipped_parameters import starting
from services.funding.store import CALLS


async def record_parameter(form: ParameterForm, work: Work) -> Parameter:
    """One more value. Plans made back from a deadline follow a parameter of the procedure."""
    kind = check(form)
    of_procedure = await parameters_known(work.database) if kind.area == "procedure" else {}
    known = await work.load(PARAMETERS, parameter_key(form.code, form.scope))
    parameter = known or of_procedure.get(form.code) or starting(form.code, form.scope)
    changed = parameter.record(form, uuid7(), work.actor or "unknown", work.now)
    if of_procedure:
        procedure = Procedure({**of_procedure, form.code: changed}, await council_calendar(work.database))
        await replan_all("parameters", procedure, work)
    return work.save(PARAMETERS, changed)


async def set_financing(form: FinancingForm, before: Financing | None, work: Work) -> Financing:
    """A new financing, or `before` stated anew, with its claims on every cost line.

    Raises Refused with every mistake of the rows, Missing without a coefficient a row asks for, and Contradicted
    where another financing claims a cost already.
    """
    if before is not None and before.dropped is not None:
        raise Contradicted.at("financing", f"it was dropped: {before.dropped}", "set up a new one")
    financing_id = before.financing_id if before else uuid7()
    costs = [await _cost(form, index, financing_id, work) for index in range(len(form.costs))]
    if len({each.cost_id for each in costs}) < len(costs):
        raise Refused.at("costs", "a cost line stands twice in one financing", "name every cost_id once")
    rate = await _call_rate(form.call_id, work)
    share = None
    if any(row.by_coefficient for row in form.rows):
        share = state_share(await parameters_in(work.database), work.municipality, form.as_of.first_day())
    total, rows, by_year = balanced(form, [each.facts for each in costs], rules_of(form, rate), share)
    for index, cost in enumerate(costs):
        work.save(COSTS, cost.claim(financing_id, form.title, external(rows), f"costs.{index}"))
    await _let_go(set(before.cost_ids if before else []) - {each.cost_id for each in costs}, financing_id, work)
    financing = Financing(
        financing_id=financing_id,
        title=form.title,
        application_id=form.application_id,
        call_id=form.call_id,
        as_of=form.as_of,
        cost_ids=[each.cost_id for each in costs],
        rows=rows,
        funds=form.funds,
        total=total,
        own_by_year=by_year,
        set_by=work.actor or "unknown",
        version=before.version if before else 0,
    )
    return work.save(FINANCINGS, financing)


async def drop_financing(financing: Financing, reason: str, work: Work) -> Financing:
    """Nobody claims anything by it any more; what is reserved for it has to be released by itself."""
    if financing.dropped is not None:
        raise Contradicted.at("financing", f"it was dropped already: {financing.dropped}", "leave it as it is")
    await _let_go(financing.cost_ids, financing.financing_id, work)
    return work.save(FINANCINGS, financing.model_copy(update={"dropped": reason}))


async def grant_aid(form: AidForm, work: Work) -> Recipient:
    """Aid recorded with its undertaking. Raises Contradicted beyond a ceiling, Missing without a recorded one."""
    known = await work.load(RECIPIENTS, form.undertaking_id)
    recipient = known or Recipient(undertaking_id=form.undertaking_id, name=form.undertaking_name)
    parameters = await parameters_in(work.database)
    return work.save(RECIPIENTS, recipient.grant(form, uuid7(), parameters, work.actor or "unknown", work.now))


async def _cost(form: FinancingForm, index: int, financing_id: str, work: Work) -> Cost:
    """The cost line of that place in the form: a known one, with what is stated of it, or a new one."""
    stated, field = form.costs[index], f"costs.{index}"
    known = await work.load(COSTS, stated.cost_id) if stated.cost_id else None
    if stated.cost_id and known is None:
        raise Refused.at(f"{field}.cost_id", f"there is no cost {stated.cost_id}", "leave cost_id out for a new cost")
    facts = stated.facts(known.facts if known else None, field)
    check_cost(facts, field)
    return known.state(facts, financing_id, field) if known else Cost(cost_id=uuid7(), facts=facts)


async def _let_go(cost_ids: Sequence[str] | set[str], financing_id: str, work: Work) -> None:
    for cost_id in cost_ids:
        cost = await work.load(COSTS, cost_id)
        if cost is not None:
            work.save(COSTS, cost.release(financing_id))


async def _call_rate(call_id: str | None, work: Work) -> Decimal | None:
    if call_id is None:
        return None
    call = await work.load(CALLS, call_id)
    if call is None:
        raise Problem.at("call_id", f"there is no call {call_id}", "take one from /api/funding/calls")
    return call.co_financing_rate
