"""What coordinators arrange about people and departments, and what everybody arranges about themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.values import LocalText
from kit.clock import uuid7
from kit.http.problems import Problem, field_error
from kit.store import Work
from services.notifications.people.department import Department, Organisation
from services.notifications.people.person import Absence, Day, Language, Person
from services.notifications.people.store import (
    DEPARTMENTS,
    ORGANISATION,
    PEOPLE,
    department_from,
    kept,
    members,
    person_from,
)

ABSENCES = 50
LONGEST = timedelta(days=3 * 366)

_Id = Field(default=None, max_length=200)


class PersonForm(BaseModel):
    """What is arranged about a person; what is left out stays. Null takes a department or a deputy away."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(default="", max_length=200)
    language: Language = "sl"
    department: str | None = _Id
    deputy: str | None = _Id
    answer_hours: int | None = Field(default=None, ge=1, le=400)
    active: bool = True


class NewPersonForm(PersonForm):
    """Somebody who need not have signed in yet."""

    address: str = Field(min_length=3, max_length=254)


class OwnForm(BaseModel):
    """What everybody arranges for themselves."""

    model_config = ConfigDict(extra="forbid")
    deputy: str | None = _Id


class AbsenceForm(BaseModel):
    """Days away, the first and the last among them. `deputy`: who stands in; null: the usual one."""

    model_config = ConfigDict(extra="forbid")
    first: Day
    last: Day
    deputy: str | None = _Id


class DepartmentForm(BaseModel):
    """`also`: other names the plan or the funding board call it by. `head`: the id of a person."""

    model_config = ConfigDict(extra="forbid")
    name: LocalText
    also: tuple[str, ...] = Field(default=(), max_length=50)
    head: str | None = _Id


class OrganisationForm(BaseModel):
    """`director`: the id of the person asked last. `answer_hours`: working hours to answer within."""

    model_config = ConfigDict(extra="forbid")
    director: str | None = _Id
    answer_hours: int = Field(default=8, ge=1, le=400)


async def loaded(person_id: str, work: Work) -> Person:
    document = await work.get(PEOPLE, person_id)
    if document is None:
        raise Problem(404, f"nobody is known by the id {person_id}")
    return person_from(document)


async def add_person(form: NewPersonForm, work: Work) -> Person:
    """Somebody new, known by their address. Raises Problem when they are known already."""
    address = form.address.strip()
    if await work.get(PEOPLE, address) is not None:
        raise Problem.at("address", "this address is known already", "open that person's page instead", 409)
    new = _built({"id": address, "address": address, "version": 1, **form.model_dump(exclude={"address"})})
    return await _saved(new, work)


async def edit_person(person: Person, form: PersonForm | OwnForm, work: Work) -> Person:
    changes = form.model_dump(exclude_unset=True)
    edited = _built({**person.model_dump(), **changes, "version": person.version + 1})
    return await _saved(edited, work)


async def add_absence(person: Person, form: AbsenceForm, work: Work) -> Person:
    """Raises Problem when the days are the wrong way round, or lie within another absence."""
    if form.last - form.first > LONGEST:
        raise Problem.at("last", "an absence of more than three years is a mistyped year", "correct it")
    for each in person.absences:
        if form.first <= each.last and each.first <= form.last:
            mend = "take that one away first, or choose other days"
            raise Problem.at("first", "another absence covers some of these days", mend)
    if len(person.absences) >= ABSENCES:
        raise Problem.at("first", f"there are {ABSENCES} absences", "take away those that are over")
    try:
        new = Absence(id=uuid7(), **form.model_dump())
    except ValidationError:
        raise Problem.at("last", "the last day lies before the first", "give the last day of the absence") from None
    absences = tuple(sorted((*person.absences, new), key=lambda each: each.first))
    edited = person.model_copy(update={"absences": absences, "version": person.version + 1})
    return await _saved(edited, work, deputy=form.deputy)


async def drop_absence(person: Person, absence_id: str, work: Work) -> Person:
    left = tuple(each for each in person.absences if each.id != absence_id)
    if len(left) == len(person.absences):
        raise Problem(404, f"{person.id} has no absence {absence_id}")
    edited = person.model_copy(update={"absences": left, "version": person.version + 1})
    work.put(PEOPLE, kept(edited))
    return edited


async def department_of(department_id: str, work: Work) -> Department | None:
    document = await work.get(DEPARTMENTS, department_id)
    return None if document is None else department_from(document)


async def put_department(department_id: str, form: DepartmentForm, held: Department | None, work: Work) -> Department:
    """A new department, or one as it is now. Raises Problem for a name that another goes by."""
    version = held.version + 1 if held else 1
    try:
        put = Department(id=department_id, version=version, **form.model_dump())
    except ValidationError as error:
        raise Problem(422, "the department is not valid", [field_error(each) for each in error.errors()]) from None
    for field, name in (("name_sl", put.name.sl), ("name_en", put.name.en)):
        if not name.strip():
            raise Problem.at(field, "the name is missing", "write how the department is called")
    for each in map(department_from, await work.find(DEPARTMENTS, {"_id": {"$ne": department_id}})):
        taken = next((name for name in (put.name.sl, put.name.en, *put.also) if each.goes_by(name)), None)
        if taken is not None:
            raise Problem.at("also", f"{each.id} goes by {taken!r}", "leave the name out here or there")
    await _known(work, "head", put.head)
    work.put(DEPARTMENTS, kept(put))
    return put


async def drop_department(department: Department, work: Work) -> None:
    """Raises Problem while somebody belongs to it."""
    people = await members(work, department=department.id)
    if people:
        raise Problem(409, f"{len(people)} people belong to {department.id}; give them another department first")
    work.delete(DEPARTMENTS, department.id)


async def organisation_in(work: Work) -> Organisation:
    document = await work.get(ORGANISATION, "organisation")
    return Organisation() if document is None else Organisation.model_validate(document)


async def put_organisation(form: OrganisationForm, held: Organisation, work: Work) -> Organisation:
    await _known(work, "director", form.director)
    put = Organisation(version=held.version + 1, **form.model_dump())
    work.put(ORGANISATION, kept(put))
    return put


def _built(facts: dict[str, Any]) -> Person:
    try:
        return Person.model_validate(facts)
    except ValidationError as error:
        raise Problem(422, "the person is not valid", [field_error(each) for each in error.errors()]) from None


async def _saved(person: Person, work: Work, *, deputy: str | None = None) -> Person:
    """Store a person whose deputy is another one that is known, in a department that is known."""
    for named in {person.deputy, deputy} - {None}:
        if named == person.id:
            raise Problem.at("deputy", "nobody stands in for themselves", "choose somebody else, or nobody")
        await _known(work, "deputy", named)
    if person.department is not None and await department_of(person.department, work) is None:
        known = ", ".join(sorted(each["_id"] for each in await work.find(DEPARTMENTS, {}))) or "none yet"
        raise Problem.at("department", f"there is no department {person.department}", f"known: {known}")
    work.put(PEOPLE, kept(person))
    return person


async def _known(work: Work, field: str, person_id: str | None) -> None:
    if person_id is None:
        return
    document = await work.get(PEOPLE, person_id)
    if document is None or not document["active"]:
        raise Problem.at(field, "this person is not known here, or has left", "choose another, or add them first")
