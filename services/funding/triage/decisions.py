"""What somebody decided about a fit, and whether the call has since become another one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, get_args

from pydantic import AwareDatetime, Field

from contracts.funding import FieldChange
from contracts.values import Code, PartialDate, Value
from services.funding.triage.reasons import REASONS

Choice = Literal["apply", "not_for_us", "hand_over", "remind_me"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
WORDS = 1000


class Decision(Value):
    """A decision with what it rested on: `decisive` are the call's facts, in words, as they stood then."""

    choice: Choice
    by: str
    at: AwareDatetime
    via: Code = "board"
    reason_code: str | None = None
    words: str | None = None
    department: str | None = None
    remind_on: PartialDate | None = None
    decisive: dict[str, str | None] = Field(default={}, description="Empty when the call was not known any more.")

    def same_as(self, other: Decision) -> bool:
        """Whether deciding `other` would change nothing."""
        names = ("choice", "reason_code", "words", "department", "remind_on")
        return all(getattr(self, name) == getattr(other, name) for name in names)


class NotDecided(ValueError):
    """A decision that lacks something; `field` is what, `mend` how to give it."""

    def __init__(self, field: str, message: str, mend: str) -> None:
        super().__init__(message)
        self.field, self.mend = field, mend


def checked(decision: Decision, today: date) -> Decision:
    """The decision with only what belongs to its choice. Raises NotDecided naming what is missing."""
    match decision.choice:
        case "not_for_us" if decision.reason_code not in REASONS:
            raise NotDecided("reason_code", "say why the call is not for us", f"choose one of {', '.join(REASONS)}")
        case "not_for_us" if decision.reason_code == "other" and not decision.words:
            raise NotDecided("words", "say in your own words why", "write a sentence")
        case "hand_over" if not decision.department:
            raise NotDecided("department", "say to whom the call is handed over", "name a department or a body")
        case "remind_me" if decision.remind_on is None or decision.remind_on.first_day() <= today:
            raise NotDecided("remind_on", "say on which day you want to be reminded", "give a day that is to come")
    kept = {
        "apply": {"words"},
        "not_for_us": {"words", "reason_code"},
        "hand_over": {"words", "department"},
        "remind_me": {"words", "remind_on"},
    }[decision.choice]
    dropped = {"words", "reason_code", "department", "remind_on"} - kept
    return decision.model_copy(update=dict.fromkeys(dropped))


def changed_since(decision: Decision, decisive: Mapping[str, str | None]) -> list[FieldChange]:
    """What an applicant would decide on that is no longer as it was at the decision."""
    return [
        FieldChange(field=name, before=before, after=decisive[name], material=True)
        for name, before in decision.decisive.items()
        if name in decisive and decisive[name] != before
    ]
