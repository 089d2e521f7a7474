"""What triage stores: the lessons of dismissals; decisions themselves are part of the matches."""

from __future__ import annotations

from datetime import timedelta

from kit.store import Collection, Index, Work
from services.funding.offers import Offer
from services.funding.triage.learning import Lesson, keys_of_call

LESSONS = Collection("lessons", indexes=[Index([("keys", 1), ("lesson.at", -1)])])
FORGOTTEN_AFTER = timedelta(days=3 * 365)
MOST = 500


def keep_lesson(lesson: Lesson, work: Work) -> None:
    document = {"_id": lesson.match_id, "keys": lesson.keys, "lesson": lesson.model_dump(mode="python")}
    work.put(LESSONS, document)


def forget_lesson(match_id: str, work: Work) -> None:
    work.delete(LESSONS, match_id)


async def lessons_for(offer: Offer, work: Work) -> list[Lesson]:
    """The newest lessons that may say something of this call."""
    query = {"keys": {"$in": keys_of_call(offer)}, "lesson.at": {"$gte": work.now - FORGOTTEN_AFTER}}
    found = await work.find(LESSONS, query, sort=[("lesson.at", -1)], limit=MOST)
    return [Lesson.model_validate(each["lesson"]) for each in found]
