"""Why a call is not for us: the codes of a funding office's triage, their words, and what each of them teaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.values import LocalText

# What a dismissal is about, and so which other fits it lowers; None: only this one.
About = Literal["goals", "money", "programme", "activity"]


@dataclass(frozen=True, slots=True)
class Why:
    """One reason to put a call aside."""

    words: LocalText
    about: About | None


def _why(sl: str, en: str, about: About | None) -> Why:
    return Why(LocalText(sl=sl, en=en), about)


REASONS: dict[str, Why] = {
    "not_applicable": _why("ne ustreza našim potrebam ali ciljem", "not applicable to our needs or goals", "goals"),
    "lack_match_ability": _why("lastnega deleža ne zmoremo", "unable to match the own share", "money"),
    "inadequate_capacity": _why("za program nimamo dovolj ljudi", "too few people for the programme", "programme"),
    "unable_to_implement": _why("aktivnosti ne moremo izvesti", "unable to carry it out", "activity"),
    "unfeasible_to_partner": _why("partnerstva ni mogoče sestaviti", "no partnership can be formed", "programme"),
    "unsustainable": _why("po koncu denarja ne bi obstalo", "would not last after the money", "activity"),
    "cannot_meet_state_deadlines": _why(
        "rokov države ne moremo ujeti", "unable to meet the State's dates", "programme"
    ),
    "no_authority": _why("za to nimamo pristojnosti", "we have no authority for it", "programme"),
    "cannot_meet_deadline": _why("roka za prijavo ne moremo ujeti", "unable to meet the application deadline", None),
    "other": _why("drugo", "other", None),
}
