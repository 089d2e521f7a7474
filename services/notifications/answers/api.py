"""HTTP: answering an alert and taking the answer back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import PartialDate
from kit.auth.people import Person as SignedIn
from kit.auth.people import require
from kit.http.commands import Commanding
from kit.http.problems import Problem
from kit.store import Work
from services.notifications.alerts import Alert
from services.notifications.answers import deciding
from services.notifications.answers.answer import Answer
from services.notifications.answers.why_not import WHY_NOT
from services.notifications.fits import Choice
from services.notifications.people.knowing import know
from services.notifications.people.store import department_called
from services.notifications.reading import mine_or_everybodys
from services.notifications.shown import alert_shown
from services.notifications.store import ALERTS

router = APIRouter()

Somebody = Annotated[SignedIn, require()]


class DecisionForm(BaseModel):
    """What to do with an alert. not_for_us asks for `reason_code`, hand_over for whom, remind_me for a day."""

    model_config = ConfigDict(extra="forbid")
    choice: Choice
    reason_code: str | None = Field(default=None, description=f"One of {', '.join(WHY_NOT)}.")
    reason: str | None = Field(
        default=None, max_length=1000, description="In one's own words; for hand_over also the name of a department."
    )
    to_person: str | None = Field(default=None, max_length=200, description="Id of a person.")
    to_department: str | None = Field(default=None, max_length=200, description="Id or name of a department.")
    remind_on: str | None = Field(
        default=None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="A day to come: 2027-01-15."
    )


@router.post("/alerts/{alert_id}/decision", summary="Apply, not for us, hand over, remind me, taken, or seen.")
async def post_decision(alert_id: str, form: DecisionForm, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return alert_shown(await decide(alert_id, form, person, work))

    return await command.run(change, etag=True)


@router.delete("/alerts/{alert_id}/decision", summary="Take an answer back, for a day.")
async def delete_decision(alert_id: str, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return alert_shown(await undo(alert_id, person, work))

    return await command.run(change, etag=True)


async def decide(alert_id: str, form: DecisionForm, person: SignedIn, work: Work) -> Alert:
    """Note a person's answer to an alert they may read."""
    alert = await _readable(alert_id, person, work)
    return await deciding.decide(alert, await answer_of(form, work), await know(person, work), work)


async def undo(alert_id: str, person: SignedIn, work: Work) -> Alert:
    alert = await _readable(alert_id, person, work)
    return await deciding.undo(alert, await know(person, work), work, coordinator=person.may("coordinator"))


async def _readable(alert_id: str, person: SignedIn, work: Work) -> Alert:
    alert = await work.load(ALERTS, alert_id)
    if alert is None or (mine_or_everybodys(person) and alert.person != person.user):
        raise Problem(404, f"you have no alert {alert_id}")
    return alert


async def answer_of(form: DecisionForm, work: Work) -> Answer:
    try:
        remind_on = PartialDate(value=form.remind_on) if form.remind_on else None
    except ValueError:
        raise Problem.at("remind_on", f"{form.remind_on} is no day", "write it as 2027-01-15") from None
    words = (form.reason or "").strip() or None
    department = form.to_department
    if form.choice == "hand_over" and words and not form.to_person and not department:
        department, words = words, None
    if department is not None:
        known = await department_called(work, department)
        department = known.id if known else department
    return Answer(
        choice=form.choice,
        reason_code=form.reason_code or None,
        words=words,
        to_person=form.to_person or None,
        to_department=department or None,
        remind_on=remind_on,
    )
