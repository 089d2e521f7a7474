"""What a call's dates mean at a moment: whether they are all past, and whether they contradict its status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from contracts.funding import CallStatus, FieldChange, deadline_to_meet
from services.funding.calls.changes import in_words
from services.funding.sources.parsed_call import Conflict, Deadline


class Dated(Protocol):
    """What of a call its dates are judged with."""

    @property
    def deadlines(self) -> Sequence[Deadline]: ...
    @property
    def until_funds_run_out(self) -> bool: ...
    @property
    def corrections(self) -> Mapping[str, Any]: ...


def last_deadline(call: Dated) -> datetime | None:
    return max((each.at for each in call.deadlines), default=None)


def is_past(call: Dated, now: datetime) -> bool:
    """Whether its last deadline has closed it.

    No date closes a call that is open until its money runs out, nor one whose status a person has set.
    """
    last = last_deadline(call)
    return last is not None and last < now and not call.until_funds_run_out and "status" not in call.corrections


def against_status(call: Dated, status: CallStatus, phrase: str | None, now: datetime) -> list[Conflict]:
    """The contradiction between what its source says of its status and the source's own dates, if there is one."""
    deadline = deadline_to_meet(call.deadlines, now)
    if deadline is None or call.until_funds_run_out or "status" in call.corrections:
        return []
    words, past = in_words(deadline), deadline.at < now
    if past and status in ("open", "forecast"):
        against = f"the last deadline, {words}, is past"
    elif not past and status == "closed":
        against = f"a deadline, {words}, is still to come"
    else:
        return []
    return [Conflict(field="status", says=phrase or status, against=against, kind="dates")]


def another_date(call: Dated, was: datetime | None, now: datetime) -> list[FieldChange]:
    """Of several dates another one is now the one to meet; `was` is the one before."""
    known = {each.at: each for each in call.deadlines}
    before, after = in_words(known.get(was) if was else None), in_words(deadline_to_meet(call.deadlines, now))
    return [FieldChange(field="deadline", before=before, after=after, rule="next_date")] if before != after else []
