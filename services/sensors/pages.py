"""Pages: all series by device, one series over a period, and its data as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Annotated, Any, Literal

from babel.dates import format_datetime
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, StreamingResponse

from kit.auth.people import Anybody, Person, require
from kit.http.commands import Commanding, Now, Stored
from kit.http.paging import Paging, page_of
from kit.store import Store, Work
from kit.web.i18n import language_of
from services.sensors import linking, store
from services.sensors.api import existing
from services.sensors.devices import pages as devices_pages
from services.sensors.devices.device import State
from services.sensors.devices.store import devices_named, ids_in_state
from services.sensors.periods import Period, boundaries
from services.sensors.quality import pages as quality_pages
from services.sensors.series import Series
from services.sensors.thresholds import pages as thresholds_pages

router = APIRouter()
router.include_router(devices_pages.router)
router.include_router(thresholds_pages.router)
router.include_router(quality_pages.router)

TABLE_ROWS = 48
MOST_DECIMALS = 6
_LABELS = {"24h": "HH:mm", "7d": "d. M. HH:mm", "30d": "d. M."}


@dataclass(frozen=True, slots=True)
class Shown:
    """A series as a page shows it: `age` in whole minutes since the last reading, `decimals` as it measures."""

    series: Series
    age: int | None
    decimals: int

    @classmethod
    def of(cls, series: Series, now: datetime) -> Shown:
        age = None if series.last is None else max(int((now - series.last.time).total_seconds() // 60), 0)
        return cls(series, age, max((_decimals(one.value) for one in series.recent), default=0))


def _decimals(value: Decimal | None) -> int:
    exponent = None if value is None else value.normalize().as_tuple().exponent
    return min(max(-exponent, 0), MOST_DECIMALS) if isinstance(exponent, int) else 0


@router.get("/sensors")
async def list_page(
    request: Request,
    where: Stored,
    page: Paging,
    now: Now,
    state: Annotated[State | Literal["exceeded", ""], Query(description="Only devices that are doing so.")] = "",
) -> Any:
    query: dict[str, Any] = {}
    if state == "exceeded":
        query = store.EXCEEDED
    elif state:
        query = {"device_id": {"$in": await ids_in_state(where, state)}}
    found = await page_of(where[store.SERIES], query, page)
    series = [Series.model_validate(item) for item in found["items"]]
    names = await devices_named(where, {one.device_id for one in series})
    devices = [
        (names[device_id], [Shown.of(one, now) for one in group])
        for device_id, group in groupby(series, key=lambda one: one.device_id)
    ]
    return request.app.state.pages.render(
        request,
        "sensors/list.html",
        devices=devices,
        activities=await store.activities_of(where, series),
        state=state,
        next=found["next"],
        now=now,
        settings=request.app.state.settings,
    )


@router.get("/sensors/{series_id}.csv")
async def download(series_id: str, where: Stored, request: Request, now: Now, period: Period | None = None) -> Any:
    """One line per reading, oldest first; the whole series, or the period of the page."""
    series = await existing(where, series_id)
    since = boundaries(period, now, request.app.state.settings.zone)[0] if period else None
    headers = {"Content-Disposition": f'attachment; filename="{series.id}.csv"'}
    return StreamingResponse(_csv(where, series, since), media_type="text/csv; charset=utf-8", headers=headers)


async def _csv(where: Store, series: Series, since: datetime | None) -> AsyncIterator[str]:
    yield "series,time,value,unit,quality\r\n"
    unit = f'"{series.unit.replace(chr(34), chr(34) * 2)}"'
    async for one in store.oldest_first(where, series.id, since=since, until=None):
        value = "" if one.value is None else format(one.value, "f")
        yield f"{series.id},{one.time.isoformat().replace('+00:00', 'Z')},{value},{unit},{one.quality}\r\n"


@router.get("/sensors/{series_id}")
async def series_page(
    request: Request, series_id: str, where: Stored, person: Anybody, now: Now, period: Period = "7d"
) -> Any:
    series = await existing(where, series_id)
    starts = boundaries(period, now, request.app.state.settings.zone)
    means = await store.averages(where, series_id, starts)
    newest = await store.newest(where, series_id, since=starts[0], until=None, limit=TABLE_ROWS + 1)
    may_link = person is not None and person.may("editor")
    return request.app.state.pages.render(
        request,
        "sensors/series.html",
        shown=Shown.of(series, now),
        device=(await devices_named(where, {series.device_id})).get(series.device_id),
        activity=(await store.activities_of(where, [series])).get(series.activity_id or ""),
        may_set=person is not None and person.may("editor", "coordinator"),
        choices=await store.all_activities(where) if may_link else [],
        may_link=may_link,
        period=period,
        labels=_labels(starts, period, request),
        means=tuple(None if mean is None else round(mean, 2) for mean in means),
        extremes=_extremes(means),
        newest=newest[:TABLE_ROWS],
        more=len(newest) > TABLE_ROWS,
        now=now,
        settings=request.app.state.settings,
    )


@router.post("/sensors/{series_id}/activity")
async def link_from_page(
    series_id: str,
    command: Commanding,
    editor: Annotated[Person, require("editor")],
    activity_id: Annotated[str, Form()] = "",
) -> RedirectResponse:
    async def change(work: Work) -> None:
        await linking.link(series_id, activity_id or None, work)

    await command.store.transact(change, actor=editor.user)
    return RedirectResponse(f"/sensors/{series_id}", 303)


def _labels(starts: list[datetime], period: Period, request: Request) -> list[str]:
    zone = request.app.state.settings.zone
    pattern = _LABELS[period] if language_of(request) == "sl" else _LABELS[period].replace("d. M.", "d MMM")
    return [format_datetime(start, pattern, tzinfo=zone, locale=language_of(request)) for start in starts[:-1]]


def _extremes(means: list[Decimal | None]) -> tuple[Decimal, Decimal] | None:
    known = [mean for mean in means if mean is not None]
    return (min(known), max(known)) if known else None
