"""The makerspace asks the call for creative centres for money."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from contracts.examples.actions import ACTIVITY
from contracts.examples.funding.calls import CALL, DEADLINE, TITLE
from contracts.funding import (
    ApplicationOpenedV1,
    ApplicationReplannedV1,
    ApplicationStateChangedV1,
    ApplicationTaskDueV1,
    ApplicationTaskSettledV1,
    AppliedFor,
    TaskMoved,
)
from contracts.registry import Event
from contracts.values import LocalText, PartialDate

APPLICATION = "application-2027-001"
MOVED_FROM = datetime(2027, 3, 31, 10, 0, tzinfo=UTC)

_SHARED: dict[str, Any] = {
    "application_id": APPLICATION,
    "call_id": CALL,
    "call_title": TITLE,
    "title": "Oprema ustvarjalnega prostora v Idriji",
    "lead_department": "Oddelek za gospodarstvo",
}
_ACTIVITIES = [
    AppliedFor(
        activity_id=ACTIVITY,
        number="2.1.1",
        title=LocalText(sl="Vzpostavitev infrastrukture in opreme", en="Infrastructure and equipment setup"),
    )
]
_COUNCIL = LocalText(sl="Sklep občinskega sveta", en="Decision of the council")

EXAMPLES: tuple[Event, ...] = (
    ApplicationOpenedV1(**_SHARED, activities=_ACTIVITIES, deadline=DEADLINE, opened_by="officer@idrija.example"),
    ApplicationStateChangedV1(
        **_SHARED,
        activities=_ACTIVITIES,
        move="decide_go",
        before="considered",
        after="go_decided",
        why="Lastni delež je v proračunu.",
        reasons=["will_apply", "own_share_ready"],
        deadline=DEADLINE,
        happened_at=datetime(2026, 12, 1, 9, 30, tzinfo=UTC),
        changed_by="coordinator@idrija.example",
        before_name=LocalText(sl="v presoji", en="under consideration"),
        after_name=LocalText(sl="odločeno: prijava", en="decided: apply"),
    ),
    ApplicationReplannedV1(
        **_SHARED,
        because="deadline",
        deadline_before=MOVED_FROM,
        deadline=DEADLINE,
        verdict="on_time",
        words=LocalText(
            sl="Pravočasno: korak »DIIP« se mora začeti najpozneje 3. 2. 2027, čez 20 delovnih dni.",
            en="On time: “DIIP (project identification)” must begin by 3 February 2027, in 20 working days.",
        ),
        blocking="diip",
        margin=20,
        tasks=[
            TaskMoved(
                task_id="council_decision",
                task_title=_COUNCIL,
                before=PartialDate(value="2027-03-25"),
                after=PartialDate(value="2027-04-22"),
            )
        ],
    ),
    ApplicationTaskDueV1(
        **_SHARED,
        task_id="council_decision",
        task_title=_COUNCIL,
        owner="Nataša Rupnik",
        due=PartialDate(value="2027-04-22"),
        days_left=7,
        step="council_decision",
    ),
    ApplicationTaskSettledV1(
        **_SHARED,
        task_id="council_decision",
        task_title=_COUNCIL,
        state="done",
        owner="Nataša Rupnik",
        due=PartialDate(value="2027-04-22"),
        by="approver@idrija.example",
    ),
)
