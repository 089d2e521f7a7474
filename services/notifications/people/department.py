"""A department of the municipality, and who heads the whole."""

from __future__ import annotations

from pydantic import Field

from contracts.values import LocalText, Value


class Department(Value):
    """A department or body. The plan and the funding board know it by its name or by one of `also`."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    version: int = 0
    name: LocalText
    also: tuple[str, ...] = Field(default=(), description="Other names it goes by, such as the plan's.")
    head: str | None = Field(default=None, description="Id of the person who heads it.")

    def goes_by(self, name: str) -> bool:
        """Whether it is meant by a name, however its letters are cased and spaced."""
        return folded(name) in {folded(each) for each in (self.id, self.name.sl, self.name.en, *self.also)}


class Organisation(Value):
    """What holds for everybody: who heads the municipality, and how long an answer may take."""

    id: str = "organisation"
    version: int = 0
    director: str | None = Field(default=None, description="Id of the person who is asked last.")
    answer_hours: int = Field(default=8, ge=1, le=400, description="Working hours to answer an alert within.")


def folded(name: str) -> str:
    return " ".join(name.split()).casefold()
