"""What needs doing next: concrete things, the most pressing first."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from contracts.values import LocalText, PartialDate, Value
from services.reporting.read_model import Activity, Call, Due, Known

SHOWN = 10
# An activity due after the end of next year needs nobody to look for money yet.
YEARS_AHEAD = 1

Kind = Literal["activity_late", "source_failing", "alert_failed", "plan_waiting", "call_deadline", "activity_unfunded"]
_ORDER: tuple[Kind, ...] = (
    "activity_late",
    "source_failing",
    "alert_failed",
    "plan_waiting",
    "call_deadline",
    "activity_unfunded",
)


class Step(Value):
    """One thing to do. `due` is null for what is pressing now; `at` is the exact moment where there is one."""

    kind: Kind
    title: LocalText
    about: str | None = None
    due: Due | None = None
    at: AwareDatetime | None = None
    link: str


class Steps(NamedTuple):
    """The first steps, and how many there are."""

    first: list[Step]
    in_all: int


def next_steps(known: Known, now: datetime, zone: ZoneInfo) -> Steps:
    """Everything that waits for somebody, by date; what has no date counts as due today, kinds as listed in `Kind`.

    Named are: activities past their date, sources that fail, alerts that reached nobody, a plan version without
    approval, calls with a fit nobody decided on, by deadline, and activities due by the end of next year for which
    nothing is committed. A date known to the year counts as its last day.
    """
    today = now.astimezone(zone).date()
    steps = [
        *_activities(known, today),
        *_sources(known, now),
        *_alerts(known),
        *_plan(known),
        *_calls(known, now, zone),
    ]
    ranked = sorted(steps, key=lambda step: _rank(step, today))
    return Steps(ranked[:SHOWN], len(ranked))


def _rank(step: Step, today: date) -> tuple[date, float, int, str]:
    moment = step.at.timestamp() if step.at else float("inf")
    return (step.due.last_day if step.due else today, moment, _ORDER.index(step.kind), step.link)


def _activities(known: Known, today: date) -> list[Step]:
    steps = []
    for activity in known.activities:
        if activity.ended or activity.reached or activity.due is None:
            continue
        if activity.due.last_day() < today:
            steps.append(_step_of(activity, "activity_late", "Dokončajte ali prestavite", "Finish or reschedule"))
        elif _near(activity.due, today) and not known.committed_to(activity):
            steps.append(_step_of(activity, "activity_unfunded", "Zagotovite denar za", "Find money for"))
    return steps


def _near(due: PartialDate, today: date) -> bool:
    return due.last_day().year - today.year <= YEARS_AHEAD


def _step_of(activity: Activity, kind: Kind, sl: str, en: str) -> Step:
    return Step(
        kind=kind,
        title=LocalText(
            sl=f"{sl}: {activity.number} {activity.title_sl or activity.title}",
            en=f"{en}: {activity.number} {activity.title}",
        ),
        about=activity.number,
        due=Due.of(activity.due),
        link=f"/plan/activities/{activity.number}",
    )


def _sources(known: Known, now: datetime) -> list[Step]:
    return [
        Step(
            kind="source_failing",
            title=LocalText(
                sl=f"Vir {source.source} ne daje razpisov, kot bi moral: preverite ga",
                en=f"The source {source.source} does not give calls as it should: look into it",
            ),
            about=source.source,
            link="/funding/calls",
        )
        for source in known.sources
        if source.failing_at(now)
    ]


def _alerts(known: Known) -> list[Step]:
    return [
        Step(
            kind="alert_failed",
            title=LocalText(
                sl=f"Obvestilo ni doseglo prejemnika: {alert.title}",
                en=f"An alert did not reach its reader: {alert.title}",
            ),
            about=alert.alert_id,
            link="/inbox",
        )
        for alert in known.failed_alerts
    ]


def _plan(known: Known) -> list[Step]:
    plan = known.plan
    if not known.internal or plan is None or plan.waiting is None:
        return []
    title = LocalText(
        sl=f"Potrdite različico {plan.waiting} načrta",
        en=f"Approve version {plan.waiting} of the plan",
    )
    return [Step(kind="plan_waiting", title=title, about=plan.plan_id, link="/plan")]


def _calls(known: Known, now: datetime, zone: ZoneInfo) -> list[Step]:
    waiting = {match.call_id for match in known.waiting_matches(now)}
    return [
        _decision(call, known, zone)
        for call in known.calls
        if call.facts.call_id in waiting and call.facts.deadline is not None
    ]


def _decision(call: Call, known: Known, zone: ZoneInfo) -> Step:
    fits = known.matches_of(call.facts.call_id)
    number, more = fits[0].activity_number, len(fits) - 1
    deadline = call.facts.deadline
    day = deadline.astimezone(zone).date() if deadline else None
    return Step(
        kind="call_deadline",
        title=LocalText(
            sl=f"Odločite se o razpisu za {number}{f' (in še {more})' if more else ''}: {call.facts.title}",
            en=f"Decide on the call for {number}{f' (and {more} more)' if more else ''}: {call.facts.title}",
        ),
        about=call.facts.call_id,
        due=Due.of(PartialDate(value=day.isoformat())) if day else None,
        at=deadline,
        link=f"/funding/calls/{call.facts.call_id}",
    )
