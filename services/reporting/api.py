"""HTTP: the overview, the key figures, and the activities as reports show them."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request

from contracts.values import Value
from kit.auth.people import Anybody, Person
from kit.http.commands import Now, Stored
from kit.http.paging import Page, Paging
from kit.http.problems import Problem
from kit.store import Store
from services.reporting.kpis import Kpi, key_figures, public_only
from services.reporting.overview import Overview, overview
from services.reporting.read_model import Known
from services.reporting.reading import FIGURES_SCOPE, PUBLIC, STAFF, read_known
from services.reporting.rows import ActivityRow, activity_rows

router = APIRouter()


class Figures(Value):
    """The key figures; without a right to internal ones, those that rest on public things."""

    as_of: datetime
    items: list[Kpi]


class Activities(Value):
    """Activities in the order of their numbers. `next` is the cursor of the following page."""

    items: list[ActivityRow]
    next: str | None


@router.get("/overview", summary="The plan at a glance; without signing in, the approved plan and public counts.")
async def get_overview(request: Request, store: Stored, person: Anybody, now: Now) -> Overview:
    return overview(await shown_to(person, store, now), now, request.app.state.settings.zone)


@router.get("/kpis", summary="Key figures with their definitions, from the approved plan.")
async def get_kpis(request: Request, store: Stored, person: Anybody, now: Now) -> Figures:
    return Figures(as_of=now, items=await figures_for(person, store, now, request))


@router.get("/activities", summary="Activities with money and delivery, by number; of one action, if named.")
async def get_activities(
    request: Request, store: Stored, person: Anybody, page: Paging, now: Now, action: str | None = None
) -> Activities:
    known = await shown_to(person, store, now)
    rows = activity_rows(known, now, request.app.state.settings.zone)
    return _page([row for row in rows if action in {None, row.action_number}], page)


async def shown_to(person: Person | None, store: Store, now: datetime) -> Known:
    """What this reader may see: anybody the approved plan, whoever is signed in everything."""
    return await read_known(store.database, STAFF if person else PUBLIC, now)


async def figures_for(person: Person | None, store: Store, now: datetime, request: Request) -> list[Kpi]:
    known = await read_known(store.database, FIGURES_SCOPE, now)
    figures = key_figures(known, now, request.app.state.settings.zone)
    return figures if person else public_only(figures)


def _page(rows: list[ActivityRow], page: Page) -> Activities:
    start = _after(rows, page.after) if page.after else 0
    items = rows[start : start + page.limit]
    return Activities(items=items, next=items[-1].id if len(rows) > start + page.limit else None)


def _after(rows: list[ActivityRow], cursor: str) -> int:
    for place, row in enumerate(rows, 1):
        if row.id == cursor:
            return place
    raise Problem.at("after", f"no activity shown here is {cursor}", "start again without after")
