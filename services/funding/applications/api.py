"""HTTP: applications, their moves, and what belongs to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from kit.auth.people import Person, require
from kit.clock import now, uuid7
from kit.http.commands import Command, Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import FieldError, Problem
from kit.store import Store, Work
from services.funding.applications import editing
from services.funding.applications.application import Application
from services.funding.applications.moves import MoveForm, NotAllowed
from services.funding.applications.opening import OpeningForm, open_application
from services.funding.applications.replanning import replan, take_call
from services.funding.applications.shown import shown, state_table
from services.funding.applications.states import STATES
from services.funding.applications.store import APPLICATIONS, LIVE
from services.funding.applications.work_plan import plan_of
from services.funding.obligations.winning import give_back, win
from services.funding.planning.store import procedure_of

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]
Change = Callable[[Application, Work], Any]


class RevertForm(BaseModel):
    """Why the last move is taken back."""

    model_config = ConfigDict(extra="forbid")
    why: str = Field(min_length=1, max_length=4000)


@router.get("/application-states", summary="The state machine: states, moves, guards and reverts, with their names.")
async def list_states() -> dict[str, Any]:
    return {"items": state_table(), "next": None}


@router.get("/applications", summary="Applications; filter by state, lead department, call, or those still live.")
async def list_applications(
    store: Stored,
    person: SignedIn,
    page: Paging,
    state: str | None = None,
    lead: str | None = None,
    call: str | None = None,
    live: bool = False,
) -> dict[str, Any]:
    if state is not None and state not in STATES:
        raise Problem.at("state", f"there is no state {state}", "take one of /api/funding/application-states")
    wanted = {"state": state, "lead_department": lead, "call_id": call}
    query: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    moment = now()
    query = {"$and": [query, LIVE]} if live else query
    return await page_of(
        store[APPLICATIONS], query, page, lambda document: shown(APPLICATIONS.to_aggregate(document), moment)
    )


@router.post("/applications", status_code=201, summary="Open an application for a call, or from a match.")
async def post_application(form: OpeningForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return await _answer(await open_application(form, officer.user, work), work)

    return await command.run(change, status=201, etag=True)


@router.get("/applications/{application_id}", summary="One application: state, allowed moves, tasks, documents, plan.")
async def get_application(application_id: str, store: Stored, person: SignedIn) -> dict[str, Any]:
    application = await one(application_id, store)
    moment = now()
    return shown(application, moment, plan_of(application, await procedure_of(store.database), moment))


@router.patch("/applications/{application_id}", summary="Change title, lead, roles, partners or facts of the project.")
async def patch_application(
    application_id: str, form: editing.ApplicationEdit, command: Commanding, officer: Officer
) -> Any:
    async def edit(application: Application, work: Work) -> None:
        editing.amend(application, form)
        await replan(application, "project", work)

    return await _edit(application_id, command, edit)


@router.post("/applications/{application_id}/moves", summary="Move it on; `moves` of the application says where to.")
async def post_move(application_id: str, form: MoveForm, command: Commanding, officer: Officer) -> Any:
    async def edit(application: Application, work: Work) -> None:
        await move_on(application, form, officer.user, work)

    return await _edit(application_id, command, edit)


@router.post("/applications/{application_id}/reverts", summary="Take the last move back, where the table allows it.")
async def post_revert(application_id: str, form: RevertForm, command: Commanding, officer: Officer) -> Any:
    async def edit(application: Application, work: Work) -> None:
        await move_back(application, form.why, officer.user, work)

    return await _edit(application_id, command, edit)


@router.post("/applications/{application_id}/tasks", status_code=201, summary="Add a task.")
async def post_task(application_id: str, form: editing.TaskForm, command: Commanding, officer: Officer) -> Any:
    return await _add(application_id, command, lambda application, work: editing.add_task(application, form, uuid7()))


@router.patch("/applications/{application_id}/tasks/{task_id}", summary="Say who does it, by when, begun or done.")
async def patch_task(
    application_id: str, task_id: str, form: editing.TaskEdit, command: Commanding, officer: Officer
) -> Any:
    def edit(application: Application, work: Work) -> None:
        editing.change_task(application, task_id, form, by=officer.user, now=work.now)

    return await _edit(application_id, command, edit)


@router.post("/applications/{application_id}/documents", status_code=201, summary="Add a document to the checklist.")
async def post_document(application_id: str, form: editing.DocumentForm, command: Commanding, officer: Officer) -> Any:
    def add(application: Application, work: Work) -> None:
        editing.add_document(application, form, uuid7(), by=officer.user, now=work.now)

    return await _add(application_id, command, add)


@router.patch("/applications/{application_id}/documents/{document_id}", summary="Say where a document stands.")
async def patch_document(
    application_id: str, document_id: str, form: editing.DocumentEdit, command: Commanding, officer: Officer
) -> Any:
    def edit(application: Application, work: Work) -> None:
        editing.change_document(application, document_id, form, by=officer.user, now=work.now)

    return await _edit(application_id, command, edit)


@router.post("/applications/{application_id}/notes", status_code=201, summary="Leave a remark.")
async def post_note(application_id: str, form: editing.NoteForm, command: Commanding, officer: Officer) -> Any:
    def add(application: Application, work: Work) -> None:
        editing.add_note(application, form, by=officer.user, now=work.now)

    return await _add(application_id, command, add)


async def one(application_id: str, store: Store) -> Application:
    """The stored application. Raises Problem 404."""
    document = await store[APPLICATIONS].find_one({"_id": application_id})
    if document is None:
        raise Problem(404, f"there is no application {application_id}")
    return APPLICATIONS.to_aggregate(document)


async def loaded(application_id: str, work: Work) -> Application:
    """The application with its call's terms as they stand now, so that no guard looks at an old deadline."""
    application = await work.load(APPLICATIONS, application_id)
    if application is None:
        raise Problem(404, f"there is no application {application_id}")
    await take_call(application, work)
    return application


