"""HTTP: the thresholds of a series."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored
from kit.store import Work
from services.sensors.thresholds import editing
from services.sensors.thresholds.threshold import Rule
from services.sensors.thresholds.views import ThresholdsView, ThresholdView

router = APIRouter(prefix="/series/{series_id}/thresholds")

Setter = Annotated[Person, require("editor", "coordinator")]


@router.get("", summary="List the thresholds of a series")
async def list_thresholds(series_id: str, where: Stored) -> ThresholdsView:
    series = await editing.of_series(where, series_id)
    return ThresholdsView(items=[ThresholdView.of(threshold) for threshold in series.thresholds])


@router.post("", summary="Set a threshold", status_code=201, response_model=ThresholdView)
async def set_threshold(series_id: str, rule: Rule, command: Commanding, person: Setter) -> JSONResponse:
    """It counts once `readings` in a row lie beyond `limit` and span at least `minutes`; it is over at the first
    reading that is back by more than `hysteresis`. Readings that failed a check, or are suspect, are not looked at."""

    async def change(work: Work) -> Any:
        series = await editing.loaded(series_id, work)
        return ThresholdView.of(editing.add(series, rule, person.user, work)).model_dump(mode="json")

    return await command.run(change, status=201, etag=True)


@router.put("/{threshold_id}", summary="Change a threshold (If-Match: its version)", response_model=ThresholdView)
async def change_threshold(
    series_id: str, threshold_id: str, rule: Rule, command: Commanding, person: Setter
) -> JSONResponse:
    async def change(work: Work) -> Any:
        series = await editing.loaded(series_id, work)
        threshold = editing.the_one(series, threshold_id)
        command.expect_version(threshold.revision)
        after = await editing.change(series, threshold, rule, person.user, work)
        return ThresholdView.of(after).model_dump(mode="json")

    return await command.run(change, etag=True)


@router.delete("/{threshold_id}", summary="Take a threshold away (If-Match: its version)")
async def remove_threshold(series_id: str, threshold_id: str, command: Commanding, _person: Setter) -> JSONResponse:
    async def change(work: Work) -> Any:
        series = await editing.loaded(series_id, work)
        threshold = editing.the_one(series, threshold_id)
        command.expect_version(threshold.revision)
        await editing.remove(series, threshold, work)
        return {"id": threshold_id}

    return await command.run(change)
