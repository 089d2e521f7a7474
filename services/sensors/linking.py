"""Which activity of the plan a series tells about."""

from __future__ import annotations

from kit.http.problems import Problem
from kit.store import Work
from services.sensors import store
from services.sensors.series import Series


async def link(series_id: str, activity_id: str | None, work: Work) -> Series:
    """Link a series to an activity this service has heard of, or to none. Raises Problem 404 or 422."""
    series = await work.load(store.SERIES, series_id)
    if series is None:
        raise Problem(404, f"there is no series {series_id}")
    if series.activity_id == activity_id:
        return series
    if activity_id is not None:
        activity = await work.get(store.ACTIVITIES, activity_id)
        if activity is None or activity["removed"]:
            raise Problem.at(
                "activity_id",
                f"the plan has no activity {activity_id}",
                "name an activity of the imported plan, or null to take the link away",
            )
    return work.save(store.SERIES, series.model_copy(update={"activity_id": activity_id}))
