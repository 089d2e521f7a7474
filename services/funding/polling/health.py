"""How a source of calls is set and how it is doing: when it last gave something, how much, and what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, Field

from contracts.funding import SourceFailedV1, SourceRecoveredV1
from contracts.registry import Event
from services.funding.polling.runs import RejectedRow, Totals, Verdict

SOONEST_RETRY = timedelta(hours=1)
Kind = Literal["built_in", "feed", "common_grants"]


class SourceHealth(BaseModel):
    """One source: its settings, and its health after the last run.

    `address`: where it stands instead of its usual place. `rows` and `shape` are those of the last good run;
    `enabled`: whether it is polled by itself.
    """

    source: str
    licence: str
    kind: Kind = "built_in"
    title: str | None = None
    address: str | None = None
    every_minutes: int | None = None
    intermediate: str | None = Field(default=None, description="A certificate (PEM) its server forgets to send.")
    enabled: bool = False
    asked_by: str | None = Field(default=None, description="Who wants it read at once.")
    asked_afresh: bool = False
    last_run: str | None = None
    last_read_at: AwareDatetime | None = None
    last_success_at: AwareDatetime | None = None
    rows: int = 0
    failure: str | None = None
    reason: str | None = None
    rejected: list[RejectedRow] = []
    rejected_count: int = 0
    drift: list[str] = []
    robots: str | None = None
    shape: dict[str, float] = {}
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    def is_due(self, every: timedelta, now: datetime) -> bool:
        """Whether to poll it now: a person asked, or it is switched on and its time has come."""
        if self.asked_by is not None:
            return True
        if not self.enabled:
            return False
        if self.every_minutes is not None:
            every = timedelta(minutes=self.every_minutes)
        if self.failure in ("unreachable", "interrupted"):
            every = min(every, SOONEST_RETRY)
        return self.last_read_at is None or self.last_read_at + every <= now

    def ask(self, by: str, *, afresh: bool = False) -> Self:
        """Have it read at the next turn, whether or not it is switched on."""
        return self.model_copy(update={"asked_by": by, "asked_afresh": afresh})

    def set(self, changes: Mapping[str, Any]) -> Self:
        """Other settings; switched on, it is due at once. Raises pydantic's ValidationError for what does not fit."""
        checked = type(self).model_validate({**self.model_dump(), **changes})
        begins = {"last_read_at": None} if checked.enabled and not self.enabled else {}
        return self.model_copy(update={name: getattr(checked, name) for name in changes} | begins)

    def began(self, run: str, now: datetime) -> Self:
        return self.model_copy(update={"last_run": run, "last_read_at": now, "asked_by": None, "asked_afresh": False})

    def interrupted(self, by: str | None, reason: str) -> Self:
        """The health after its run was cut off: whoever asked for it is still waiting."""
        return self.model_copy(update={"failure": "interrupted", "reason": reason, "asked_by": by})

    def ended(self, totals: Totals, verdict: Verdict, now: datetime) -> Self:
        """The health after a run or a push; a failure, and its end, is told to whoever listens."""
        update: dict[str, Any] = {
            "last_read_at": self.last_read_at or now,
            "failure": verdict.failure,
            "reason": verdict.reason,
            "rejected": totals.rejected,
            "rejected_count": totals.rejected_count,
            "drift": verdict.drift,
        }
        if verdict.gave_rows:
            update["last_success_at"] = now
        if verdict.counts:
            update |= {"rows": totals.rows, "shape": totals.shares_after(self.shape)}
        if verdict.failure == "zero_rows":
            update["rows"] = 0
        after = self.model_copy(update=update)
        if verdict.failure == "cancelled":
            return after
        if verdict.failure is None:
            return after if self.failure in (None, "cancelled") else after._recovered(self.failure, totals, now)
        return after._told(totals, verdict, now)

    def _recovered(self, failure: str, totals: Totals, now: datetime) -> Self:
        said = SourceRecoveredV1(source=self.source, after=failure, rows=totals.seen, occurred_at=now)
        return self.model_copy(update={"events": [*self.events, said]})

    def _told(self, totals: Totals, verdict: Verdict, now: datetime) -> Self:
        said = SourceFailedV1(
            source=self.source,
            kind=verdict.failure or "unknown",
            reason=verdict.reason or "",
            rows=totals.seen,
            rejected=totals.rejected_count,
            occurred_at=now,
        )
        return self.model_copy(update={"events": [*self.events, said]})
