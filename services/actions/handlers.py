"""What the actions service hears: money committed to its activities."""

from __future__ import annotations

from contracts.funding import CommitmentMadeV1
from kit.bus.handlers import Permanent, handles
from kit.store import Work
from services.actions.store import NEEDS


@handles(CommitmentMadeV1)
async def count_commitment(event: CommitmentMadeV1, work: Work) -> None:
    """The activity needs that much less."""
    need = await work.load(NEEDS, event.activity_id)
    if need is None:
        raise Permanent("unknown_activity", f"no plan here has the activity {event.activity_id}")
    changed = need.commit(event.commitment_id, event.amount)
    if changed is not need:
        work.save(NEEDS, changed)
