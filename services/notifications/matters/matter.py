"""What an alert tells of when it is not a call: an application, a task, an activity, a source, a webhook."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, field_validator

from contracts.values import Code, LocalText, PartialDate, Value

HOME: Final = ZoneInfo("Europe/Ljubljana")
_END_OF_DAY: Final = time(23, 59, 59)


class Fact(Value):
    """One thing worth knowing, in both languages."""

    label: LocalText
    value: LocalText


class Matter(Value):
    """One thing that something happened to, in words that need no further look-up."""

    type: Code = Field(description="Known: application, activity, risk, decision, obligation, threshold, source.")
    id: str
    title: LocalText = Field(description="What it is called, without what happened to it.")
    what: LocalText = Field(description="What happened, in one sentence.")
    path: str = Field(description="Path of its page, such as '/funding/applications/019a...'.")
    since: AwareDatetime = Field(description="When it happened, or began.")
    why: LocalText = Field(description="Why somebody hears of it.")
    leads: str | None = Field(default=None, description="Who answers for it; null while nobody is named.")
    department: str | None = Field(default=None, description="The department that leads it; null if none does.")
    due: PartialDate | None = Field(default=None, description="By when something is to be done, as exactly as known.")
    due_at: AwareDatetime | None = Field(default=None, description="The same to the second, where an hour is stated.")
    facts: tuple[Fact, ...] = ()
    times: int = Field(default=1, description="How often it happened since; the alert tells of all of them.")

    @field_validator("path")
    @classmethod
    def _is_a_page_of_ours(cls, path: str) -> str:
        if not path.startswith("/") or path.startswith("//") or not path.isprintable() or set(path) & set(' <>"\\'):
            raise ValueError(f"path {path!r} is no path of ours; write one such as /funding/sources")
        return path

    @property
    def deadline(self) -> datetime | None:
        """The last moment in which it is still in time."""
        if self.due_at is not None or self.due is None:
            return self.due_at
        return datetime.combine(self.due.last_day(), _END_OF_DAY, HOME)
