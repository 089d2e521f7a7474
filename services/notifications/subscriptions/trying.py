"""Try before save: what a search would have told in the last three months, from what was heard in them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from contracts.values import Reason
from kit.store import Store
from services.notifications.subscriptions.heard import Told, turned_away, would_have_told
from services.notifications.subscriptions.history import MOST, history
from services.notifications.subscriptions.subscription import Subscription

BACK: Final = timedelta(days=92)
FEW: Final = 10
"""With fewer calls heard, that a search meets all of them says nothing of it."""
_SHOWN: Final = 100


class Tried(NamedTuple):
    """`calls`: how many calls were heard of since then; `told`: each time somebody would have been told.

    `turned_away`: why the others would not have been told of, each reason with the number of calls, the most first.
    """

    since: datetime
    calls: int
    told: list[Told]
    turned_away: list[tuple[Reason, int]]
    whole: bool

    @property
    def found(self) -> int:
        """How many calls it would have told of."""
        return len({each.heard.call_id for each in self.told})

    @property
    def meets_everything(self) -> bool:
        return self.calls >= FEW and self.found == self.calls

    @property
    def newest_first(self) -> list[Told]:
        return self.told[: -_SHOWN - 1 : -1]

    def shown(self) -> dict[str, Any]:
        """As the API answers."""
        return {
            "since": self.since,
            "whole": self.whole,
            "calls": self.calls,
            "calls_found": self.found,
            "would_have_told": len(self.told),
            "by_kind": dict(Counter(each.kind for each in self.told)),
            "turned_away": [{"reason": reason, "calls": calls} for reason, calls in self.turned_away],
            "meets_everything": self.meets_everything,
            "items": [
                {
                    "at": each.heard.at,
                    "kind": each.kind,
                    "call_id": each.heard.call_id,
                    "title": each.heard.call.title,
                    "activity_number": each.heard.match and each.heard.match.activity_number,
                    "deadline": each.heard.call.deadline,
                }
                for each in self.newest_first
            ],
        }


async def try_on_history(subscription: Subscription, store: Store, now: datetime) -> Tried:
    """Judge what was heard as if the subscription had been there. Beyond what is tried on, `whole` is false."""
    since = now - BACK
    heard = await history(store, since)
    told = would_have_told(subscription, heard)
    calls = len({each.call_id for each in heard})
    return Tried(since, calls, told, turned_away(subscription, heard, told), whole=len(heard) < MOST)
