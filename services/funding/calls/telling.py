"""What the world is told of a call: the facts others see, and the events a change of it makes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contracts.funding import (
    CallChangedV1,
    CallClosedV1,
    CallFacts,
    CallPublishedV2,
    CallReopenedV1,
    CallWithdrawnV1,
    Deadline,
    FieldChange,
)
from contracts.registry import Event
from services.funding.calls.dates import is_past, last_deadline

if TYPE_CHECKING:
    from services.funding.calls.call import Call

_SUMMARY = 600
_OVER = ("closed", "withdrawn")
_SAID_OTHERWISE = {"deadline", "deadline_phrase", "deadlines", "summary", "title_sl", "title_en"}
_SHARED = sorted(CallFacts.model_fields.keys() - _SAID_OTHERWISE)
_TOLD = sorted(CallPublishedV2.model_fields.keys() - (_SAID_OTHERWISE - {"deadline_phrase"}))


def facts(call: Call, now: datetime) -> CallFacts:
    """The call as other services see it, with the one deadline that has to be met now."""
    deadline = call.deadline(now)
    return CallFacts(
        **{name: getattr(call, name) for name in _SHARED},
        **_texts(call),
        deadline=deadline.at if deadline else None,
        deadline_phrase=(deadline.phrase if deadline else None) or call.deadline_phrase,
    )


def published(call: Call) -> CallPublishedV2:
    """The call as it is announced, with every deadline."""
    told = {name: getattr(call, name) for name in _TOLD}
    return CallPublishedV2(**told, **_texts(call), deadlines=_deadlines(call))


def announcement(call: Call, now: datetime) -> list[Event]:
    """That a call is known; nothing while it is over, by its own word or by its last date."""
    return [] if is_past(call, now) or call.status in _OVER else [published(call)]


def of_change(before: Call, call: Call, changes: Sequence[FieldChange], now: datetime) -> list[Event]:
    """What is told when an announced call went from one state to another."""
    if call.status == "withdrawn" and before.status != "withdrawn":
        return [CallWithdrawnV1(call_id=call.call_id, title=call.title, reason=call.status_phrase, url=call.url)]
    if not changes:
        return []
    events: list[Event] = [
        CallChangedV1(
            call=facts(call, now),
            call_id=call.call_id,
            changes=list(changes),
            material=any(change.material for change in changes),
            urgent=any(change.urgent for change in changes),
            deadlines=_deadlines(call),
        )
    ]
    if call.status == "closed" and before.status != "closed":
        events.append(closed(call, _why_closed(call)))
    if before.status in _OVER and call.status not in _OVER:
        events.append(reopened(call, before.status, now))
    return events


def closed(call: Call, because: str) -> CallClosedV1:
    return CallClosedV1(
        call_id=call.call_id,
        title=call.title,
        because=because,
        deadline=last_deadline(call),
        reason=call.status_phrase if because == "source" else None,
        joined_into=call.joined_into,
        url=call.url,
    )


def reopened(call: Call, was: str, now: datetime) -> CallReopenedV1:
    return CallReopenedV1(
        call_id=call.call_id,
        call=facts(call, now),
        was=was,
        reason=call.status_phrase,
        deadlines=_deadlines(call),
    )


def _why_closed(call: Call) -> str:
    if call.joined_into is not None:
        return "joined"
    if call.lapsed_at is not None:
        return "deadline_passed"
    return "by_hand" if "status" in call.corrections else "source"


def _deadlines(call: Call) -> list[Deadline]:
    return [Deadline.model_validate(each.model_dump()) for each in call.deadlines]


def _texts(call: Call) -> dict[str, Any]:
    return {
        "summary": _summary(call.description),
        "title_sl": call.titles.get("sl"),
        "title_en": call.titles.get("en"),
    }


def _summary(description: str | None) -> str | None:
    """The opening of a description, cut at a sentence where there is one."""
    if description is None or len(description) <= _SUMMARY:
        return description
    opening = description[:_SUMMARY]
    sentence = opening.rfind(". ")
    return opening[: sentence + 1] if sentence > _SUMMARY // 2 else f"{opening[: _SUMMARY - 1]}…"
