"""Pages: who is known here, one person, one department, who is asked last, and one's own deputy and absences."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from contracts.values import LocalText
from kit.auth.people import Person as SignedIn
from kit.auth.people import require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging
from kit.http.problems import Problem
from kit.store import Store, Work
from services.notifications.people import editing
from services.notifications.people.api import wanted
from services.notifications.people.department import Department
from services.notifications.people.editing import (
    AbsenceForm,
    DepartmentForm,
    NewPersonForm,
    OrganisationForm,
    OwnForm,
    PersonForm,
)
from services.notifications.people.forms import Typed, done, model_of, typed
from services.notifications.people.knowing import know, learn
from services.notifications.people.person import Person
from services.notifications.people.store import (
    DEPARTMENTS,
    PEOPLE,
    department_from,
    departments,
    organisation,
    person,
    person_from,
)

router = APIRouter(prefix="/inbox")

Somebody = Annotated[SignedIn, require()]
Coordinator = Annotated[SignedIn, require("coordinator")]
CHOSEN_AMONG = 1000


@router.get("/people")
async def listed(
    request: Request, store: Stored, coordinator: Coordinator, page: Paging, q: str = "", department: str = ""
) -> Any:
    query = wanted(q[:200], department[:40])
    bounded = query if page.after is None else {"$and": [query, {"_id": {"$gt": page.after}}]}
    found = await store[PEOPLE].find(bounded, sort=[("_id", 1)], limit=page.limit + 1).to_list(None)
    return request.app.state.pages.render(
        request,
        "notifications/people/people.html",
        people=[person_from(each) for each in found[: page.limit]],
        next=found[page.limit - 1]["_id"] if len(found) > page.limit else None,
        total=await store[PEOPLE].count_documents(query),
        names=await _names(store),
        departments=await departments(store),
        organisation=await organisation(store),
        today=_today(request),
        q=q,
        department=department,
    )


@router.get("/people/new")
async def new_person(request: Request, store: Stored, coordinator: Coordinator) -> Any:
    return await _person_page(request, store, None, Typed())


@router.post("/people/new")
async def add_person(request: Request, command: Commanding, coordinator: Coordinator) -> Any:
    form = await typed(request)

    async def change(work: Work) -> Person:
        facts = _arranged(form) | {"address": form.get("address")}
        return await editing.add_person(model_of(NewPersonForm, facts), work)

    if await done(form, command, change) is None:
        return await _person_page(request, command.store, None, form)
    return RedirectResponse("/inbox/people", 303)


@router.get("/people/{person_id}")
async def one_person(request: Request, person_id: str, store: Stored, coordinator: Coordinator) -> Any:
    return await _person_page(request, store, await _known(store, person_id), Typed())


@router.post("/people/{person_id}")
async def edit_person(request: Request, person_id: str, command: Commanding, coordinator: Coordinator) -> Any:
    form = await typed(request)

    async def change(work: Work) -> Person:
        held = await editing.loaded(person_id, work)
        form.expect(held.version)
        return await editing.edit_person(held, model_of(PersonForm, _arranged(form)), work)

    if await done(form, command, change) is None:
        return await _person_page(request, command.store, await _known(command.store, person_id), form)
    return RedirectResponse("/inbox/people", 303)


@router.get("/me")
async def own(request: Request, store: Stored, somebody: Somebody) -> Any:
    return await _own_page(request, store, somebody, Typed())


@router.post("/me")
async def edit_own(request: Request, command: Commanding, somebody: Somebody) -> Any:
    form = await typed(request)

    async def change(work: Work) -> Person:
        held = await know(somebody, work)
        return await editing.edit_person(held, model_of(OwnForm, {"deputy": form.get("deputy") or None}), work)

    if await done(form, command, change) is None:
        return await _own_page(request, command.store, somebody, form)
    return RedirectResponse("/inbox/me", 303)


@router.post("/me/absences")
async def be_away(request: Request, command: Commanding, somebody: Somebody) -> Any:
    form = await typed(request)

    async def change(work: Work) -> Person:
        return await editing.add_absence(await know(somebody, work), _absence(form), work)

    if await done(form, command, change) is None:
        return await _own_page(request, command.store, somebody, form)
    return RedirectResponse("/inbox/me", 303)


@router.post("/me/absences/{absence_id}")
async def be_there(absence_id: str, command: Commanding, somebody: Somebody) -> Any:
    async def change(work: Work) -> None:
        await editing.drop_absence(await know(somebody, work), absence_id, work)

    await command.store.transact(change, actor=somebody.user)
    return RedirectResponse("/inbox/me", 303)


@router.post("/people/{person_id}/absences")
async def send_away(request: Request, person_id: str, command: Commanding, coordinator: Coordinator) -> Any:
    form = await typed(request)

    async def change(work: Work) -> Person:
        return await editing.add_absence(await editing.loaded(person_id, work), _absence(form), work)

    if await done(form, command, change) is None:
        return await _person_page(request, command.store, await _known(command.store, person_id), form)
    return RedirectResponse(f"/inbox/people/{quote(person_id)}", 303)


@router.post("/people/{person_id}/absences/{absence_id}")
async def call_back(person_id: str, absence_id: str, command: Commanding, coordinator: Coordinator) -> Any:
    async def change(work: Work) -> None:
        await editing.drop_absence(await editing.loaded(person_id, work), absence_id, work)

    await command.store.transact(change, actor=coordinator.user)
    return RedirectResponse(f"/inbox/people/{quote(person_id)}", 303)


@router.get("/departments/new")
async def new_department(request: Request, store: Stored, coordinator: Coordinator) -> Any:
    return await _department_page(request, store, None, Typed())


@router.post("/departments/new")
async def add_department(request: Request, command: Commanding, coordinator: Coordinator) -> Any:
    form = await typed(request)

    async def change(work: Work) -> Department:
        department_id = form.get("id")
        if await editing.department_of(department_id, work) is not None:
            raise Problem.at("id", f"there is a department {department_id}", "choose another short name", 409)
        return await editing.put_department(department_id, _department(form), None, work)

    if await done(form, command, change) is None:
        return await _department_page(request, command.store, None, form)
    return RedirectResponse("/inbox/people", 303)


@router.get("/departments/{department_id}")
async def one_department(request: Request, department_id: str, store: Stored, coordinator: Coordinator) -> Any:
    return await _department_page(request, store, await _department_known(store, department_id), Typed())


@router.post("/departments/{department_id}")
async def edit_department(request: Request, department_id: str, command: Commanding, coordinator: Coordinator) -> Any:
    form = await typed(request)

    async def change(work: Work) -> Department:
        held = await editing.department_of(department_id, work)
        if held is None:
            raise Problem(404, f"there is no department {department_id}")
        form.expect(held.version)
        return await editing.put_department(department_id, _department(form), held, work)

    if await done(form, command, change) is None:
        held = await _department_known(command.store, department_id)
        return await _department_page(request, command.store, held, form)
    return RedirectResponse("/inbox/people", 303)


@router.get("/organisation")
async def the_organisation(request: Request, store: Stored, coordinator: Coordinator) -> Any:
    return await _organisation_page(request, store, Typed())


@router.post("/organisation")
async def edit_organisation(request: Request, command: Commanding, coordinator: Coordinator) -> Any:
    form = await typed(request)

    async def change(work: Work) -> Any:
        held = await editing.organisation_in(work)
        form.expect(held.version)
        facts = {"director": form.get("director") or None, "answer_hours": form.get("answer_hours")}
        return await editing.put_organisation(model_of(OrganisationForm, facts), held, work)

    if await done(form, command, change) is None:
        return await _organisation_page(request, command.store, form)
    return RedirectResponse("/inbox/people", 303)


def _arranged(form: Typed) -> dict[str, Any]:
    given = {name: form.get(name) or None for name in ("department", "deputy", "answer_hours")}
    return given | {
        "name": form.get("name"),
        "language": form.get("language") or "sl",
        "active": form.get("left") != "yes",
    }


def _absence(form: Typed) -> AbsenceForm:
    facts = {"first": form.get("first"), "last": form.get("last") or form.get("first"), "deputy": form.get("instead")}
    return model_of(AbsenceForm, facts | {"deputy": facts["deputy"] or None})


def _department(form: Typed) -> DepartmentForm:
    also = [line.strip() for line in form.get("also").splitlines() if line.strip()]
    name = LocalText(sl=form.get("name_sl"), en=form.get("name_en"))
    return model_of(DepartmentForm, {"name": name, "also": also, "head": form.get("head") or None})


async def _person_page(request: Request, store: Store, held: Person | None, form: Typed) -> Any:
    return request.app.state.pages.render(
        request,
        "notifications/people/person.html",
        status=form.status,
        held=held,
        form=form,
        colleagues=await _colleagues(store, held.id if held else ""),
        departments=await departments(store),
        organisation=await organisation(store),
        today=_today(request),
    )


async def _own_page(request: Request, store: Store, somebody: SignedIn, form: Typed) -> Any:
    held = await learn(somebody, store)
    if held is None:
        raise Problem(409, f"nobody can write to {somebody.user}; ask your coordinator to sign you in by an address")
    head = next((each for each in await departments(store) if each.id == held.department), None)
    return request.app.state.pages.render(
        request,
        "notifications/people/me.html",
        status=form.status,
        held=held,
        form=form,
        department=head,
        colleagues=await _colleagues(store, held.id),
        today=_today(request),
    )


async def _department_page(request: Request, store: Store, held: Department | None, form: Typed) -> Any:
    return request.app.state.pages.render(
        request,
        "notifications/people/department.html",
        status=form.status,
        held=held,
        form=form,
        colleagues=await _colleagues(store, ""),
    )


async def _organisation_page(request: Request, store: Store, form: Typed) -> Any:
    return request.app.state.pages.render(
        request,
        "notifications/people/organisation.html",
        status=form.status,
        held=await organisation(store),
        form=form,
        colleagues=await _colleagues(store, ""),
    )


async def _known(store: Store, person_id: str) -> Person:
    known = await person(store, person_id)
    if known is None:
        raise Problem(404, f"nobody is known by the id {person_id}")
    return known


async def _department_known(store: Store, department_id: str) -> Department:
    document = await store[DEPARTMENTS].find_one({"_id": department_id})
    if document is None:
        raise Problem(404, f"there is no department {department_id}")
    return department_from(document)


async def _colleagues(store: Store, person_id: str) -> list[tuple[str, str]]:
    """Everybody else as the options of a choice, the first of them nobody."""
    query = {"active": True, "_id": {"$ne": person_id}}
    found = store[PEOPLE].find(query, sort=[("name", 1), ("_id", 1)], limit=CHOSEN_AMONG)
    people = [person_from(each) async for each in found]
    return [(each.id, f"{each.name} ({each.id})" if each.name else each.id) for each in people]


async def _names(store: Store) -> dict[str, str]:
    found = store[PEOPLE].find({}, {"name": 1, "address": 1}, limit=CHOSEN_AMONG)
    return {each["_id"]: each.get("name") or each["_id"] async for each in found}


def _today(request: Request) -> Any:
    return now().astimezone(request.app.state.settings.zone).date()
