"""What this service knows, as plain values: everything its figures are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from contracts.actions import ActionSummary
from contracts.funding import CallFacts
from contracts.sensors import Observation
from contracts.values import Money, PartialDate, Precision, Timing, Value

LIVE = ("open", "forecast")
# After this long without another failure or a call, nobody can say that a source still fails.
FAILURE_HOLDS_HOURS = 48


class PlanVersion(Value):
    """One version of a plan, in short. `waiting` is a newer version that nobody has approved yet."""

    plan_id: str
    version: int
    title: str
    approved: bool
    imported_at: AwareDatetime
    actions: list[ActionSummary]
    activities: int
    risks: int
    estimated: Money | None = None
    waiting: int | None = None


class Activity(Value):
    """One activity as one plan version states it, and how far it is. `stage_set_at` is None before anybody said."""

    activity_id: str
    number: str
    title: str
    title_sl: str | None = None
    action_number: str
    action_title: str
    action_title_sl: str | None = None
    estimated: Money | None = None
    timing: Timing = Timing()
    responsible: list[str] = []
    funding: str | None = None
    stage: str = "not_started"
    stage_set_at: AwareDatetime | None = None
    updated_at: AwareDatetime

    @property
    def reached(self) -> bool:
        """Whether what was promised is there: finished, or running for good."""
        return self.stage in {"completed", "continuous"}

    @property
    def ended(self) -> bool:
        return self.stage in {"completed", "cancelled"}

    @property
    def due(self) -> PartialDate | None:
        """The date of the promise: the due date, or the launch of what then goes on; None without a firm date."""
        match self.timing.kind:
            case "open_ended" | "ongoing":
                return None
            case "launch_then_ongoing":
                return self.timing.start or self.timing.due
            case _:
                return self.timing.due

    def stage_set_on(self, zone: ZoneInfo) -> date | None:
        return None if self.stage_set_at is None else self.stage_set_at.astimezone(zone).date()


class Call(Value):
    """A funding call and since when it is known."""

    facts: CallFacts
    published_at: AwareDatetime | None = None
    withdrawn: bool = False

    def status_at(self, now: datetime) -> str:
        """The source's status, except that a revoked call is withdrawn and one past its deadline is closed."""
        if self.withdrawn:
            return "withdrawn"
        past = self.facts.deadline is not None and self.facts.deadline < now
        return "closed" if past and self.facts.status in LIVE else self.facts.status


class Match(Value):
    """A call that fits an activity."""

    match_id: str
    call_id: str
    activity_id: str
    activity_number: str
    activity_title: str
    activity_title_sl: str | None = None
    score: int
    own_share: Money | None = None


class Commitment(Value):
    """Money committed to an activity."""

    commitment_id: str
    activity_id: str
    amount: Money
    source_class: str


class Source(Value):
    """A source of calls that failed, and when it last gave a call, if ever."""

    source: str
    kind: str
    reason: str
    failed_at: AwareDatetime
    heard_at: AwareDatetime | None = None

    def failing_at(self, now: datetime) -> bool:
        """Whether it still fails: a call heard since then says no, unless only a part had failed."""
        if (now - self.failed_at).total_seconds() > FAILURE_HOLDS_HOURS * 3600:
            return False
        return self.kind == "partial" or self.heard_at is None or self.heard_at <= self.failed_at


class Device(Value):
    """A device, and when it last observed something."""

    device_id: str
    name: str
    heard_at: AwareDatetime | None = None


class Series(Value):
    """What one device says about one property, with the newest reading that has a value."""

    series_id: str
    device_id: str
    observed_property: str
    unit: str
    latest: Observation | None = None


class FailedAlert(Value):
    """An alert that reached nobody, and that nobody has seen otherwise."""

    alert_id: str
    title: str
    reason: str
    failed_at: AwareDatetime


class CallToAlert(Value):
    """How long it took from a call to the first alert of it; `delivered_at` is None while none was delivered."""

    call_id: str
    published_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Everything one page or one set of figures rests on. `internal` is False where only public things were read."""

    internal: bool = True
    plan: PlanVersion | None = None
    activities: tuple[Activity, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    calls: tuple[Call, ...] = ()
    matches: tuple[Match, ...] = ()
    decided_calls: frozenset[str] = frozenset()
    sources: tuple[Source, ...] = ()
    devices: tuple[Device, ...] = ()
    series: tuple[Series, ...] = ()
    unacknowledged: int = 0
    failed_alerts: tuple[FailedAlert, ...] = ()
    alerted: tuple[CallToAlert, ...] = ()

    def committed_to(self, activity: Activity) -> list[Money]:
        return [each.amount for each in self.commitments if each.activity_id == activity.activity_id]

    def matches_of(self, call_id: str) -> list[Match]:
        """The fits of one call, best first."""
        own = [each for each in self.matches if each.call_id == call_id]
        return sorted(own, key=lambda each: (-each.score, each.activity_number))

    def waiting_matches(self, now: datetime) -> list[Match]:
        """Fits of calls that are still to come or open, on which nobody has decided."""
        live = {call.facts.call_id for call in self.calls if call.status_at(now) in LIVE}
        return [each for each in self.matches if each.call_id in live - self.decided_calls]

    @property
    def currency(self) -> str:
        """The currency that sums are made in: that of the plan."""
        return self.plan.estimated.currency if self.plan and self.plan.estimated else "EUR"


class Due(Value):
    """A date as precisely as it is known, and the last day it may mean."""

    value: str
    precision: Precision
    last_day: date

    @classmethod
    def of(cls, partial: PartialDate | None) -> Self | None:
        if partial is None:
            return None
        return cls(value=partial.value, precision=partial.precision, last_day=partial.last_day())

    @property
    def partial(self) -> PartialDate:
        return PartialDate(value=self.value)


Delivery = Literal["done", "late", "at_risk", "on_track", "none_due", "unknown", "cancelled"]
