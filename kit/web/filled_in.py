"""A form of a page: what was typed, and what is wrong with it in the reader's language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from kit.auth.people import Person
from kit.http.commands import Command
from kit.http.problems import FieldError, Problem, field_error
from kit.store import Work
from kit.web.i18n import language_of
from kit.web.refusals import Refusals

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


@dataclass(slots=True)
class Filled:
    """The fields as they were typed, by name (one may come several times), and the mistakes: field and words."""

    typed: dict[str, list[str]] = field(default_factory=dict)
    mistakes: list[tuple[str, Any]] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        return next(iter(self.typed.get(name, ())), default)

    def every(self, name: str) -> list[str]:
        return self.typed.get(name, [])

    def lines(self, name: str) -> list[str]:
        """The lines of a text that hold something."""
        return [line.strip() for line in self.get(name).splitlines() if line.strip()]

    @property
    def wrong(self) -> dict[str, Any]:
        return dict(self.mistakes)

    @property
    def status(self) -> int:
        return 422 if self.mistakes else 200

    def expect(self, version: int) -> None:
        """Hold the form to what its author saw. Raises Problem when somebody changed it meanwhile."""
        if self.get("version") != str(version):
            raise Problem(412, "somebody else changed this meanwhile; open the page again and repeat the change")


async def filled(request: Request) -> Filled:
    """The sent form; an uploaded file is not part of it."""
    form = Filled()
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            form.typed.setdefault(name, []).append(value.strip())
    return form


def built(model: type[M], facts: dict[str, Any]) -> M:
    """The model of these facts; what they leave empty is left out. Raises Problem naming each field."""
    try:
        return model.model_validate({name: value for name, value in facts.items() if value not in (None, "")})
    except ValidationError as error:
        raise Problem(422, "the form is not complete", [_wrong(each) for each in error.errors()]) from None


async def attempt(
    form: Filled, request: Request, command: Command, person: Person, change: Callable[[Work], Awaitable[T]]
) -> T | None:
    """Do `change` in one unit of work; None when a field is wrong, with the reasons in `form.mistakes`."""
    try:
        return await command.store.transact(change, actor=person.user)
    except Problem as problem:
        if not problem.errors:
            raise
        words: Refusals = request.app.state.pages.refusals[language_of(request)]
        form.mistakes += [(_place(each.field), words.mistake(each.message, each.mend)) for each in problem.errors]
    return None


def _wrong(error: Any) -> FieldError:
    told = field_error(error)
    empty = error["type"] in {"missing", "string_too_short"}
    return FieldError(told.field, "this field is empty", "give it a value") if empty else told


def _place(path: str) -> str:
    """The field on the page in which a part of it went wrong."""
    return path.partition(".")[0]
