"""What calls stored by earlier versions are given, so that today's lists and searches find them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kit.store import Migration
from services.funding.calls.search_words import search_words
from services.funding.calls.store import CALLS


def _complete(document: dict[str, Any], now: datetime) -> Mapping[str, Any]:
    """Release 0.1.0 kept no search words, no next deadline, and of the readings only what they came to."""
    call = CALLS.to_aggregate(document)
    call.readings = call.all_readings()
    call.words = search_words(call)
    deadline = call.deadline(now)
    call.next_deadline = deadline.at if deadline else None
    whole = CALLS.to_document(call)
    return {"$set": {name: whole[name] for name in ("readings", "words", "next_deadline")}}


MIGRATIONS = [
    Migration(1, "search words of calls of 0.1.0", CALLS, {"words": {"$exists": False}}, _complete),
]
