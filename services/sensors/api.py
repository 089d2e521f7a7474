"""HTTP: taking readings in, and giving series and readings out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, BeforeValidator, StringConstraints

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Now, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import FieldError, Problem
from kit.store import Work
from services.sensors import linking, store
from services.sensors.devices import api as devices_api
from services.sensors.devices.store import devices_named
from services.sensors.quality import api as quality_api
from services.sensors.readings import MOST_READINGS, Reading, parse, written_out
from services.sensors.recording import record
from services.sensors.refusal import Refused
from services.sensors.series import Series
from services.sensors.thresholds import api as thresholds_api
from services.sensors.views import ReadingsPage, ReadingView, RecordedView, SeriesPage, SeriesView

router = APIRouter()
router.include_router(devices_api.router)
router.include_router(thresholds_api.router)
router.include_router(quality_api.router)

_READING = Reading.model_json_schema()
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"oneOf": [_READING, {"type": "array", "items": _READING, "maxItems": MOST_READINGS}]},
                "example": {
                    "device": "air-idrija-centre",
                    "observed_property": "pm10",
                    "unit": "ug/m3",
                    "time": "2026-01-31T08:00:00Z",
                    "value": 12.4,
                },
            }
        },
    }
}


def _with_plus(value: Any) -> Any:
    """A `+` in a query that was not escaped arrives as a blank."""
    return re.sub(r" (\d\d:?\d\d)$", r"+\1", value) if isinstance(value, str) else value


Moment = Annotated[AwareDatetime, BeforeValidator(written_out), BeforeValidator(_with_plus)]


class ActivityLink(BaseModel):
    """The activity a series tells about; null takes the link away."""

    activity_id: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None


def refusal(refused: Refused) -> Problem:
    """Every defect as a field error; the detail says the first few."""
    errors = [FieldError(defect.field, defect.message, defect.mend) for defect in refused.defects]
    told = "; ".join(f"{error.field}: {error.message}" for error in errors[:5])
    more = f"; and {len(errors) - 5} more" if len(errors) > 5 else ""
    return Problem(422, f"nothing was stored: {told}{more}", errors)


@router.post("/readings", summary="Send one reading or a list", response_model=RecordedView, openapi_extra=_BODY)
async def send_readings(
    body: Annotated[Any, Body()],
    command: Commanding,
    now: Now,
    _person: Annotated[Person, require("editor", "integrator", "operator")],
) -> JSONResponse:
    """Up to 1,000 readings, stored together or not at all. Sending a reading again is harmless: it counts as
    repeated. Another value for a stored moment, another unit, or a time more than 10 minutes ahead is refused."""

    async def change(work: Work) -> Any:
        return await record(batch, work)

    try:
        batch = parse(body, now=now)
        return await command.run(change)
    except Refused as refused:
        raise refusal(refused) from None


@router.get("/series", summary="List the series")
async def list_series(
    where: Stored,
    page: Paging,
    device_id: Annotated[str | None, Query(description="Only the series of this device.")] = None,
    observed_property: Annotated[str | None, Query(description="Only this property, such as pm10.")] = None,
    activity_id: Annotated[str | None, Query(description="Only series linked to this activity.")] = None,
) -> SeriesPage:
    """Every series with its last reading."""
    asked = {"device_id": device_id, "observed_property": observed_property, "activity_id": activity_id}
    query = {field: value for field, value in asked.items() if value is not None}
    found = await page_of(where[store.SERIES], query, page)
    series = [Series.model_validate(item) for item in found["items"]]
    devices = await devices_named(where, {one.device_id for one in series})
    return SeriesPage(items=[SeriesView.of(one, devices.get(one.device_id)) for one in series], next=found["next"])


@router.get("/series/{series_id}", summary="Show one series")
async def show_series(series_id: str, where: Stored) -> SeriesView:
    series = await existing(where, series_id)
    devices = await devices_named(where, {series.device_id})
    return SeriesView.of(series, devices.get(series.device_id))


@router.get("/series/{series_id}/readings", summary="Read a series")
async def list_readings(
    series_id: str,
    where: Stored,
    since: Annotated[Moment | None, Query(alias="from", description="Not before this time.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Before this time.")] = None,
    after: Annotated[Moment | None, Query(description="`next` of the previous page.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> ReadingsPage:
    """Readings, newest first."""
    await existing(where, series_id)
    if since and until and since >= until:
        raise Problem.at("from", "from is not before to", "ask for a period that starts before it ends")
    found = await store.newest(where, series_id, since=since, until=_earlier(until, after), limit=limit + 1)
    items = [ReadingView.of(observation) for observation in found[:limit]]
    return ReadingsPage(items=items, next=items[-1].time if len(found) > limit else None)


@router.put("/series/{series_id}/activity", summary="Link a series to an activity of the plan")
async def link_activity(
    series_id: str, body: ActivityLink, command: Commanding, _person: Annotated[Person, require("editor")]
) -> JSONResponse:
    """The last one to say it is right: readings change a series all the time, so no version is asked for."""

    async def change(work: Work) -> Any:
        series = await linking.link(series_id, body.activity_id, work)
        return {"id": series.id, "activity_id": series.activity_id}

    return await command.run(change)


async def existing(where: Any, series_id: str) -> Series:
    series = await store.one_series(where, series_id)
    if series is None:
        raise Problem(404, f"there is no series {series_id}; GET /api/sensors/series lists those there are")
    return series


def _earlier(a: datetime | None, b: datetime | None) -> datetime | None:
    return min(a, b) if a and b else a or b
