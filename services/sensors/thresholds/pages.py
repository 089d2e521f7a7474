"""Pages: the thresholds of a series, set, changed and taken away."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Work
from services.sensors.series import Series
from services.sensors.thresholds import editing
from services.sensors.thresholds.levels import air_quality_bands
from services.sensors.thresholds.threshold import Rule, Threshold

router = APIRouter(prefix="/sensors/{series_id}/thresholds")

Setter = Annotated[Person, require("editor", "coordinator")]

_FIELDS = ("name", "direction", "limit", "hysteresis", "readings", "minutes")
_EMPTY = {"name": "", "direction": "above", "limit": "", "hysteresis": "0", "readings": "1", "minutes": "0"}


@router.get("/new")
async def new_threshold(request: Request, series_id: str, where: Stored, setter: Setter) -> Any:
    return _form(request, await editing.of_series(where, series_id), None, _EMPTY)


@router.post("/new")
async def add_threshold(request: Request, series_id: str, command: Commanding, setter: Setter) -> Any:
    typed, rule, wrong = await _typed(request)

    async def change(work: Work) -> None:
        editing.add(await editing.loaded(series_id, work), rule, setter.user, work)

    if rule is None:
        return _form(request, await editing.of_series(command.store, series_id), None, typed, wrong)
    try:
        await command.store.transact(change, actor=setter.user)
    except Problem as problem:
        if not problem.errors:
            raise
        return _form(request, await editing.of_series(command.store, series_id), None, typed, ["full"])
    return RedirectResponse(f"/sensors/{series_id}#thresholds", 303)


@router.get("/{threshold_id}")
async def one_threshold(request: Request, series_id: str, threshold_id: str, where: Stored, setter: Setter) -> Any:
    series = await editing.of_series(where, series_id)
    threshold = editing.the_one(series, threshold_id)
    typed = {name: _written(value) for name, value in threshold.model_dump(include=set(_FIELDS)).items()}
    return _form(request, series, threshold, typed)


@router.post("/{threshold_id}")
async def change_threshold(
    request: Request, series_id: str, threshold_id: str, command: Commanding, setter: Setter
) -> Any:
    typed, rule, wrong = await _typed(request)

    async def change(work: Work) -> None:
        series = await editing.loaded(series_id, work)
        threshold = _seen(editing.the_one(series, threshold_id), typed)
        await editing.change(series, threshold, rule, setter.user, work)

    if rule is None:
        series = await editing.of_series(command.store, series_id)
        return _form(request, series, editing.the_one(series, threshold_id), typed, wrong)
    await command.store.transact(change, actor=setter.user)
    return RedirectResponse(f"/sensors/{series_id}#thresholds", 303)


@router.post("/{threshold_id}/removed")
async def remove_threshold(
    request: Request, series_id: str, threshold_id: str, command: Commanding, setter: Setter
) -> RedirectResponse:
    typed, _rule, _wrong = await _typed(request)

    async def change(work: Work) -> None:
        series = await editing.loaded(series_id, work)
        await editing.remove(series, _seen(editing.the_one(series, threshold_id), typed), work)

    await command.store.transact(change, actor=setter.user)
    return RedirectResponse(f"/sensors/{series_id}#thresholds", 303)


def _form(
    request: Request, series: Series, threshold: Threshold | None, typed: dict[str, str], wrong: list[str] | None = None
) -> Any:
    return request.app.state.pages.render(
        request,
        "sensors/thresholds/threshold.html",
        status=422 if wrong else 200,
        series=series,
        threshold=threshold,
        typed=typed,
        wrong=wrong or [],
        bands=air_quality_bands(series.observed_property, series.unit),
    )


async def _typed(request: Request) -> tuple[dict[str, str], Any, list[str]]:
    """The fields as typed; the rule they make, or None and the names of those that make none."""
    form = await request.form()
    typed = {name: str(form.get(name, "")).strip() for name in (*_FIELDS, "version")}
    facts = {
        name: value.replace(",", ".") if name in ("limit", "hysteresis") else value for name, value in typed.items()
    }
    try:
        return typed, Rule.model_validate({name: facts[name] for name in _FIELDS}), []
    except ValidationError as error:
        found = {str(problem["loc"][0]) for problem in error.errors()}
        return typed, None, [name for name in _FIELDS if name in found]


def _seen(threshold: Threshold, typed: dict[str, str]) -> Threshold:
    """Raises Problem when somebody changed the threshold since the form was opened."""
    if typed["version"] != str(threshold.revision):
        raise Problem(412, "somebody else changed this meanwhile; open the page again and repeat the change")
    return threshold


def _written(value: Any) -> str:
    return value if isinstance(value, str) else format(value, "f") if hasattr(value, "as_tuple") else str(value)
