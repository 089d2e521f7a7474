"""People and their roles, and the dependency by which a route asks for a right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from fastapi import Depends, Request

from kit.http.problems import Problem

Role = Literal["viewer", "editor", "funding-officer", "coordinator", "approver", "integrator", "operator"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in. `user` is the stable id, an e-mail address in the embedded mode."""

    user: str
    name: str
    roles: frozenset[str]
    municipality: str
    language: str = "sl"

    def may(self, *roles: Role) -> bool:
        return bool(self.roles & set(roles))


# In the embedded mode anybody at the machine may sign in as one of these.
DEMO_PEOPLE = {
    person.user: person
    for person in (
        Person("officer@idrija.example", "Maja Kavčič", frozenset({"viewer", "editor", "funding-officer"}), "idrija"),
        Person("coordinator@idrija.example", "Tomaž Lapajne", frozenset({"viewer", "editor", "coordinator"}), "idrija"),
        Person("approver@idrija.example", "Nataša Rupnik", frozenset({"viewer", "approver"}), "idrija"),
        Person("integrator@idrija.example", "Jan Integrator", frozenset({"viewer", "integrator"}), "idrija", "en"),
        Person("operator@idrija.example", "Olga Operater", frozenset({"viewer", "operator"}), "idrija", "en"),
        Person("viewer@idrija.example", "Vida Bralec", frozenset({"viewer"}), "idrija"),
    )
}


def person_of(request: Request) -> Person | None:
    person: Person | None = getattr(request.state, "person", None)
    return person


def require(*roles: Role) -> Any:
    """A dependency that lets in whoever has one of `roles`; without roles, whoever is signed in."""

    def check(request: Request) -> Person:
        person = person_of(request)
        if person is None:
            raise Problem(401, "sign in, or send a bearer token", headers={"WWW-Authenticate": "Bearer"})
        if roles and not person.may(*roles):
            raise Problem(403, f"this needs the role {' or '.join(roles)}; {person.user} has {_list(person.roles)}")
        return person

    return Depends(check)


def _list(roles: frozenset[str]) -> str:
    return ", ".join(sorted(roles)) or "none"


Anybody = Annotated[Person | None, Depends(person_of)]
Check = Callable[[Request], Person]
