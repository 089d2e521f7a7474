"""What past dismissals say about a fit: some points less, said aloud, bounded, and gone when the dismissal is undone.

A lesson orders the board and never empties it: it takes at most 15 points, and never so many that a fit ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from pydantic import AwareDatetime

from contracts.values import LocalText, Reason, Value
from services.funding.keys import CROSS_CUTTING
from services.funding.needs import Need
from services.funding.offers import Offer
from services.funding.triage.reasons import REASONS, About

MOST = 15
_SAME_ACTIVITY, _SAME_ACTION, _SAME_PROGRAMME, _SAME_MONEY = 6, 3, 4, 6


class Lesson(Value):
    """One dismissal as far as other fits may be like it."""

    match_id: str
    reason_code: str
    activity_id: str
    action_number: str
    programme: str | None = None
    funder: str | None = None
    themes: list[str] = []
    co_financing_rate: Decimal | None = None
    call_title: str
    at: AwareDatetime

    @property
    def keys(self) -> list[str]:
        """What a call must share one of for the lesson to say anything of it."""
        return sorted(_keys(self.programme, self.funder, self.themes))

    @property
    def about(self) -> About | None:
        why = REASONS.get(self.reason_code)
        return why.about if why else None


def keys_of_call(offer: Offer) -> list[str]:
    """What a lesson must share one of to say anything of this call."""
    return sorted(_keys(offer.facts.programme, offer.facts.funder, offer.themes))


def _keys(programme: str | None, funder: str | None, themes: Iterable[str]) -> set[str]:
    told = {f"theme:{theme}" for theme in themes if theme not in CROSS_CUTTING}
    return told | {f"{name}:{value}" for name, value in (("programme", programme), ("funder", funder)) if value}


def learnt(lessons: Iterable[Lesson], match_id: str, offer: Offer, need: Need, *, spare: int) -> Reason | None:
    """What the lessons take from this fit, with the dismissals they come from; `spare` are the points it can lose.

    goals: the same activity 6, the same action 3, where a theme is shared. activity: the same activity 6, likewise.
    money: the same programme or funder 6, unless this call pays a higher share. programme: the same one 4.
    """
    alike = [(taken, lesson) for lesson in lessons if (taken := _points(lesson, offer, need)) > 0]
    alike = [(taken, lesson) for taken, lesson in alike if lesson.match_id != match_id]
    points = min(MOST, spare, sum(taken for taken, _ in alike))
    if points <= 0:
        return None
    newest = sorted((lesson for _, lesson in alike), key=lambda lesson: lesson.at, reverse=True)
    names = [REASONS[code].words for code in dict.fromkeys(lesson.reason_code for lesson in newest)]
    sl, en = ", ".join(name.sl for name in names), ", ".join(name.en for name in names)
    return Reason(
        code="dismissed_before",
        text=LocalText(
            sl=f"Podobno je bilo že zavrnjeno ({len(alike)}×): {sl}.",
            en=f"The like was put aside before ({len(alike)}×): {en}.",
        ),
        evidence="; ".join(dict.fromkeys(lesson.call_title for lesson in newest[:3])),
        weight=-points,
    )


def _points(lesson: Lesson, offer: Offer, need: Need) -> int:
    match lesson.about:
        case "goals" | "activity" if _shares_a_theme(lesson, offer):
            if lesson.activity_id == need.activity_id:
                return _SAME_ACTIVITY
            return _SAME_ACTION if lesson.about == "goals" and lesson.action_number == need.action_number else 0
        case "money" if _same_programme(lesson, offer) and not _pays_more(lesson, offer):
            return _SAME_MONEY
        case "programme" if _same_programme(lesson, offer):
            return _SAME_PROGRAMME
    return 0


def _shares_a_theme(lesson: Lesson, offer: Offer) -> bool:
    return bool(offer.themes.intersection(lesson.themes) - CROSS_CUTTING)


def _same_programme(lesson: Lesson, offer: Offer) -> bool:
    if lesson.programme and offer.facts.programme:
        return lesson.programme == offer.facts.programme
    return lesson.funder is not None and lesson.funder == offer.facts.funder


def _pays_more(lesson: Lesson, offer: Offer) -> bool:
    rate = offer.facts.co_financing_rate
    return rate is not None and (lesson.co_financing_rate is None or rate > lesson.co_financing_rate)
