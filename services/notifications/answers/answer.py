"""An answer to an alert, and what each choice asks for."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field

from contracts.values import PartialDate, Value
from services.notifications.alerts import Alert
from services.notifications.answers.why_not import OTHER, WHY_NOT
from services.notifications.fits import Choice

LATEST = timedelta(days=2 * 366)
UNDO_WITHIN = timedelta(hours=24)
LINKED: tuple[Choice, ...] = ("apply", "taken", "not_for_us", "hand_over", "remind_me")
"""What the links of a mail may ask for."""


class Answer(Value):
    """What somebody decides. `to_person` and `to_department` are ids: to whom it is handed over."""

    choice: Choice
    reason_code: str | None = Field(default=None, description="Why not, as funding's board knows it.")
    words: str | None = Field(default=None, max_length=1000)
    to_person: str | None = None
    to_department: str | None = None
    remind_on: PartialDate | None = None


class NotAnswered(ValueError):
    """An answer that lacks something; `field` is what, `mend` how to give it."""

    def __init__(self, field: str, message: str, mend: str) -> None:
        super().__init__(message)
        self.field, self.mend = field, mend


def choices_of(alert: Alert) -> tuple[Choice, ...]:
    """What there is to decide about an alert: nothing about a call that is over."""
    if alert.over is not None:
        return ()
    if alert.matter is not None:
        return ("taken", "hand_over", "remind_me")
    if alert.kind in ("call_withdrawn", "call_closed"):
        return ()
    return ("apply", "not_for_us", "hand_over", "remind_me")


def checked(answer: Answer, today: date) -> Answer:
    """The answer with only what belongs to its choice. Raises NotAnswered naming what is missing."""
    match answer.choice:
        case "not_for_us":
            code = answer.reason_code or (OTHER if answer.words else None)
            if code not in WHY_NOT:
                raise NotAnswered("reason_code", "say why the call is not for us", "choose a reason")
            if code == OTHER and not answer.words:
                raise NotAnswered("words", "say in your own words why", "write a sentence")
            return Answer(choice="not_for_us", reason_code=code, words=answer.words)
        case "hand_over":
            if (answer.to_person is None) == (answer.to_department is None):
                raise NotAnswered("to", "say to whom it is handed over", "choose a person or a department")
            return answer.model_copy(update={"reason_code": None, "remind_on": None})
        case "remind_me":
            day = answer.remind_on.first_day() if answer.remind_on else today
            if not today < day <= today + LATEST:
                raise NotAnswered(
                    "remind_on", "say on which day you want to be reminded", "give a day to come, within two years"
                )
            return Answer(choice="remind_me", words=answer.words, remind_on=answer.remind_on)
    return Answer(choice=answer.choice, words=answer.words)
