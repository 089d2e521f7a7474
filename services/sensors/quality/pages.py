"""Pages: the checks of a series."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Work
from services.sensors.quality import editing
from services.sensors.quality.checks import Checks
from services.sensors.series import Series
from services.sensors.thresholds.editing import loaded, of_series

router = APIRouter(prefix="/sensors/{series_id}/checks")

Setter = Annotated[Person, require("editor", "coordinator")]

FIELDS = tuple(Checks.model_fields)


@router.get("")
async def show(request: Request, series_id: str, where: Stored, setter: Setter) -> Any:
    series = await of_series(where, series_id)
    held = (series.checks or Checks()).model_dump(include=set(FIELDS))
    typed = {name: "" if value is None else str(value) for name, value in held.items()}
    return _form(request, series, typed, [])


@router.post("")
async def put(request: Request, series_id: str, command: Commanding, setter: Setter) -> Any:
    form = await request.form()
    typed = {name: str(form.get(name, "")).strip() for name in (*FIELDS, "version")}
    try:
        checks = Checks.model_validate({name: typed[name].replace(",", ".") or None for name in FIELDS})
    except ValidationError as error:
        wrong = [str(problem["loc"][0]) if problem["loc"] else "together" for problem in error.errors()]
        return _form(request, await of_series(command.store, series_id), typed, wrong)

    async def change(work: Work) -> None:
        series = await loaded(series_id, work)
        if typed["version"] != str(editing.revision_of(series)):
            raise Problem(412, "somebody else changed this meanwhile; open the page again and repeat the change")
        editing.put(series, checks, setter.user, work)

    await command.store.transact(change, actor=setter.user)
    return RedirectResponse(f"/sensors/{series_id}#checks", 303)


def _form(request: Request, series: Series, typed: dict[str, str], wrong: list[str]) -> Any:
    return request.app.state.pages.render(
        request,
        "sensors/quality/checks.html",
        status=422 if wrong else 200,
        series=series,
        version=editing.revision_of(series),
        typed=typed,
        wrong=wrong,
    )
