"""What people do with the thresholds of a series: set one, change it, take it away."""

from __future__ import annotations

from typing import Any

from kit.clock import uuid7
from kit.http.problems import Problem
from kit.store import Store, Work
from services.sensors.devices.store import DEVICES
from services.sensors.series import Series
from services.sensors.store import SERIES
from services.sensors.thresholds import saying
from services.sensors.thresholds.threshold import MOST_PER_SERIES, Rule, Threshold


async def loaded(series_id: str, work: Work) -> Series:
    series = await work.load(SERIES, series_id)
    if series is None:
        raise Problem(404, f"there is no series {series_id}; GET /api/sensors/series lists those there are")
    return series


def the_one(series: Series, threshold_id: str) -> Threshold:
    for threshold in series.thresholds:
        if threshold.id == threshold_id:
            return threshold
    raise Problem(404, f"{series.id} has no threshold {threshold_id}")


def add(series: Series, rule: Rule, by: str, work: Work) -> Threshold:
    """It looks at what is measured from now on. Raises Problem 422 when the series has as many as it may have."""
    if len(series.thresholds) >= MOST_PER_SERIES:
        message = f"{series.id} has {MOST_PER_SERIES} thresholds"
        raise Problem.at("name", message, "take one away, or change one that is there")
    threshold = Threshold(**rule.model_dump(), id=uuid7(), set_by=by).begun(series.last)
    work.save(SERIES, series.model_copy(update={"thresholds": [*series.thresholds, threshold]}))
    return threshold


async def change(series: Series, threshold: Threshold, rule: Rule, by: str, work: Work) -> Threshold:
    after = threshold.edited(rule, by)
    await _put(series, threshold, [after], "changed", work)
    return after


async def remove(series: Series, threshold: Threshold, work: Work) -> None:
    await _put(series, threshold, [], "removed", work)


async def _put(series: Series, threshold: Threshold, instead: list[Threshold], because: str, work: Work) -> None:
    device = await work.load(DEVICES, series.device_id)
    name = device.name if device else series.device_id
    thresholds = [new for old in series.thresholds for new in (instead if old.id == threshold.id else [old])]
    events = saying.ended(series, threshold, name, because, work.now)
    work.save(SERIES, series.model_copy(update={"thresholds": thresholds, "events": events}))


async def of_series(where: Store, series_id: str) -> Series:
    document: dict[str, Any] | None = await where[SERIES].find_one({"_id": series_id})
    if document is None:
        raise Problem(404, f"there is no series {series_id}; GET /api/sensors/series lists those there are")
    return SERIES.to_aggregate(document)
