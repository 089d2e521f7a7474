"""What was typed into a form of these pages, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from kit.http.commands import Command
from kit.http.problems import Problem, from_validation
from kit.store import Work

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


@dataclass(slots=True)
class Typed:
    """The fields as they were typed, and the mistakes as pairs of field and words."""

    fields: dict[str, str] = field(default_factory=dict)
    mistakes: list[tuple[str, str]] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        return self.fields.get(name, default)

    def error(self, name: str) -> str | None:
        return dict(self.mistakes).get(name)

    @property
    def status(self) -> int:
        return 422 if self.mistakes else 200

    def expect(self, version: int) -> None:
        """Hold the form to what its author saw. Raises Problem when somebody changed it meanwhile."""
        if self.get("version") != str(version):
            raise Problem(412, "somebody else changed this meanwhile; open the page again and repeat the change")


async def typed(request: Request) -> Typed:
    return Typed({name: value.strip() for name, value in (await request.form()).items() if isinstance(value, str)})


def model_of(model: type[M], facts: dict[str, Any]) -> M:
    """The model of these facts. Raises Problem naming each field that is wrong."""
    try:
        return model.model_validate(facts)
    except ValidationError as error:
        raise from_validation(error) from None


async def done(form: Typed, command: Command, change: Callable[[Work], Awaitable[T]]) -> T | None:
    """Do `change` in one unit of work; None when a field is wrong, with the reasons in `form.mistakes`."""
    actor = command.person.user if command.person else None
    try:
        return await command.store.transact(change, actor=actor)
    except Problem as problem:
        if not problem.errors:
            raise
        form.mistakes = [(error.field, f"{error.message}; {error.mend}") for error in problem.errors]
        return None
