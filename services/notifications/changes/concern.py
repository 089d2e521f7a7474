"""Who hears of what becomes of a call without asking for it: those it was handed over to, and those who apply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from contracts.values import Value
from services.notifications.alerts import Alert

_GIVEN_AWAY = frozenset({"hand_over", "taken"})


class Concern(Value):
    """Why somebody has to know. `handed`: the alert by which the call was handed over to them."""

    applies: bool = False
    handed: Alert | None = None

    @classmethod
    def of(cls, told: Sequence[Alert], *, applies: bool) -> Self | None:
        """From somebody's alerts about the call, oldest first; None for who need not know.

        Who handed the call on, or had it taken back, need not know any more.
        """
        handed = next((each for each in reversed(told) if each.asked and each.asked.how == "handed_over"), None)
        if handed is not None and handed.decision is not None and handed.decision.choice in _GIVEN_AWAY:
            handed = None
        return cls(applies=applies, handed=handed) if applies or handed else None

    def told_by(self, alert: Alert) -> Alert:
        """An alert that no subscription asked for; one answer settles it for all whom the call was handed over to."""
        if self.handed is None:
            return alert
        return alert.model_copy(update={"asked": self.handed.asked, "family": self.handed.family_id})
