"""The forms of one application: a move, its facts, a task, a document, a remark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from contracts.values import LocalText
from kit.auth.people import Person, require
from kit.clock import now, uuid7
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.funding.applications import editing, filled, forms, words
from services.funding.applications.api import changed, loaded, move_back, move_on, one, refusal
from services.funding.applications.application import Application
from services.funding.applications.moves import ASKED_BY, MoveForm, NotAllowed
from services.funding.applications.pages import draw
from services.funding.applications.replanning import replan
from services.funding.applications.shown import choice
from services.funding.applications.states import STATES, Move
from services.funding.planning.steps import ROLES

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]
Mistakes = list[forms.Mistake]
Change = Callable[[Application, Work], Any]


@router.get("/funding/applications/{application_id}/moves/{code}")
async def move_page(request: Request, application_id: str, code: str, store: Stored, officer: Officer) -> Any:
    return _move_form(request, await one(application_id, store), code, {}, [])


@router.post("/funding/applications/{application_id}/moves/{code}")
async def make_move(request: Request, application_id: str, code: str, command: Commanding, officer: Officer) -> Any:
    sent = await request.form()
    typed = {name: str(value).strip() for name, value in sent.items()}
    reasons = [str(reason) for reason in sent.getlist("reasons")]
    raw = forms.move_typed(code, typed, reasons, request.app.state.settings.zone)
    form, mistakes = forms.read(MoveForm, raw)

    async def edit(application: Application, work: Work) -> None:
        if code == "revert":
            await move_back(application, typed.get("why"), officer.user, work)
        else:
            await move_on(application, form, officer.user, work)

    async def again(wrong: Mistakes) -> Any:
        return _move_form(request, await one(application_id, command.store), code, typed, wrong, reasons)

    return await _posted(application_id, command, officer, typed, edit, mistakes, again)


@router.get("/funding/applications/{application_id}/edit")
async def facts_page(request: Request, application_id: str, store: Stored, officer: Officer) -> Any:
    application = await one(application_id, store)
    return _render(request, "edit", application, typed=filled.facts(application), mistakes=[], roles=ROLES)


@router.post("/funding/applications/{application_id}/edit")
async def set_facts(request: Request, application_id: str, command: Commanding, officer: Officer) -> Any:
    typed = {name: str(value).strip() for name, value in (await request.form()).items()}
    form, mistakes = forms.read(editing.ApplicationEdit, forms.facts_typed(typed))

    async def edit(application: Application, work: Work) -> None:
        editing.amend(application, form)
        await replan(application, "project", work)

    async def again(wrong: Mistakes) -> Any:
        application = await one(application_id, command.store)
        return _render(request, "edit", application, typed=typed, mistakes=wrong, roles=ROLES)

    return await _posted(application_id, command, officer, typed, edit, mistakes, again)


@router.get("/funding/applications/{application_id}/tasks/{task_id}")
async def task_page(request: Request, application_id: str, task_id: str, store: Stored, officer: Officer) -> Any:
    application = await one(application_id, store)
    task = _task(application, task_id)
    return _render(request, "task", application, task=task, typed=filled.task(task), mistakes=[])


@router.post("/funding/applications/{application_id}/tasks/{task_id}")
async def set_task(request: Request, application_id: str, task_id: str, command: Commanding, officer: Officer) -> Any:
    typed = {name: str(value).strip() for name, value in (await request.form()).items()}
    new = task_id == "new"
    model = editing.TaskForm if new else editing.TaskEdit
    form, mistakes = forms.read(model, forms.task_typed(typed, new=new))

    def edit(application: Application, work: Work) -> None:
        if new:
            editing.add_task(application, form, uuid7())
        else:
            editing.change_task(application, task_id, form, by=officer.user, now=work.now)

    async def again(wrong: Mistakes) -> Any:
        application = await one(application_id, command.store)
        return _render(request, "task", application, task=_task(application, task_id), typed=typed, mistakes=wrong)

    return await _posted(application_id, command, officer, typed, edit, mistakes, again, "#tasks")


@router.get("/funding/applications/{application_id}/documents/{document_id}")
async def document_page(
    request: Request, application_id: str, document_id: str, store: Stored, officer: Officer
) -> Any:
    application = await one(application_id, store)
    document = _document(application, document_id)
    typed = filled.document(document)
    return _render(request, "document", application, document=document, typed=typed, mistakes=[])


@router.post("/funding/applications/{application_id}/documents/{document_id}")
async def set_document(
    request: Request, application_id: str, document_id: str, command: Commanding, officer: Officer
) -> Any:
    typed = {name: str(value).strip() for name, value in (await request.form()).items()}
    new = document_id == "new"
    model = editing.DocumentForm if new else editing.DocumentEdit
    form, mistakes = forms.read(model, forms.document_typed(typed, new=new))

    def edit(application: Application, work: Work) -> None:
        if new:
            editing.add_document(application, form, uuid7(), by=officer.user, now=work.now)
        else:
            editing.change_document(application, document_id, form, by=officer.user, now=work.now)

    async def again(wrong: Mistakes) -> Any:
        application = await one(application_id, command.store)
        document = _document(application, document_id)
        return _render(request, "document", application, document=document, typed=typed, mistakes=wrong)

    return await _posted(application_id, command, officer, typed, edit, mistakes, again, "#documents")


@router.post("/funding/applications/{application_id}/notes")
async def leave_note(request: Request, application_id: str, command: Commanding, officer: Officer) -> Any:
    typed = {name: str(value).strip() for name, value in (await request.form()).items()}
    form, mistakes = forms.read(editing.NoteForm, {"text": typed.get("text", "")})

    def edit(application: Application, work: Work) -> None:
        editing.add_note(application, form, by=officer.user, now=work.now)

    async def again(wrong: Mistakes) -> Any:
        application = await one(application_id, command.store)
        return await draw(request, application, command.store, officer, wrong, typed)

    return await _posted(application_id, command, officer, {}, edit, mistakes, again, "#notes")


async def _posted(
    application_id: str,
    command: Any,
    officer: Person,
    typed: forms.Typed,
    edit: Change,
    mistakes: Mistakes,
    again: Callable[[Mistakes], Any],
    place: str = "",
) -> Response:
    """Make the change and go back to the application, or show the form again with what is wrong.

    A form that says which version it was made from is refused when somebody changed the application meanwhile.
    """
    store: Store = command.store

    async def attempt(work: Work) -> None:
        application = await loaded(application_id, work)
        if "version" in typed and typed["version"] != str(application.version):
            raise NotAllowed([forms.SOMEBODY_ELSE])
        await changed(application, edit, work)

    if mistakes:
        return await again(mistakes)  # type: ignore[no-any-return]
    try:
        await store.transact(attempt, actor=officer.user)
    except NotAllowed as refused:
        if refused.unlisted:
            raise refusal(refused) from None
        return await again([forms.said(obstacle) for obstacle in refused.obstacles])  # type: ignore[no-any-return]
    return RedirectResponse(f"/funding/applications/{application_id}{place}", 303)


def _move_form(
    request: Request,
    application: Application,
    code: str,
    typed: dict[str, str],
    mistakes: Mistakes,
    reasons: list[str] | None = None,
) -> Any:
    state = STATES[application.state]
    move, target = state.move(code), application.revert_target()
    if move is None and not (code == "revert" and target):
        raise Problem(404, f"from {application.state} there is no move {code}")
    return _render(
        request,
        "move",
        application,
        code=code,
        offer=choice(application, move, now()) if move else None,
        target=move.to if move else target,
        asked=[field for guard in move.guards for field in ASKED_BY.get(guard, ())] if move else ["why"],
        warnings=_warnings(application, move) if not mistakes else [],
        typed=typed,
        reasons=reasons or [],
        mistakes=mistakes,
    )


def _warnings(application: Application, move: Move | None) -> list[LocalText]:
    """What is in the way already, before anything is typed: a deadline that has passed, documents that are missing."""
    obstacles = application.obstacles(move, MoveForm(move=move.code), now()) if move else []
    return [each.text for each in obstacles if each.field in {"happened_at", "override"}]


def _render(request: Request, name: str, application: Application, **facts: Any) -> Any:
    return request.app.state.pages.render(
        request,
        f"funding/applications/{name}.html",
        status=422 if facts["mistakes"] else 200,
        application=application,
        words=words,
        **facts,
    )


def _task(application: Application, task_id: str) -> Any:
    if task_id == "new":
        return None
    task = next((each for each in application.tasks if each.task_id == task_id), None)
    if task is None:
        raise Problem(404, f"the application has no task {task_id}")
    return task


def _document(application: Application, document_id: str) -> Any:
    if document_id == "new":
        return None
    document = next((each for each in application.documents if each.document_id == document_id), None)
    if document is None:
        raise Problem(404, f"the application has no document {document_id}")
    return document
