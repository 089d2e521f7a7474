"""HTTP: people with their department, deputy and absences; departments with their heads; who is asked last."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from kit.auth.people import Person as SignedIn
from kit.auth.people import require
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import Problem
from kit.store import Work
from kit.store.letters import holding
from services.notifications.people import editing
from services.notifications.people.editing import (
    AbsenceForm,
    DepartmentForm,
    NewPersonForm,
    OrganisationForm,
    PersonForm,
)
from services.notifications.people.knowing import know
from services.notifications.people.person import Person
from services.notifications.people.store import DEPARTMENTS, PEOPLE, organisation

router = APIRouter()

Somebody = Annotated[SignedIn, require()]
Colleague = Annotated[SignedIn, require("coordinator", "funding-officer", "operator")]
Coordinator = Annotated[SignedIn, require("coordinator")]


def wanted(q: str = "", department: str = "", role: str = "") -> dict[str, Any]:
    """The query for people whose name or address holds `q`, č found by c, of a department and of a role."""
    query: dict[str, Any] = {}
    if q.strip():
        query["$or"] = [{"name": holding(q.strip())}, {"address": holding(q.strip())}]
    if department:
        query["department"] = department
    if role:
        query["roles"] = role
    return query


@router.get("/people", summary="Who is known here, by id.")
async def list_people(
    store: Stored,
    person: Colleague,
    page: Paging,
    q: Annotated[str, Query(max_length=200, description="Part of a name or an address.")] = "",
    department: Annotated[str, Query(max_length=40)] = "",
    role: Annotated[str, Query(max_length=40)] = "",
) -> dict[str, Any]:
    return await page_of(store[PEOPLE], wanted(q, department, role), page)


@router.post("/people", status_code=201, summary="Add somebody who has not signed in yet.")
async def post_person(form: NewPersonForm, command: Commanding, person: Coordinator) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return (await editing.add_person(form, work)).model_dump(mode="json")

    return await command.run(change, status=201, etag=True)


@router.get("/people/{person_id}", summary="One person; `me` is yourself.")
async def get_person(person_id: str, command: Commanding, person: Somebody) -> Any:
    async def read(work: Work) -> dict[str, Any]:
        return (await _theirs(person_id, person, work, read=True)).model_dump(mode="json")

    return await command.run(read, etag=True)


@router.patch("/people/{person_id}", summary="Name, department, deputy, time to answer, and whether they have left.")
async def patch_person(person_id: str, form: PersonForm, command: Commanding, person: Coordinator) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        held = await editing.loaded(person_id, work)
        command.expect_version(held.version)
        return (await editing.edit_person(held, form, work)).model_dump(mode="json")

    return await command.run(change, etag=True)


@router.put("/people/{person_id}/deputy", summary="Who stands in for you, or as coordinator for somebody.")
async def put_deputy(person_id: str, form: editing.OwnForm, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        held = await _theirs(person_id, person, work)
        command.expect_version(held.version)
        return (await editing.edit_person(held, form, work)).model_dump(mode="json")

    return await command.run(change, etag=True)


@router.post("/people/{person_id}/absences", status_code=201, summary="Days away: your own, or as coordinator.")
async def post_absence(person_id: str, form: AbsenceForm, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        held = await _theirs(person_id, person, work)
        return (await editing.add_absence(held, form, work)).model_dump(mode="json")

    return await command.run(change, status=201, etag=True)


@router.delete("/people/{person_id}/absences/{absence_id}", summary="Take an absence away.")
async def delete_absence(person_id: str, absence_id: str, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        held = await _theirs(person_id, person, work)
        return (await editing.drop_absence(held, absence_id, work)).model_dump(mode="json")

    return await command.run(change, etag=True)


@router.get("/departments", summary="Departments with their heads, by id.")
async def list_departments(store: Stored, person: Somebody, page: Paging) -> dict[str, Any]:
    return await page_of(store[DEPARTMENTS], {}, page)


@router.put("/departments/{department_id}", summary="A new department, or (with If-Match) one as it is now.")
async def put_department(department_id: str, form: DepartmentForm, command: Commanding, person: Coordinator) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        held = await editing.department_of(department_id, work)
        if held is not None:
            command.expect_version(held.version)
        return (await editing.put_department(department_id, form, held, work)).model_dump(mode="json")

    return await command.run(change, etag=True)


@router.delete("/departments/{department_id}", summary="Take away a department that nobody belongs to.")
async def delete_department(department_id: str, command: Commanding, person: Coordinator) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        held = await editing.department_of(department_id, work)
        if held is None:
            raise Problem(404, f"there is no department {department_id}")
        command.expect_version(held.version)
        await editing.drop_department(held, work)
        return {"id": department_id}

    return await command.run(change)


@router.get("/organisation", summary="Who is asked last, and how long an answer may take.")
async def get_organisation(store: Stored, person: Somebody) -> dict[str, Any]:
    return (await organisation(store)).model_dump(mode="json")


@router.put("/organisation", summary="Say who is asked last, and how long an answer may take.")
async def put_organisation(form: OrganisationForm, command: Commanding, person: Coordinator) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        held = await editing.organisation_in(work)
        command.expect_version(held.version)
        return (await editing.put_organisation(form, held, work)).model_dump(mode="json")

    return await command.run(change, etag=True)


async def _theirs(person_id: str, signed_in: SignedIn, work: Work, *, read: bool = False) -> Person:
    """The person of that id: oneself, or anybody for a coordinator (and, to read, for colleagues)."""
    if person_id in ("me", signed_in.user):
        return await know(signed_in, work)
    others = signed_in.may("coordinator") or (read and signed_in.may("funding-officer", "operator"))
    if not others:
        raise Problem(403, "others' absences and deputies are a coordinator's to arrange; yours are at /people/me")
    return await editing.loaded(person_id, work)
