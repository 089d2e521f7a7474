"""What happened to a matter, and whom it concerns beside those who ask for such news."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from pydantic import AwareDatetime, Field

from contracts.values import Code, LocalText, Money, Value
from services.notifications.kinds import AlertKind
from services.notifications.matters.matter import HOME, Fact, Matter
from services.notifications.people.person import Language
from services.notifications.wording import moment, money

_BOTH: Final[tuple[Language, Language]] = ("sl", "en")


class Telling(Value):
    """One piece of news. `people` and `departments` are named as the event names them: by id or by name.

    `lasting`: it holds until its end is told, so the same again meanwhile is counted and not told anew.
    `reminder`: it is told again and again until somebody takes care of it. `instead`: who hears of it when nobody
    named is known here.
    """

    kind: AlertKind
    matter: Matter
    occasion: str = Field(description="What sets it apart from other news of this kind about the same matter.")
    people: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    instead: str | None = Field(default=None, description="A role, such as coordinator.")
    by: str | None = Field(default=None, description="Who did it: they know.")
    actions: tuple[str, ...] = Field(default=(), description="Numbers of the plan's actions that it touches.")
    activities: tuple[str, ...] = Field(default=(), description="Numbers and ids of activities that it touches.")
    lasting: bool = False
    reminder: bool = False
    over: bool = Field(default=False, description="Its end was heard of already.")


class Ending(Value):
    """A lasting matter is over: what was told of it is closed without a further mail."""

    kind: AlertKind
    type: Code
    id: str
    what: LocalText
    at: AwareDatetime


def both(say: Callable[[Language], str]) -> LocalText:
    """The same said in both languages."""
    return LocalText(sl=say("sl"), en=say("en"))


def plain(text: str) -> LocalText:
    """A name or somebody's own words, which are not translated."""
    return LocalText(sl=text, en=text)


def moment_said(value: datetime) -> LocalText:
    """A moment on the town's clocks, in both languages: what is told need not know who will read it."""
    return both(lambda language: moment(value, HOME, language))


def amount(value: Money | None) -> LocalText | None:
    """Money in both languages; None where it is not known."""
    return None if value is None else both(lambda language: money(value, language))


def fact(sl: str, en: str, value: LocalText | str | None) -> tuple[Fact, ...]:
    """One fact, or none where nothing is known."""
    if value is None:
        return ()
    return (Fact(label=LocalText(sl=sl, en=en), value=plain(value) if isinstance(value, str) else value),)


def matter(type_: str, id_: str, path: str, since: datetime, **words: Any) -> Matter:
    return Matter(type=type_, id=id_, path=path, since=since, **words)
