"""What the actions service hears: money committed to its activities, and taken back."""

from __future__ import annotations

from contracts.funding import CommitmentMadeV1, CommitmentWithdrawnV1
from contracts.values import Money
from kit.bus.handlers import Permanent, handles
from kit.store import Work
from services.actions.store import NEEDS


@handles(CommitmentMadeV1)
async def count_commitment(event: CommitmentMadeV1, work: Work) -> None:
    """The activity needs that much less."""
    await _count(event.activity_id, event.commitment_id, event.amount, work)


@handles(CommitmentWithdrawnV1)
async def count_withdrawal(event: CommitmentWithdrawnV1, work: Work) -> None:
    """The activity needs again what will not come."""
    await _count(event.activity_id, event.commitment_id, event.remaining, work)


async def _count(activity_id: str, commitment_id: str, standing: Money, work: Work) -> None:
    need = await work.load(NEEDS, activity_id)
    if need is None:
        raise Permanent("unknown_activity", f"no plan here has the activity {activity_id}")
    changed = need.commit(commitment_id, standing, work.cause.sequence if work.cause else 0)
    if changed is not need:
        work.save(NEEDS, changed)
