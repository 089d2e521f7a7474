"""Pages: the form to type a call in; only its title is required."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from kit.auth.people import Person, require
from kit.http.commands import Commanding
from kit.store import Work
from services.funding.calls import Call
from services.funding.calls.intake import take
from services.funding.sources.by_hand import Refused, typed_call
from services.funding.sources.dates import until_funds_run_out
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.source import Rejected
from services.funding.typed import typed_deadline, typed_percent, typed_price

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]


@router.get("/funding/calls/new")
async def new_call(request: Request, officer: Officer) -> Any:
    return _form(request, {}, [])


@router.post("/funding/calls/new")
async def type_in(request: Request, command: Commanding, officer: Officer) -> Any:
    typed = {name: str(value).strip() for name, value in (await request.form()).items()}
    zone = request.app.state.settings.zone
    form, mistakes = _as_call(typed, zone)
    try:
        parsed = _as_typed(typed_call(form), typed, zone)
    except Refused as refused:
        mistakes += [_said(each) for each in refused.mistakes]
    if mistakes:
        return _form(request, typed, mistakes)

    async def change(work: Work) -> Call:
        return await take(parsed, work, by=officer.user)

    call = await command.store.transact(change, actor=officer.user)
    return RedirectResponse(f"/funding/calls/{call.call_id}", 303)


def _form(request: Request, typed: dict[str, str], mistakes: list[tuple[str, str]]) -> Any:
    status = 422 if mistakes else 200
    return request.app.state.pages.render(
        request, "funding/calls/new.html", status=status, typed=typed, mistakes=mistakes
    )


def _as_call(typed: dict[str, str], zone: ZoneInfo) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The form as the API takes a call, and what could not be read of it."""
    mistakes: list[tuple[str, str]] = []
    form: dict[str, Any] = {
        name: typed[name] for name in ("title", "funder", "description", "url", "territory") if typed.get(name)
    }
    form.setdefault("title", "")
    for name, read in _READERS.items():
        if typed.get(name):
            try:
                form |= read(typed[name], zone)
            except ValueError:
                mistakes.append((name, _MENDS[name]))
    form["eligible_applicants"] = ["municipality"] if typed.get("municipality") else []
    return form, mistakes


def _deadline(text: str, zone: ZoneInfo) -> dict[str, Any]:
    if until_funds_run_out(text):
        return {"until_funds_run_out": True}
    return {"deadline": typed_deadline(text, zone=zone).at.isoformat()}


def _as_typed(parsed: ParsedCall, typed: dict[str, str], zone: ZoneInfo) -> ParsedCall:
    """With the deadline's own words, and whether they name an hour."""
    if not parsed.deadlines:
        return parsed
    return parsed.model_copy(update={"deadlines": [typed_deadline(typed["deadline"], zone=zone)]})


_READERS: dict[str, Callable[[str, ZoneInfo], dict[str, Any]]] = {
    "deadline": _deadline,
    "rate": lambda text, _: {"co_financing_rate": str(typed_percent(text))},
    "max_amount": lambda text, _: {"max_amount": typed_price(text).model_dump(include={"amount", "currency"})},
}
_MENDS = {
    "deadline": "Write the day and the hour, such as 31. 3. 2027 (12:00)",
    "rate": "Write a share from 0 to 100 per cent",
    "max_amount": "Write an amount greater than zero, such as 1.250.000,50",
}
# What a reader of the form needs to hear; the API's own words speak of its fields.
_ON_THE_FORM = {
    "title": ("title", "Write the title of the call"),
    "territory": ("territory", "Write a code, such as SI-036, SI043, SI04, SI or EU"),
    "url": ("url", "Write the whole address, such as https://www.gov.si/razpis"),
}


def _said(mistake: Rejected) -> tuple[str, str]:
    """A refused field as the form names it, and the mend."""
    field = (mistake.field or "title").split(".")[0]
    return _ON_THE_FORM.get(field, (field, f"{mistake.reason}; {mistake.mend}"))
