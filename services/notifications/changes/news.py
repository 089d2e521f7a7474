"""News of a known call, whichever event told it."""

from __future__ import annotations

from contracts.funding import CallChangedV1, CallClosedV1, CallFacts, CallReopenedV1, CallWithdrawnV1, FieldChange
from contracts.values import Value
from services.notifications.kinds import AlertKind

SETTLED_ELSEWHERE = "closed"


class News(Value):
    """One version of a call as the people concerned are to hear of it.

    Events of one change bear the same `sequence`, the call's version: call.changed and call.reopened make one News.
    """

    kind: AlertKind
    call_id: str
    sequence: int
    call: CallFacts | None = None
    changes: tuple[FieldChange, ...] = ()
    material: bool = True
    urgent: bool = False
    because: str | None = None
    said: str | None = None

    @property
    def over(self) -> bool:
        """Whether nobody can apply any more."""
        return self.kind in ("call_withdrawn", "call_closed")

    def facts(self, known: CallFacts) -> CallFacts:
        """The call now: as the event tells it, or as it was last known, with the state that the event tells."""
        if self.call is not None:
            return self.call
        return known.model_copy(update={"status": "withdrawn" if self.kind == "call_withdrawn" else "closed"})


def of_change(event: CallChangedV1, sequence: int) -> News | None:
    """None when the call is closed by it: call.closed, which says why, tells of that."""
    rules = {change.rule for change in event.changes}
    if SETTLED_ELSEWHERE in rules:
        return None
    return News(
        kind="call_reopened" if "reopened" in rules else "call_changed",
        call_id=event.call_id,
        sequence=sequence,
        call=event.call,
        changes=tuple(sorted(event.changes, key=lambda change: not change.material)),
        material=event.material,
        urgent=event.urgent,
    )


def of_withdrawal(event: CallWithdrawnV1, sequence: int) -> News:
    return News(kind="call_withdrawn", call_id=event.call_id, sequence=sequence, urgent=True, said=event.reason or None)


def of_closing(event: CallClosedV1, sequence: int) -> News:
    because = f"joined:{event.joined_into}" if event.because == "joined" else event.because
    return News(
        kind="call_closed", call_id=event.call_id, sequence=sequence, because=because, said=event.reason or None
    )


def of_reopening(event: CallReopenedV1, sequence: int) -> News:
    """Told only where call.changed, which knows before and after, did not tell it first."""
    status = FieldChange(
        field="status", before=event.was, after=event.call.status, material=True, urgent=True, rule="reopened"
    )
    return News(
        kind="call_reopened",
        call_id=event.call_id,
        sequence=sequence,
        call=event.call,
        changes=(status,),
        urgent=True,
        said=event.reason or None,
    )
