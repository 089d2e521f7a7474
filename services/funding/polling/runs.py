"""One run of a source: what it gave, portion by portion, and the verdict at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import AwareDatetime, BaseModel

from services.funding.polling.drift import drift_between, known_fields, mute_fields
from services.funding.sources.source import Lost, Reading, Rejected

KEPT_REJECTIONS = 50
KEPT_LOSSES = 20
State = Literal["running", "done", "failed", "partial", "cancelled", "interrupted"]


class RejectedRow(BaseModel):
    """One row that gave no call."""

    row: str
    reason: str
    field: str | None = None
    mend: str


class LostPage(BaseModel):
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run amounts to. `failure`: unreachable, malformed, zero_rows, partial, interrupted, cancelled or None."""

    failure: str | None = None
    reason: str | None = None
    drift: list[str] = field(default_factory=list)
    gave_rows: bool = False
    counts: bool = False

    @property
    def state(self) -> State:
        match self.failure:
            case None:
                return "done"
            case "partial":
                return "partial"
            case "cancelled":
                return "cancelled"
            case "interrupted":
                return "interrupted"
            case _:
                return "failed"


@dataclass(slots=True)
class Totals:
    """What the portions of one run gave together; the few rejected rows and lost pages that are kept are the first."""

    seen: int = 0
    merged: int = 0
    signals: int = 0
    new_signals: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    expected: int | None = None
    rejected_count: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    lost_count: int = 0
    lost: list[LostPage] = field(default_factory=list)
    pages_unchanged: int = 0
    details_unchanged: int = 0
    shape: Counter[str] = field(default_factory=Counter)
    mute: set[str] = field(default_factory=set)

    @property
    def rows(self) -> int:
        """Calls and signals the run gave."""
        return self.new + self.changed + self.unchanged + self.signals

    @property
    def shares(self) -> dict[str, float]:
        """In what share of the rows each field was found."""
        return {name: round(count / self.seen, 3) for name, count in sorted(self.shape.items())} if self.seen else {}

    def add(self, reading: Reading) -> None:
        self.seen += reading.seen
        self.merged += reading.merged
        self.signals += len(reading.signals)
        if reading.expected is not None:
            self.expected = max(self.expected or 0, reading.expected)
        self.reject(reading.rejected)
        self.shape.update(reading.shape)
        self.shape.update(known_fields(reading.calls))
        self.mute |= mute_fields(reading.calls)

    def reject(self, rows: Sequence[Rejected]) -> None:
        self.rejected_count += len(rows)
        room = KEPT_REJECTIONS - len(self.rejected)
        self.rejected += [
            RejectedRow(row=each.row, reason=each.reason, field=each.field, mend=each.mend) for each in rows[:room]
        ]

    def lose(self, lost: Lost) -> None:
        self.lost_count += 1
        if len(self.lost) < KEPT_LOSSES:
            self.lost.append(LostPage(url=lost.url, reason=lost.reason))

    def verdict(self, name: str, *, may_be_empty: bool, before: Mapping[str, float], rows_before: int) -> Verdict:
        """The verdict on a run that came to its end. `before`: the shares of the last good run.

        No row at all is a failure unless the source may be empty, or said that nothing changed.
        """
        expected = {name: share for name, share in before.items() if name not in self.mute}
        drift = drift_between(expected, self.shares, self.seen)
        if self.lost_count:
            pages = "1 page" if self.lost_count == 1 else f"{self.lost_count} pages"
            reason = f"{name} did not give {pages}: {self.lost[0].reason}"
            return Verdict("partial", reason, drift, gave_rows=self.rows > 0)
        if self.expected is not None and self.seen < self.expected:
            reason = f"{name} announced {self.expected} rows and gave {self.seen}"
            return Verdict("partial", reason, drift, gave_rows=self.rows > 0)
        if self.seen == 0 and self.pages_unchanged:
            return Verdict(gave_rows=True)
        if self.seen == 0 and not may_be_empty:
            return Verdict("zero_rows", f"{name} had {rows_before} calls at its last reading and has no row at all now")
        return Verdict(drift=drift, gave_rows=True, counts=self.pages_unchanged == self.details_unchanged)

    def shares_after(self, before: Mapping[str, float]) -> dict[str, float]:
        """The shares to compare the next run with: of facts some rows could not speak of, those `before` still hold."""
        return {**self.shares, **{name: share for name, share in before.items() if name in self.mute}}


class Run(BaseModel):
    """One run as it is stored and shown."""

    run_id: str
    source: str
    by: str | None = None
    afresh: bool = False
    state: State = "running"
    began_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    cancel: bool = False
    failure: str | None = None
    reason: str | None = None
    seen: int = 0
    expected: int | None = None
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    merged: int = 0
    signals: int = 0
    new_signals: int = 0
    requests: int = 0
    pages_unchanged: int = 0
    rejected_count: int = 0
    rejected: list[RejectedRow] = []
    lost_count: int = 0
    lost: list[LostPage] = []
    missing_count: int | None = None
    missing: list[str] = []
    drift: list[str] = []
