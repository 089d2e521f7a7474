"""HTTP: commitments; calls, sources and triage have APIs of their own."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter

from kit.auth.people import Person, require
from kit.clock import uuid7
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import Problem
from kit.store import Work
from services.funding.applications import api as applications
from services.funding.calls import api as calls
from services.funding.commitments import CommitmentForm, made
from services.funding.neighbours import api as neighbours
from services.funding.planning import api as planning
from services.funding.polling import api as polling
from services.funding.store import COMMITMENTS, NEEDS
from services.funding.triage import api as triage

router = APIRouter()
router.include_router(calls.router)
router.include_router(polling.router)
router.include_router(neighbours.router)
router.include_router(triage.router)
router.include_router(applications.router)
router.include_router(planning.router)

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]


@router.get("/commitments", summary="Money committed to activities.")
async def list_commitments(store: Stored, person: SignedIn, page: Paging) -> dict[str, Any]:
    return await page_of(store[COMMITMENTS], {}, page)


@router.post("/commitments", status_code=201, summary="Record money committed to an activity.")
async def post_commitment(form: CommitmentForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        need = await work.get(NEEDS, form.activity_id)
        if need is None:
            raise Problem.at(
                "activity_id",
                f"no activity {form.activity_id} is known here",
                "take an id from /api/actions/activities",
            )
        stored = work.save(COMMITMENTS, made(form, uuid7(), need["event"]["number"], officer.user))
        return {"id": stored.commitment_id, **stored.model_dump(exclude={"commitment_id"})}

    return await command.run(change, status=201)
