"""What is kept of people, departments and the organisation, and who belongs to what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kit.store import Collection, Index, Store, Work
from services.notifications.people.department import Department, Organisation
from services.notifications.people.person import Person

PEOPLE = Collection("people", indexes=[Index([("department", 1)]), Index([("roles", 1)])])
DEPARTMENTS = Collection("departments")
ORGANISATION = Collection("organisation")

ALL = [PEOPLE, DEPARTMENTS, ORGANISATION]


def kept(value: Person | Department | Organisation) -> dict[str, Any]:
    fields = value.model_dump(mode="python")
    return {"_id": fields["id"], **fields}


def person_from(document: dict[str, Any]) -> Person:
    return Person.model_validate(document)


def department_from(document: dict[str, Any]) -> Department:
    return Department.model_validate(document)


async def members(work: Work, *, department: str | None = None, role: str | None = None) -> list[Person]:
    """Those who have not left, of a department (its id or a name it goes by) and of a role, in the order of ids."""
    query: dict[str, Any] = {"active": True}
    if department is not None:
        known = await department_called(work, department)
        if known is None:
            return []
        query["department"] = known.id
    if role is not None:
        query["roles"] = role
    return [person_from(each) for each in await work.find(PEOPLE, query, sort=[("_id", 1)])]


async def named(work: Work, *, people: Iterable[str] = (), departments: Iterable[str] = ()) -> list[Person]:
    """Those who are called so, by id or by name, and the members of these departments; none who has left, each once."""
    found = [person for name in people for person in await _called(name, work)]
    for name in departments:
        found += await members(work, department=name)
        found += await _called(name, work)
    return list({person.id: person for person in found if person.active}.values())


async def _called(name: str, work: Work) -> list[Person]:
    return [person_from(each) for each in await work.find(PEOPLE, {"$or": [{"_id": name}, {"name": name}]})]


async def department_called(work: Work, name: str) -> Department | None:
    """The department of that id or name."""
    found = [department_from(each) for each in await work.find(DEPARTMENTS, {})]
    return next((each for each in found if each.id == name), None) or next(
        (each for each in found if each.goes_by(name)), None
    )


async def departments(store: Store) -> list[Department]:
    """All of them, in the order of their ids."""
    return [department_from(each) async for each in store[DEPARTMENTS].find({}, sort=[("_id", 1)])]


async def person(store: Store, person_id: str) -> Person | None:
    document = await store[PEOPLE].find_one({"_id": person_id})
    return None if document is None else person_from(document)


async def organisation(store: Store) -> Organisation:
    document = await store[ORGANISATION].find_one({"_id": "organisation"})
    return Organisation() if document is None else Organisation.model_validate(document)