async def move_on(application: Application, form: MoveForm, by: str, work: Work) -> None:
    """Make a move; a decision to apply makes tasks of the plan's steps, a contract its award. Raises NotAllowed."""
    plan = plan_of(application, await procedure_of(work.database), work.now)
    signed = application.contract
    application.make(form, by=by, now=work.now, verdict=plan.verdict if plan else None)
    if form.move == "decide_go":
        await replan(application, "decision", work)
    elif form.move == "contract" and application.contract is not None:
        await win(application, application.contract, work)
    elif form.move == "withdraw" and signed is not None:
        await give_back(application, signed, form.why or "withdrawn", work)


async def move_back(application: Application, why: str | None, by: str, work: Work) -> None:
    """Take the last move back, and with a contract what it brought. Raises NotAllowed."""
    signed = application.contract
    application.revert(why, by=by, now=work.now)
    if signed is not None and application.contract is None:
        await give_back(application, signed, why or "taken back", work)


def refusal(refused: NotAllowed) -> Problem:
    """A refused move as problem details, in English as all of them are."""
    errors = [FieldError(each.field, each.text.en, each.mend.en) for each in refused.obstacles]
    details = [f"{each.text.en.rstrip('.')}: {each.mend.en}" for each in refused.obstacles]
    return Problem(422, "; ".join(details), errors)


async def changed(application: Application, change: Change, work: Work) -> Application:
    """Run one change and store what came of it. Raises Problem 404 for a task or document that is not there."""
    try:
        running = change(application, work)
        if running is not None:
            await running
    except editing.Unknown as unknown:
        raise Problem(404, f"the application has no task or document {unknown}") from None
    return work.save(APPLICATIONS, application)


async def _edit(application_id: str, command: Command, change: Change) -> Any:
    async def attempt(work: Work) -> dict[str, Any]:
        application = await loaded(application_id, work)
        command.expect_version(application.version)
        try:
            return await _answer(await changed(application, change, work), work)
        except NotAllowed as refused:
            raise refusal(refused) from None

    return await command.run(attempt, etag=True)


async def _add(application_id: str, command: Command, change: Change) -> Any:
    async def attempt(work: Work) -> dict[str, Any]:
        return await _answer(await changed(await loaded(application_id, work), change, work), work)

    return await command.run(attempt, status=201, etag=True)


async def _answer(application: Application, work: Work) -> dict[str, Any]:
    return shown(application, work.now, plan_of(application, await procedure_of(work.database), work.now))
