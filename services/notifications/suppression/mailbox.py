"""A mailbox that mail comes back from, and when it is written to no more.

One report that the mailbox does not exist is enough. What may pass, such as a full mailbox or a server that took the
mail for something else, counts when it comes again and again. Somebody has to lift it: an operator, or the person
after looking at the address.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.registry import Event
from contracts.values import Reason, Value
from services.notifications.reasons import reason as say

StrikeKind = Literal["hard", "soft", "refused"]
"""hard: there is no such mailbox; soft: returned for now; refused: the server would not take mail for it at all."""

WITHIN = timedelta(days=30)
ENOUGH: dict[StrikeKind, int] = {"hard": 1, "refused": 3, "soft": 5}
_KEPT = 20


class Strike(Value):
    """Once that mail did not reach it."""

    at: AwareDatetime
    kind: StrikeKind
    reason: str = Field(description="The server's own words.")
    alert_id: str | None = None


class Lifting(Value):
    at: AwareDatetime
    by: str


class Mailbox(BaseModel):
    """What is known of an address that mail came back from. Every step returns a new one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    address: str
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)
    person: str
    strikes: tuple[Strike, ...] = Field(default=(), description="Those that count, the newest last.")
    suppressed_at: AwareDatetime | None = None
    lifted: tuple[Lifting, ...] = ()

    @property
    def why(self) -> Reason | None:
        """Why it is written to no more; None when it is written to."""
        if self.suppressed_at is None:
            return None
        last = self.strikes[-1]
        sl, en = _WHY[last.kind]
        return say("mailbox_suppressed", sl, en, last.reason)

    def struck(self, strike: Strike) -> Self:
        """After one more mail that did not reach it; the same mail counts once."""
        if strike.alert_id is not None and any(
            (each.alert_id, each.kind) == (strike.alert_id, strike.kind) for each in self.strikes
        ):
            return self
        strikes = (*(each for each in self.strikes if each.at + WITHIN > strike.at), strike)[-_KEPT:]
        of_kind = len([each for each in strikes if each.kind == strike.kind])
        suppressed = self.suppressed_at or (strike.at if of_kind >= ENOUGH[strike.kind] else None)
        return self.model_copy(update={"strikes": strikes, "suppressed_at": suppressed})

    def lift(self, by: str, now: datetime) -> Self:
        """Written to again, from nothing counted."""
        if self.suppressed_at is None:
            return self
        lifted = (*self.lifted, Lifting(at=now, by=by))[-_KEPT:]
        return self.model_copy(update={"strikes": (), "suppressed_at": None, "lifted": lifted})


_WHY: dict[StrikeKind, tuple[str, str]] = {
    "hard": (
        "Pošta na ta naslov se je vrnila: predala ni ali je zaprt.",
        "Mail to this address came back: there is no such mailbox, or it is closed.",
    ),
    "soft": ("Pošta na ta naslov se je večkrat vrnila.", "Mail to this address came back several times."),
    "refused": (
        "Poštni strežnik je večkrat zavrnil pošto na ta naslov.",
        "The mail server refused mail to this address several times.",
    ),
}
