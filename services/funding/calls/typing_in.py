"""Pages: the form to type a call in; only its title is required."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
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
from services.funding.sources.source import Rejected

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]


@router.get("/funding/calls/new")
async def new_call(request: Request, officer: Officer) -> Any:
    return _form(request, {}, [])


@router.post("/funding/calls/new")
async def type_in(request: Request, command: Commanding, officer: Officer) -> Any:
    typed = {name: str(value).strip() for name, value in (await request.form()).items()}
    form, mistakes = _as_call(typed, request.app.state.settings.zone)
    try:
        parsed = typed_call(form)
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
    if typed.get("deadline"):
        try:
            form["deadline"] = datetime.fromisoformat(typed["deadline"]).replace(tzinfo=zone).isoformat()
        except ValueError:
            mistakes.append(("deadline", "Write the day and the hour, such as 2027-03-31 12:00"))
    if typed.get("rate"):
        if (rate := _number(typed["rate"])) is None:
            mistakes.append(("rate", "Write the share in per cent, such as 85"))
        else:
            form["co_financing_rate"] = str(rate / 100)
    if typed.get("max_amount"):
        if (amount := _number(typed["max_amount"])) is None:
            mistakes.append(("max_amount", "Write the amount as a number, such as 150000"))
        else:
            form["max_amount"] = {"amount": str(amount), "currency": "EUR"}
    form["eligible_applicants"] = ["municipality"] if typed.get("municipality") else []
    return form, mistakes


# What a reader of the form needs to hear; the API's own words speak of its fields.
_ON_THE_FORM = {
    "title": ("title", "Write the title of the call"),
    "territory": ("territory", "Write a code, such as SI-036, SI043, SI04, SI or EU"),
    "url": ("url", "Write the whole address, such as https://www.gov.si/razpis"),
    "co_financing_rate": ("rate", "Write a share from 0 to 100 per cent"),
    "max_amount": ("max_amount", "Write an amount greater than zero, such as 150000"),
}


def _said(mistake: Rejected) -> tuple[str, str]:
    """A refused field as the form names it, and the mend."""
    field = (mistake.field or "title").split(".")[0]
    return _ON_THE_FORM.get(field, (field, f"{mistake.reason}; {mistake.mend}"))


def _number(text: str) -> Decimal | None:
    """A plain number; with separators it might mean two things, so those are refused."""
    try:
        number = Decimal(text.replace(",", ".")) if text.count(",") + text.count(".") <= 1 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None
