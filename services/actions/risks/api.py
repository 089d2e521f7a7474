"""HTTP: the risk register, and its reviews."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter

from kit.auth.people import Person, require
from kit.http.commands import Command, Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import Problem
from kit.store import Work
from services.actions.answers import LJUBLJANA, refusals
from services.actions.risks.risk import RegisteredRisk, ReviewForm, State
from services.actions.risks.store import RISKS

router = APIRouter()

SignedIn = Annotated[Person, require()]
Editor = Annotated[Person, require("editor", "coordinator")]


def risk_shown(risk: RegisteredRisk) -> dict[str, Any]:
    fields = risk.model_dump(mode="json", exclude={"risk_id", "due_told", "matrix"})
    return {"id": risk.risk_id, **fields, "rating": risk.rating}


@router.get("/risks", summary="The risk register, by id; filter by plan or state.")
async def list_risks(
    store: Stored, person: SignedIn, page: Paging, plan: str | None = None, state: State | None = None
) -> dict[str, Any]:
    wanted = {"plan_id": plan, "state": state}
    query = {"removed": False} | {name: value for name, value in wanted.items() if value is not None}
    return await page_of(store[RISKS], query, page, lambda each: risk_shown(RISKS.to_aggregate(each)))


@router.get("/risks/{risk_id}", summary="One risk with all its reviews.")
async def get_risk(risk_id: str, command: Commanding, person: SignedIn) -> Any:
    async def read(work: Work) -> dict[str, Any]:
        return risk_shown(await _existing(risk_id, work))

    return await command.run(read, etag=True)


@router.post("/risks/{risk_id}/reviews", status_code=201, summary="Record a review (If-Match: the risk's version).")
async def post_review(risk_id: str, form: ReviewForm, command: Commanding, editor: Editor) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return risk_shown(await record_review(risk_id, form, work, editor.user, command))

    return await command.run(change, status=201, etag=True)


async def record_review(
    risk_id: str, form: ReviewForm, work: Work, by: str, command: Command | None = None
) -> RegisteredRisk:
    """One more review; `command` holds it to the version its author saw."""
    risk = await _existing(risk_id, work)
    if command is not None:
        command.expect_version(risk.version)
    if risk.removed:
        raise Problem(409, f"the plan no longer has the risk {risk.number}; its reviews stay as they are")
    with refusals():
        return work.save(RISKS, risk.review(form, by, work.now, work.now.astimezone(LJUBLJANA).date()))


async def _existing(risk_id: str, work: Work) -> RegisteredRisk:
    risk: RegisteredRisk | None = await work.load(RISKS, risk_id)
    if risk is None:
        raise Problem(404, f"there is no risk {risk_id}")
    return risk
