"""The compact verdict on one call: whom it was held against, what came of it, and when it has to be looked at again.

Only fits get rows of their own. For all the other activities the verdict says how many fell silent for which reason,
and the reason of any single pair is worked out when somebody asks (`why.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from pydantic import AwareDatetime, BaseModel, Field

from contracts.registry import Event
from contracts.values import Reason
from services.funding.offers import LJUBLJANA, Offer

LOOK_AGAIN = timedelta(minutes=3)
"""A need that is stored at the same moment does not see the call, nor the call it; longer than any handler may take."""


class Verdict(BaseModel):
    """What came of holding one call against all activities. `silences`: how many, by the code of the reason."""

    call_id: str
    call_version: int
    keys: list[str]
    shut: Reason | None = Field(default=None, description="What rules the call out for every activity.")
    silences: dict[str, int] = {}
    judged_at: AwareDatetime
    look_again_until: AwareDatetime | None = None
    turns_on: str | None = Field(default=None, description="The next day (ISO) on which time alone changes something.")
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @property
    def live(self) -> bool:
        return self.shut is None

    def settled(self) -> Self:
        """Nothing that was stored at the same moment can still be missing."""
        return self.model_copy(update={"look_again_until": None})


def verdict_on(
    offer: Offer, call_version: int, shut: Reason | None, silences: dict[str, int], version: int, now: datetime
) -> Verdict:
    turns_on = offer.turns_on(now.astimezone(LJUBLJANA).date()) if shut is None else None
    return Verdict(
        call_id=offer.facts.call_id,
        call_version=call_version,
        keys=sorted(offer.keys),
        shut=shut,
        silences=silences,
        judged_at=now,
        look_again_until=now + LOOK_AGAIN if shut is None else None,
        turns_on=turns_on.isoformat() if turns_on else None,
        version=version,
    )
