"""Since when we ourselves have been listening without a break: nobody is silent while nobody listens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Self

from pydantic import BaseModel

BREAK: Final = timedelta(minutes=3)


class Listening(BaseModel):
    """`since`: the beginning of the present stretch; `until`: when it was last noted; `heard_to`: everything that
    arrived before is taken in. A stretch ends where nothing was noted for longer than `BREAK`."""

    since: datetime
    until: datetime
    heard_to: datetime

    @classmethod
    def begun(cls, now: datetime) -> Self:
        return cls(since=now, until=now, heard_to=now)

    def noted(self, now: datetime, *, waiting: int) -> Self:
        """Still here. `waiting`: messages that arrived and are not taken in yet."""
        since = now if now - self.until > BREAK else self.since
        heard_to = self.heard_to if waiting else now
        return self.model_copy(update={"since": since, "until": max(now, self.until), "heard_to": heard_to})

    def quiet_for(self, last_heard: datetime) -> timedelta:
        """For how long something would have been heard, had it spoken."""
        return self.heard_to - max(last_heard, self.since)
