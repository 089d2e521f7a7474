"""Where a plan's budgets and its activities' costs do not agree."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.values import Money
from services.actions.finding import Contradiction, contradiction, money_en, money_sl
from services.actions.plan import (
    Action,
    Plan,
    costed_by_action,
    costed_total,
    estimated_total,
    uncosted,
)


def money_contradictions(plan: Plan) -> Iterator[Contradiction]:
    """Action budgets against sums of activity costs, the plan's totals, and the funding plan's budgets."""
    sums = costed_by_action(plan)
    for action in plan.actions:
        yield from _budget(action, sums[action.number])
    yield from _totals(plan)
    yield from _funding_plan(plan)


def _budget(action: Action, costs: Money | None) -> Iterator[Contradiction]:
    budget = action.budget
    if budget is None or costs is None or budget.amount == costs.amount:
        return
    over = costs.amount > budget.amount
    missing = uncosted(action)
    gap = costs - budget if over else budget - costs
    en = (
        f"Action {action.number}: its activities cost {money_en(costs)} together, {money_en(gap)} "
        f"{'more' if over else 'less'} than its budget of {money_en(budget)}."
    )
    sl = (
        f"Ukrep {action.number}: aktivnosti skupaj stanejo {money_sl(costs)}, kar je {money_sl(gap)} "
        f"{'več' if over else 'manj'} od proračuna {money_sl(budget)}."
    )
    if missing:
        en += f" No cost is given for {', '.join(missing)}."
        sl += f" Brez navedenega stroška: {', '.join(missing)}."
    yield contradiction(
        "activities_cost_more" if over else "activities_cost_less",
        [action.number, *missing],
        sl=sl,
        en=en,
        evidence=[budget.phrase, *(f"{a.number}: {a.cost.phrase}" for a in action.activities if a.cost)],
    )


def _totals(plan: Plan) -> Iterator[Contradiction]:
    budgets, costs = estimated_total(plan), costed_total(plan)
    if budgets is None or costs is None or budgets.amount == costs.amount:
        return
    yield contradiction(
        "totals_differ",
        ["plan"],
        sl=f"Proračuni ukrepov znašajo {money_sl(budgets)}, stroški aktivnosti {money_sl(costs)}.",
        en=f"The action budgets add up to {money_en(budgets)}, the activity costs to {money_en(costs)}.",
        evidence=[f"{action.number}: {action.budget.phrase}" for action in plan.actions if action.budget],
    )


def _funding_plan(plan: Plan) -> Iterator[Contradiction]:
    budgets = {action.number: action.budget for action in plan.actions}
    for row in plan.funding_plan.actions if plan.funding_plan else []:
        budget = budgets.get(row.action)
        if budget is None or row.budget is None or budget.amount == row.budget.amount:
            continue
        yield contradiction(
            "funding_plan_budget_differs",
            [row.action],
            sl=f"Ukrep {row.action}: proračun je {money_sl(budget)}, v finančnem načrtu pa {money_sl(row.budget)}.",
            en=f"Action {row.action}: its budget is {money_en(budget)}, in the funding plan {money_en(row.budget)}.",
            evidence=[budget.phrase, row.budget.phrase],
        )
