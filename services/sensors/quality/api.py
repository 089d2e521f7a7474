"""HTTP: the checks of a series."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored, etag_of
from kit.store import Work
from services.sensors.quality import editing
from services.sensors.quality.checks import Checks
from services.sensors.series import Series
from services.sensors.thresholds.editing import loaded, of_series

router = APIRouter(prefix="/series/{series_id}/checks")


class ChecksView(Checks):
    """The checks of a series, who set them last, and their version for If-Match."""

    set_by: str | None
    version: int


@router.get("", summary="Show the checks of a series", response_model=ChecksView)
async def show_checks(series_id: str, where: Stored) -> JSONResponse:
    series = await of_series(where, series_id)
    return JSONResponse(_view(series), headers={"ETag": etag_of(editing.revision_of(series))})


@router.put("", summary="Set the checks of a series (If-Match: their version)", response_model=ChecksView)
async def put_checks(
    series_id: str, checks: Checks, command: Commanding, person: Annotated[Person, require("editor", "coordinator")]
) -> JSONResponse:
    """Tests of QARTOD for readings that come from now on: gross range, spike (a reading is judged by the next one,
    so its verdict may come with readings.corrected) and flat line. Three failing readings among the newest six, or
    a flat line, make a malfunction; six good ones end it. Without a range, values that the unit cannot have fail."""

    async def change(work: Work) -> Any:
        series = await loaded(series_id, work)
        command.expect_version(editing.revision_of(series))
        stored = editing.put(series, checks, person.user, work)
        return _view(series.model_copy(update={"checks": stored}))

    return await command.run(change, etag=True)


def _view(series: Series) -> dict[str, Any]:
    facts = (series.checks or Checks()).model_dump(include=set(Checks.model_fields))
    by = series.checks.set_by if series.checks else None
    return ChecksView(**facts, set_by=by, version=editing.revision_of(series)).model_dump(mode="json")
