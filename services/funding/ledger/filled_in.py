"""Forms of the ledger's pages: what was typed, what is wrong with it in the reader's language, and what it becomes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from kit.auth.people import Person
from kit.http.commands import Command
from kit.http.problems import Problem, field_error
from kit.store import Work
from kit.web.i18n import language_of
from kit.web.refusals import Refusals
from services.funding.ledger.refusal import Mistake, Refused

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

_MISSING_SL = "Izpolnite to polje."


@dataclass(slots=True)
class Filled:
    """The fields as they were typed, by name, and the mistakes as pairs of field and words."""

    typed: dict[str, str] = field(default_factory=dict)
    mistakes: list[tuple[str, Any]] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        return self.typed.get(name, default)

    @property
    def wrong(self) -> dict[str, Any]:
        return dict(self.mistakes)


async def filled(request: Request) -> Filled:
    """The sent form; an uploaded file is not part of it."""
    return Filled({name: value.strip() for name, value in (await request.form()).items() if isinstance(value, str)})


def built(model: type[M], facts: dict[str, Any]) -> M:
    """The model of these facts; what they leave empty is left out. Raises Refused naming each field."""
    try:
        return model.model_validate({name: value for name, value in facts.items() if value not in (None, "")})
    except ValidationError as error:
        raise Refused([_mistake(each) for each in error.errors()]) from None


async def attempt(
    form: Filled, request: Request, command: Command, person: Person, change: Callable[[Work], Awaitable[T]]
) -> T | None:
    """Do `change` in one unit of work; None when it was refused, with the reasons in `form.mistakes`."""
    try:
        return await command.store.transact(change, actor=person.user)
    except Refused as refused:
        form.mistakes += [(each.field, _words(each, request)) for each in refused.mistakes]
    except Problem as problem:
        if not problem.errors:
            raise
        words = _refusals(request)
        form.mistakes += [(each.field, words.mistake(each.message, each.mend)) for each in problem.errors]
    return None


def _words(mistake: Mistake, request: Request) -> Any:
    if mistake.sl is not None and language_of(request) == "sl":
        return mistake.sl
    return _refusals(request).mistake(mistake.message, mistake.mend)


def _refusals(request: Request) -> Refusals:
    found: Refusals = request.app.state.pages.refusals[language_of(request)]
    return found


def _mistake(error: Any) -> Mistake:
    told = field_error(error)
    empty = error["type"] in {"missing", "string_too_short"}
    return Mistake(told.field, told.message, told.mend, _MISSING_SL if empty else None)
