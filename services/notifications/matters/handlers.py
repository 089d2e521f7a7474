"""What the notifications service hears of everything that is no call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from contracts.actions import (
    ActivityOverdueV1,
    ActivityStatusChangedV1,
    DecisionRecordedV1,
    NeedChangedV1,
    RiskReviewDueV1,
    RiskReviewedV1,
)
from contracts.funding import (
    ApplicationOpenedV1,
    ApplicationReplannedV1,
    ApplicationStateChangedV1,
    ApplicationTaskDueV1,
    ApplicationTaskSettledV1,
    CommitmentMadeV1,
    CommitmentWithdrawnV1,
    ObligationChangedV1,
    SourceFailedV1,
    SourceRecoveredV1,
    StrategyRevisedV1,
)
from contracts.notifications import WebhookDisabledV1, WebhookFailingV1
from contracts.sensors import (
    DeviceMalfunctionedV1,
    DeviceRecoveredV1,
    DeviceRegisteredV1,
    DeviceSilentV1,
    ThresholdClearedV1,
    ThresholdExceededV1,
)
from kit.bus.handlers import handles
from kit.store import Work
from services.notifications.matters import (
    of_applications,
    of_devices,
    of_house,
    of_money,
    of_plan,
    of_risks,
    of_thresholds,
)
from services.notifications.matters.of_plan import KnownActivity
from services.notifications.matters.raising import end, tell
from services.notifications.matters.store import activity, keep, stands
from services.notifications.matters.telling import Ending, Telling


def _at(work: Work) -> datetime:
    return work.cause.time if work.cause is not None else work.now


def _version(work: Work) -> int:
    return work.cause.sequence if work.cause is not None else 0


def _occasion(work: Work) -> str:
    return str(_version(work))


async def _begin(telling: Telling, work: Work) -> None:
    """Tell of something that lasts, unless its end was heard first."""
    about = (telling.matter.type, telling.matter.id)
    holds = await stands(work, telling.kind, about, _version(work), over=False)
    await tell(telling if holds else telling.model_copy(update={"over": True}), work)


async def _end(ending: Ending, work: Work) -> None:
    """Close what was told of something that lasted, unless it has begun again since."""
    if await stands(work, ending.kind, (ending.type, ending.id), _version(work), over=True):
        await end(ending, work)


async def _linked(ids: Sequence[str], work: Work) -> list[KnownActivity]:
    """The activities of these ids that have been heard of."""
    return [known for each in ids if (known := await activity(work, each)) is not None]


@handles(ApplicationOpenedV1)
async def tell_of_opening(event: ApplicationOpenedV1, work: Work) -> None:
    await tell(of_applications.of_opening(event, _at(work), _occasion(work)), work)


@handles(ApplicationStateChangedV1, latest=True)
async def tell_of_state(event: ApplicationStateChangedV1, work: Work) -> None:
    await tell(of_applications.of_state(event, _at(work), _occasion(work)), work)


@handles(ApplicationTaskDueV1)
async def tell_of_task(event: ApplicationTaskDueV1, work: Work) -> None:
    await _begin(of_applications.of_task(event, _at(work)), work)


@handles(ApplicationTaskSettledV1)
async def close_task(event: ApplicationTaskSettledV1, work: Work) -> None:
    """Whoever was told that a task comes due sees that nobody needs to do it any more."""
    if event.state != "open":
        await _end(of_applications.of_settled_task(event, _at(work)), work)


@handles(ApplicationReplannedV1, latest=True)
async def tell_of_replan(event: ApplicationReplannedV1, work: Work) -> None:
    await tell(of_applications.of_replan(event, _at(work), _occasion(work)), work)


@handles(NeedChangedV1, latest=True)
async def tell_of_need(event: NeedChangedV1, work: Work) -> None:
    """Whoever answers for an activity hears when its cost, its dates or its existence changed."""
    before, now = await activity(work, event.activity_id), of_plan.known_from(event, _version(work))
    keep(work, now)
    telling = of_plan.of_need(before, now, event, _at(work))
    if telling is not None:
        await tell(telling, work)
    if (over := of_plan.promised_otherwise(before, now, _at(work))) is not None:
        await _end(over, work)


@handles(ActivityStatusChangedV1, latest=True)
async def tell_of_stage(event: ActivityStatusChangedV1, work: Work) -> None:
    known = await activity(work, event.activity_id)
    await tell(of_plan.of_stage(event, known, _at(work), _occasion(work)), work)
    if (over := of_plan.no_longer_overdue(event, _at(work))) is not None:
        await _end(over, work)


@handles(ActivityOverdueV1)
async def tell_of_delay(event: ActivityOverdueV1, work: Work) -> None:
    await _begin(of_plan.of_overdue(event, _at(work)), work)


@handles(RiskReviewDueV1)
async def tell_of_due_review(event: RiskReviewDueV1, work: Work) -> None:
    await _begin(of_risks.of_review_due(event, _at(work)), work)


@handles(RiskReviewedV1)
async def tell_of_review(event: RiskReviewedV1, work: Work) -> None:
    """A review is news, and the end of the wait for it."""
    await _end(of_risks.no_longer_due(event, _at(work)), work)
    await tell(of_risks.of_review(event, _at(work), _occasion(work)), work)


@handles(DecisionRecordedV1)
async def tell_of_decision(event: DecisionRecordedV1, work: Work) -> None:
    await tell(of_plan.of_decision(event, _at(work)), work)


@handles(StrategyRevisedV1)
async def tell_of_revision(event: StrategyRevisedV1, work: Work) -> None:
    await tell(of_plan.of_revision(event, _at(work)), work)


@handles(CommitmentMadeV1)
async def tell_of_commitment(event: CommitmentMadeV1, work: Work) -> None:
    await tell(of_money.of_commitment(event, _at(work)), work)


@handles(CommitmentWithdrawnV1)
async def tell_of_lost_money(event: CommitmentWithdrawnV1, work: Work) -> None:
    await tell(of_money.of_withdrawal(event, _at(work), _occasion(work)), work)


@handles(ObligationChangedV1, latest=True)
async def tell_of_obligation(event: ObligationChangedV1, work: Work) -> None:
    told = of_money.of_obligation(event, _at(work), _occasion(work))
    await (end(told, work) if isinstance(told, Ending) else tell(told, work))


@handles(SourceFailedV1, latest=True)
async def tell_of_failing_source(event: SourceFailedV1, work: Work) -> None:
    await _begin(of_house.of_failure(event, _occasion(work)), work)


@handles(SourceRecoveredV1, latest=True)
async def close_failing_source(event: SourceRecoveredV1, work: Work) -> None:
    await _end(of_house.of_recovery(event), work)


@handles(DeviceRegisteredV1)
async def tell_of_device(event: DeviceRegisteredV1, work: Work) -> None:
    await tell(of_devices.of_registration(event, _at(work)), work)


@handles(DeviceSilentV1, latest=True)
async def tell_of_silent_device(event: DeviceSilentV1, work: Work) -> None:
    await _begin(of_devices.of_silence(event, await _linked(event.activities, work), _at(work)), work)


@handles(DeviceMalfunctionedV1)
async def tell_of_malfunction(event: DeviceMalfunctionedV1, work: Work) -> None:
    await _begin(of_devices.of_malfunction(event, await _linked(event.activities, work), _at(work)), work)


@handles(DeviceRecoveredV1)
async def tell_of_recovered_device(event: DeviceRecoveredV1, work: Work) -> None:
    """What was told is over; who is concerned, or asks for such news, hears so."""
    await _end(of_devices.end_of(event), work)
    await tell(of_devices.of_recovery(event, await _linked(event.activities, work)), work)


@handles(ThresholdExceededV1, latest=True)
async def tell_of_exceeded_limit(event: ThresholdExceededV1, work: Work) -> None:
    await _begin(of_thresholds.of_exceedance(event, await _linked(event.activities, work), _at(work)), work)


@handles(ThresholdClearedV1)
async def tell_of_cleared_limit(event: ThresholdClearedV1, work: Work) -> None:
    await _end(of_thresholds.end_of(event), work)
    await tell(of_thresholds.of_clearing(event, await _linked(event.activities, work), _at(work)), work)


@handles(WebhookFailingV1)
async def tell_of_failing_webhook(event: WebhookFailingV1, work: Work) -> None:
    await tell(of_house.of_failing_webhook(event, _occasion(work)), work)


@handles(WebhookDisabledV1)
async def tell_of_disabled_webhook(event: WebhookDisabledV1, work: Work) -> None:
    await tell(of_house.of_disabled_webhook(event, _at(work), _occasion(work)), work)


HANDLERS = [
    tell_of_opening,
    tell_of_state,
    tell_of_task,
    close_task,
    tell_of_replan,
    tell_of_need,
    tell_of_stage,
    tell_of_delay,
    tell_of_due_review,
    tell_of_review,
    tell_of_decision,
    tell_of_revision,
    tell_of_commitment,
    tell_of_lost_money,
    tell_of_obligation,
    tell_of_failing_source,
    close_failing_source,
    tell_of_device,
    tell_of_silent_device,
    tell_of_malfunction,
    tell_of_recovered_device,
    tell_of_exceeded_limit,
    tell_of_cleared_limit,
    tell_of_failing_webhook,
    tell_of_disabled_webhook,
]
