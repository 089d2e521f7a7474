"""How a call stands now: its next deadline, whether it goes on, and whether somebody applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from contracts.values import Reason
from services.notifications.alerts import Alert
from services.notifications.calendars.dates import Dates
from services.notifications.fits import Decision
from services.notifications.reasons import reason as say

STILL_TO_SUBMIT: Final = frozenset(
    {
        *("considered", "go_decided", "step1_draft", "step1_approved", "step1_approved_with_conditions"),
        *("draft", "returned_to_applicant"),
    }
)
GIVEN_UP: Final = frozenset({"no_go", "withdrawn"})
AFTER_SUBMITTING: Final = frozenset(
    {
        *("step1_submitted", "step1_eligible", "step1_ineligible", "step1_not_approved"),
        *("submitted", "eligible", "ineligible", "not_approved", "approved", "approved_with_conditions"),
        *("conditions_submitted", "returned_for_conditions", "modification_precontracting"),
        *("modification_precontracting_submitted", "contracted", "in_modification", "modification_submitted"),
        *("modification_rejected", "reporting", "closed", "rejected"),
    }
)

APPLIED = say("applied", "Prijava je oddana.", "The application is submitted.")
NOT_APPLYING = say("not_applying", "Prijave ne bo.", "There will be no application.")
CALL_OVER = say("call_not_open", "Razpis je zaprt ali preklican.", "The call is closed or withdrawn.")
UNSUBSCRIBED = say("unsubscribed", "Oseba ni več naročena.", "The person no longer subscribes.")
TOLD_THEN = say("told_then", "Rok je povedalo že obvestilo samo.", "The alert itself told the deadline.")
OVERTAKEN = say("overtaken", "Nadomestil ga je bližji opomnik.", "A nearer reminder stands for it.")


class Standing(NamedTuple):
    """`deadline`: the next one, None when there is none to come. `over`: why nobody can apply any more."""

    deadline: datetime | None
    over: Reason | None = None


def standing_of(dates: Dates | None, newest: Alert, now: datetime) -> Standing:
    """As the call's dates say; where none are kept, as it was last told."""
    if dates is not None and (dates.over is not None or dates.goes_on_as is not None):
        return Standing(None, CALL_OVER)
    if dates is not None and dates.entries:
        ahead = [each.at for each in dates.entries if each.cancelled is None and each.at is not None and each.at > now]
        return Standing(min(ahead, default=None))
    if newest.told_call.status in ("closed", "withdrawn"):
        return Standing(None, CALL_OVER)
    return Standing(newest.deadline)


def taken_care_of(applications: Iterable[str]) -> Reason | None:
    """Why a call's deadline concerns nobody any more, by the states of its applications; None while one is to come.

    A state that only a newer version knows stops nothing.
    """
    states = set(applications)
    if not states or states & STILL_TO_SUBMIT or not states <= AFTER_SUBMITTING | GIVEN_UP:
        return None
    return APPLIED if states & AFTER_SUBMITTING else NOT_APPLYING


def dismissed(alerts: Sequence[Alert]) -> Reason | None:
    """Why a person asked not to hear of the call; whatever else was decided, reminders go on."""
    decisions = [alert.decision for alert in alerts if alert.decision is not None and alert.decision.choice != "seen"]
    last: Decision | None = max(decisions, key=lambda each: each.at, default=None)
    if last is None or last.choice != "not_for_us":
        return None
    date = last.at.date().isoformat()
    return say("dismissed", "Odločeno je, da razpis ni za nas.", "It was decided that the call is not for us.", date)


def told_of(alerts: Sequence[Alert], deadline: datetime) -> datetime:
    """When a person was first told of this deadline; of a call whose deadline moved unsaid, when they heard of it."""
    same = [alert.raised_at for alert in alerts if alert.deadline == deadline and alert.kind != "deadline_near"]
    return min(same) if same else min(alert.raised_at for alert in alerts)


def heard(alerts: Iterable[Alert]) -> list[Alert]:
    """Those by which a person knows the call: not what was kept back because nobody wanted it."""
    return [each for each in alerts if each.withheld is None or each.withheld.code != "unsubscribed"]
