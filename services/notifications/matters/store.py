"""What is kept to tell of matters: activities as last heard of, and since when this installation tells."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from kit.store import Collection, Work
from services.notifications.matters.of_plan import KnownActivity

ACTIVITIES = Collection("activities")
WATERMARKS = Collection("watermarks")
# How a lasting matter stands by the latest that was said of it: {_id: "<kind> <type> <id>", sequence, over}.
STANDINGS = Collection("matter_standings")

ALL = [ACTIVITIES, WATERMARKS, STANDINGS]

_STARTING: Final = timedelta(hours=1)
"""A new installation's services do not all start at once: what happened this long before is still news."""


async def activity(work: Work, activity_id: str) -> KnownActivity | None:
    document = await work.get(ACTIVITIES, activity_id)
    return None if document is None else KnownActivity.model_validate(document)


def keep(work: Work, known: KnownActivity) -> None:
    work.put(ACTIVITIES, {"_id": known.activity_id, **known.model_dump(mode="python")})


async def telling_since(work: Work) -> datetime:
    """What happened before is history: a version that newly tells of something is sent the whole stream first."""
    stored: dict[str, Any] | None = await work.get(WATERMARKS, "matters")
    if stored is not None:
        since: datetime = stored["since"]
        return since
    since = work.now - _STARTING
    work.put(WATERMARKS, {"_id": "matters", "since": since})
    return since


async def stands(work: Work, kind: str, about: tuple[str, str], sequence: int, *, over: bool) -> bool:
    """Note how a lasting matter stands; False when something later was said of it that is known already.

    A beginning and an end are heard by two handlers, in no certain order: both write the same document, so that they
    never both miss what the other does.
    """
    key = " ".join((kind, *about))
    known: dict[str, Any] | None = await work.get(STANDINGS, key)
    if known is not None and known["sequence"] > sequence:
        return False
    work.put(STANDINGS, {"_id": key, "sequence": sequence, "over": over})
    return True
