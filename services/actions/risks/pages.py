"""Pages: the risk register with its matrix, and one risk with its reviews."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from contracts.actions import RiskScore
from kit.auth.people import Person, require
from kit.http.commands import Commanding, Now, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from kit.web.filled_in import Filled, attempt, built, filled
from services.actions.answers import LJUBLJANA
from services.actions.risks.api import record_review
from services.actions.risks.rating import SCALE
from services.actions.risks.risk import STATES, RegisteredRisk, ReviewForm
from services.actions.risks.store import risks_shown
from services.actions.store import shown_plans

router = APIRouter(prefix="/plan/risks")

SignedIn = Annotated[Person, require()]
Editor = Annotated[Person, require("editor", "coordinator")]


@router.get("")
async def register_page(request: Request, store: Stored, person: SignedIn, now: Now) -> Any:
    risks = await _register(store)
    return request.app.state.pages.render(
        request,
        "actions/risks/risks.html",
        risks=risks,
        cells=_cells(risks),
        scale=SCALE,
        today=now.astimezone(LJUBLJANA).date(),
        now=now,
    )


@router.get("/{number}")
async def risk_page(request: Request, number: str, store: Stored, person: SignedIn, now: Now) -> Any:
    return await _page(request, number, store, person, now, Filled())


@router.post("/{number}")
async def review(request: Request, number: str, command: Commanding, editor: Editor, now: Now) -> Any:
    form = await filled(request)
    risk = await _risk(command.store, number)

    async def change(work: Work) -> RegisteredRisk:
        form.expect(risk.version)
        return await record_review(risk.risk_id, _review(form), work, editor.user)

    if await attempt(form, request, command, editor, change) is None:
        return await _page(request, number, command.store, editor, now, form)
    return RedirectResponse(f"/plan/risks/{number}", 303)


def _review(form: Filled) -> ReviewForm:
    facts = {name: form.get(name) for name in ("findings", "state", "owner")}
    dates = {name: {"value": form.get(name)} for name in ("on", "next_review") if form.get(name)}
    scores = {name: _score(form, name) for name in ("inherent", "residual")}
    return built(ReviewForm, {**facts, **dates, **scores, "measures": form.lines("measures")})


def _score(form: Filled, name: str) -> dict[str, str] | None:
    """The two halves of a score; it takes both."""
    parts = {part: form.get(f"{name}_{part}") for part in ("likelihood", "impact")}
    if not any(parts.values()):
        return None
    if not all(parts.values()):
        half = next(part for part, value in parts.items() if not value)
        raise Problem.at(f"{name}_{half}", "a score takes both likelihood and impact", "choose the other one, too")
    return parts


def _cells(risks: list[RegisteredRisk]) -> dict[tuple[int, int], list[RegisteredRisk]]:
    """Risks that are scored, by likelihood and impact as they stand after measures."""
    cells: dict[tuple[int, int], list[RegisteredRisk]] = {}
    for risk in risks:
        score: RiskScore | None = risk.residual or risk.inherent
        if score is not None and risk.reviewable:
            cells.setdefault((score.likelihood, score.impact), []).append(risk)
    return cells


async def _register(store: Store) -> list[RegisteredRisk]:
    plans = await shown_plans(store, everything=True)
    return await risks_shown(store, plans[0][0].plan_id) if plans else []


async def _risk(store: Store, number: str) -> RegisteredRisk:
    found = next((each for each in await _register(store) if each.number == number), None)
    if found is None:
        raise Problem(404, f"the plan has no risk {number}")
    return found


async def _page(request: Request, number: str, store: Store, person: Person, now: Now, form: Filled) -> Any:
    risk = await _risk(store, number)
    return request.app.state.pages.render(
        request,
        "actions/risks/risk.html",
        status=form.status,
        risk=risk,
        form=form,
        scale=SCALE,
        states=STATES,
        may_review=person.may("editor", "coordinator"),
        today=now.astimezone(LJUBLJANA).date(),
        now=now,
    )
