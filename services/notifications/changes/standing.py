"""How a call stands by the latest that was said of it: events of several kinds are heard in no certain order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from pydantic import AwareDatetime

from contracts.funding import CallFacts, CallStatus
from contracts.values import Value
from services.notifications.changes.news import News


class Standing(Value):
    """The latest news of a call. `call`: its facts as last told with a change; null when only its end was told."""

    call_id: str
    sequence: int
    said_at: AwareDatetime
    over: CallStatus | None = None
    call: CallFacts | None = None

    @classmethod
    def unheard(cls, call_id: str) -> Self:
        """Nothing but the call itself was heard yet."""
        return cls(call_id=call_id, sequence=0, said_at=datetime.min.replace(tzinfo=UTC))

    @classmethod
    def of(cls, news: News, said_at: datetime, before: Self | None) -> Self:
        """The standing after a piece of news; what is older than what is known changes nothing."""
        if before is not None and before.sequence > news.sequence:
            return before
        over: CallStatus | None = None
        if news.over:
            over = "withdrawn" if news.kind == "call_withdrawn" else "closed"
        call = news.call or (before.call if before else None)
        return cls(call_id=news.call_id, sequence=news.sequence, said_at=said_at, over=over, call=call)

    def end_after(self, news: News) -> CallStatus | None:
        """How the call ended by something said after this news, which nobody needs to hear any more then."""
        return self.over if self.sequence > news.sequence and not news.over else None

    def now(self, call: CallFacts, said_at: datetime) -> CallFacts:
        """A call as some event told it, brought up to date where what stands was said later."""
        if self.said_at <= said_at:
            return call
        newer = self.call or call
        return newer if self.over is None else newer.model_copy(update={"status": self.over})
