"""A plan, two calls, a device and their alerts, as the services would tell of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from contracts.actions import (
    ActionSummary,
    ActivityStatusChangedV1,
    NeedChangedV1,
    PlanApprovedV1,
    PlanImportedV1,
)
from contracts.conversions import convert
from contracts.envelope import Envelope
from contracts.funding import (
    CallChangedV1,
    CallFacts,
    CallMatchedV1,
    CallPublishedV1,
    CallPublishedV2,
    CallWithdrawnV1,
    CommitmentMadeV1,
    CommitmentWithdrawnV1,
    SourceFailedV1,
)
from contracts.notifications import AlertAcknowledgedV1, AlertDeliveredV1, AlertFailedV1, AlertRaisedV1
from contracts.registry import Event
from contracts.sensors import DeviceRegisteredV1, Observation, ReadingsRecordedV1
from contracts.values import Money, PartialDate, Timing
from kit.clock import now, uuid7

START = now() - timedelta(hours=12)
PLAN = "trial"
MUNICIPALITY = "idrija"


def said(event: Event, sequence: int, after: float = 0) -> Envelope:
    """`event` as its producer publishes it, `after` hours into the story."""
    event_id = uuid7()
    return Envelope(
        id=event_id,
        municipality=MUNICIPALITY,
        subject=str(getattr(event, event.contract.subject_field)),
        sequence=sequence,
        time=START + timedelta(hours=after),
        event=event,
        correlation_id=event_id,
    )


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount))


def imported(version: int, *budgets: str) -> PlanImportedV1:
    return PlanImportedV1(
        plan_id=PLAN,
        title="Trial plan",
        version=version,
        checksum=f"sum-{version}",
        actions=[
            ActionSummary(
                number=f"{number}.1",
                title=f"Action {number}",
                area="Area",
                objective="Aim",
                activities=1,
                budget=euros(budget),
            )
            for number, budget in enumerate(budgets, 1)
        ],
        activities=2,
        risks=0,
        estimated=euros(str(sum(Decimal(budget) for budget in budgets))),
    )


def need(number: str, version: int, estimated: str | None, *, removed: bool = False) -> NeedChangedV1:
    return NeedChangedV1(
        activity_id=f"{PLAN}:{number}",
        number=number,
        title=f"Activity {number} as of version {version}",
        plan_id=PLAN,
        plan_version=version,
        action_number=number.rpartition(".")[0],
        action_title="Action",
        estimated=euros(estimated) if estimated else None,
        timing=Timing(kind="by", due=PartialDate(value=str(datetime.now(UTC).year + 3))),
        responsible=["Municipality"],
        removed=removed,
    )


def call(call_id: str, title: str = "A call", **fields: object) -> CallFacts:
    facts = {"status": "open", "source": "gov-si", "deadline": now() + timedelta(days=30), **fields}
    return CallFacts.model_validate({"call_id": call_id, "title": title, **facts})


def published(facts: CallFacts) -> Event:
    known = CallPublishedV1(**facts.model_dump())
    return convert(known, CallPublishedV2.contract, START)


def match(call_id: str, number: str, score: int) -> CallMatchedV1:
    return CallMatchedV1(
        match_id=f"{call_id}-{number}",
        call=call(call_id),
        activity_id=f"{PLAN}:{number}",
        activity_number=number,
        activity_title="Activity",
        action_number=number.rpartition(".")[0],
        action_title="Action",
        score=score,
        reasons_for=[],
    )


def commitment(commitment_id: str, number: str, amount: str) -> CommitmentMadeV1:
    return CommitmentMadeV1(
        commitment_id=commitment_id,
        activity_id=f"{PLAN}:{number}",
        activity_number=number,
        amount=euros(amount),
        source_class="eu",
    )


def readings(*values: tuple[float, str | None]) -> ReadingsRecordedV1:
    observations = [
        Observation(time=START + timedelta(hours=at), value=None if value is None else Decimal(value))
        for at, value in values
    ]
    return ReadingsRecordedV1(
        series_id="hall--pm10",
        device_id="hall",
        observed_property="pm10",
        unit="ug/m3",
        count=len(observations),
        readings=observations,
    )


def raised(alert_id: str, call_id: str) -> AlertRaisedV1:
    return AlertRaisedV1(alert_id=alert_id, person="maja", kind="call_matched", title="A call", call_id=call_id)


def the_story() -> list[Envelope]:
    """Everything in the order in which it happened: entities change more than once."""
    changed = call("call-a", "A call, extended", status="open")
    return [
        said(imported(1, "100000.00", "30000.00"), 1),
        said(need("1.1.1", 1, "80000.00"), 1),
        said(need("2.1.1", 1, "20000.00"), 1),
        said(PlanApprovedV1(plan_id=PLAN, version=1, approved_by="approver", approved_at=START), 2),
        said(_stage("1.1.1", "not_started", "in_preparation"), 2, after=1),
        said(_stage("1.1.1", "in_preparation", "under_way"), 3, after=2),
        said(imported(2, "100000.00", "35000.00"), 3, after=3),
        said(need("1.1.1", 2, "90000.00"), 4, after=3),
        said(need("2.1.1", 2, None, removed=True), 2, after=3),
        said(need("2.1.2", 2, None), 1, after=3),
        said(commitment("money-1", "1.1.1", "31000.00"), 1, after=4),
        said(_withdrawn("money-1", "1.1.1", "6000.00", "25000.00"), 2, after=5),
        said(commitment("money-2", "2.1.1", "5000.00"), 1, after=4),
        said(published(call("call-a")), 1, after=5),
        said(published(call("call-b")), 1, after=5),
        said(published(call("call-c", source="sedia", status="forecast")), 1, after=5),
        said(CallChangedV1(call_id="call-a", call=changed, changes=[], material=True), 2, after=6),
        said(match("call-a", "1.1.1", 60), 1, after=6),
        said(match("call-a", "1.1.1", 75), 2, after=7),
        said(match("call-b", "2.1.2", 66), 1, after=7),
        said(CallWithdrawnV1(call_id="call-b", title="A call"), 2, after=8),
        said(_failure("sedia", after=4), 1, after=4),
        said(_failure("by-hand", after=8), 1, after=8),
        said(DeviceRegisteredV1(device_id="hall", name="Town hall", first_seen=START), 1),
        said(readings((1, "11.5"), (2, "12.0")), 1, after=2),
        said(readings((3, "14.0"), (4, None)), 2, after=4),
        said(readings((0, "99.0")), 3, after=5),
        said(raised("alert-1", "call-a"), 1, after=8),
        said(_delivered("alert-1", after=8), 2, after=8),
        said(raised("alert-2", "call-b"), 1, after=8),
        said(AlertFailedV1(alert_id="alert-2", person="maja", channel="email", reason="550", attempts=1), 2, after=9),
        said(raised("alert-3", "call-a"), 1, after=9),
        said(AlertAcknowledgedV1(alert_id="alert-3", person="jan", decision="seen", call_id="call-a"), 2, after=9),
    ]


def _stage(number: str, before: str, after: str) -> ActivityStatusChangedV1:
    return ActivityStatusChangedV1(
        activity_id=f"{PLAN}:{number}",
        number=number,
        title="Activity",
        action_number=number.rpartition(".")[0],
        before=before,
        after=after,
        changed_by="maja",
    )


def _withdrawn(commitment_id: str, number: str, amount: str, remaining: str) -> CommitmentWithdrawnV1:
    return CommitmentWithdrawnV1(
        commitment_id=commitment_id,
        activity_id=f"{PLAN}:{number}",
        activity_number=number,
        withdrawn=euros(amount),
        remaining=euros(remaining),
        reason="the call was revoked",
    )


def _failure(source: str, after: float) -> SourceFailedV1:
    return SourceFailedV1(source=source, kind="zero_rows", reason="no rows", occurred_at=START + timedelta(hours=after))


def _delivered(alert_id: str, after: float) -> AlertDeliveredV1:
    return AlertDeliveredV1(
        alert_id=alert_id, person="maja", channel="email", delivered_at=START + timedelta(hours=after)
    )
