"""Series: what one device says about one property."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from contracts.registry import Event
from contracts.sensors import Observation, ReadingsCorrectedV1, ReadingsRecordedV1
from services.sensors.devices.rhythm import Rhythm
from services.sensors.identity import series_id
from services.sensors.quality.checks import StoredChecks
from services.sensors.quality.judging import Verdict
from services.sensors.readings import Reading
from services.sensors.thresholds.threshold import Crossing, Threshold

MOST_PER_EVENT = 500
RECENT = 12


class Series(BaseModel):
    """What one device says about one observed property, in one unit.

    `recent` holds the newest observations, oldest first, so that lists need no second query. `heard_at` is when the
    newest of them arrived, by our clock; `rhythm` how often such a thing happens.
    """

    id: str
    device_id: str
    observed_property: str
    unit: str
    count: int = 0
    first_time: datetime | None = None
    recent: list[Observation] = []
    heard_at: datetime | None = None
    rhythm: Rhythm | None = None
    activity_id: str | None = None
    thresholds: list[Threshold] = []
    checks: StoredChecks | None = None
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @classmethod
    def begun_by(cls, reading: Reading) -> Self:
        return cls(
            id=series_id(reading.device, reading.observed_property),
            device_id=reading.device,
            observed_property=reading.observed_property,
            unit=reading.unit,
        )

    @property
    def activities(self) -> list[str]:
        return [self.activity_id] if self.activity_id else []

    @property
    def last(self) -> Observation | None:
        return self.recent[-1] if self.recent else None

    def heard(self, newest: datetime, now: datetime) -> Self:
        """The series after a reading of the time `newest` arrived; itself when it has newer ones.

        What waited for us and arrives all at once was still measured at its times, and a day's readings sent together
        are one report: the longer of both gaps is the rhythm's.
        """
        if self.last is None:
            return self.model_copy(update={"heard_at": now})
        if newest <= self.last.time:
            return self
        gap = newest - self.last.time
        if self.heard_at is not None:
            gap = max(gap, now - self.heard_at)
        rhythm = self.rhythm.after(gap) if self.rhythm else Rhythm.begun_by(gap)
        return self.model_copy(update={"heard_at": now, "rhythm": rhythm})

    def judge(self, verdict: Verdict) -> tuple[Self, list[tuple[Threshold, Crossing]]]:
        """The series with its thresholds judged by what is new, and every crossing.

        Whether the newest reading is a spike shows with the next one: until then thresholds do not look at it.
        """
        if not self.thresholds:
            return self, []
        observations = verdict.over(self.recent)
        if self.checks is not None and self.checks.spikes:
            observations.pop()
        judged = [threshold.judge(observations) for threshold in self.thresholds]
        crossings = [(after, crossing) for after, crossed in judged for crossing in crossed]
        return self.model_copy(update={"thresholds": [after for after, _ in judged]}), crossings

    def record(self, fresh: Sequence[Observation]) -> Self:
        """The series with readings it did not have, oldest first, at most 500: one event speaks of them."""
        event = ReadingsRecordedV1(**self._speaking_of(fresh))
        oldest = fresh[0].time
        return self.model_copy(
            update={
                "count": self.count + len(fresh),
                "first_time": min(self.first_time or oldest, oldest),
                "recent": sorted([*self.recent, *fresh], key=lambda observation: observation.time)[-RECENT:],
                "events": [*self.events, event],
            }
        )

    def correct(self, corrected: Sequence[Observation]) -> Self:
        """The series after the verdict on stored readings changed, at most 500 of them."""
        anew = {one.time: one for one in corrected}
        event = ReadingsCorrectedV1(**self._speaking_of(corrected))
        recent = [anew.get(one.time, one) for one in self.recent]
        return self.model_copy(update={"recent": recent, "events": [*self.events, event]})

    def _speaking_of(self, observations: Sequence[Observation]) -> dict[str, Any]:
        return {
            "series_id": self.id,
            "device_id": self.device_id,
            "observed_property": self.observed_property,
            "unit": self.unit,
            "count": len(observations),
            "readings": list(observations),
        }


def observation(reading: Reading) -> Observation:
    """A reading as it is kept and spoken of. A gap is flagged as missing; a value nobody has judged says so."""
    quality = "missing" if reading.value is None else "not_evaluated"
    return Observation(time=reading.time, value=reading.value, quality=quality)


def portions(observations: Sequence[Observation]) -> list[Sequence[Observation]]:
    """Parts small enough for one event each."""
    return [observations[start : start + MOST_PER_EVENT] for start in range(0, len(observations), MOST_PER_EVENT)]
