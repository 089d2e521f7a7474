"""Pages: the overview at the root of the site, the reports, and the activities as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from contracts.values import Money
from kit.auth.people import Anybody
from kit.http.commands import Now, Stored
from services.reporting.api import figures_for, shown_to
from services.reporting.kpis import Kpi
from services.reporting.overview import overview
from services.reporting.rows import activity_rows
from services.reporting.table import as_csv

router = APIRouter()

READINGS = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """A key figure as a page shows it: with `money` where its unit is a currency."""

    figure: Kpi
    money: Money | None

    @classmethod
    def of(cls, figure: Kpi) -> Shown:
        if figure.value is None or not (len(figure.unit) == 3 and figure.unit.isupper()):
            return cls(figure, None)
        return cls(figure, Money(amount=figure.value, currency=figure.unit))


@router.get("/")
async def overview_page(request: Request, store: Stored, person: Anybody, now: Now) -> Any:
    known = await shown_to(person, store, now)
    seen = overview(known, now, request.app.state.settings.zone)
    return request.app.state.pages.render(
        request,
        "reporting/overview.html",
        seen=seen,
        readings=seen.readings[:READINGS],
        now=now,
    )


@router.get("/reports")
async def reports_page(request: Request, store: Stored, person: Anybody, now: Now) -> Any:
    zone = request.app.state.settings.zone
    known = await shown_to(person, store, now)
    return request.app.state.pages.render(
        request,
        "reporting/reports.html",
        figures=[Shown.of(each) for each in await figures_for(person, store, now, request)],
        seen=overview(known, now, zone),
        activities=activity_rows(known, now, zone),
        now=now,
    )


@router.get("/reports/activities.csv")
async def activities_csv(request: Request, store: Stored, person: Anybody, now: Now) -> Response:
    rows = activity_rows(await shown_to(person, store, now), now, request.app.state.settings.zone)
    headers = {"Content-Disposition": 'attachment; filename="activities.csv"', "Cache-Control": "private, no-cache"}
    return Response(as_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)
