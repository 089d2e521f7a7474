"""Why a call may be not for us: the codes of funding's board, in words of our own."""

from __future__ import annotations

from typing import Final

from contracts.values import LocalText

OTHER: Final = "other"
WHY_NOT: Final[dict[str, LocalText]] = {
    "not_applicable": LocalText(sl="ne ustreza našim potrebam ali ciljem", en="not applicable to our needs or goals"),
    "lack_match_ability": LocalText(sl="lastnega deleža ne zmoremo", en="unable to match the own share"),
    "inadequate_capacity": LocalText(sl="za program nimamo dovolj ljudi", en="too few people for the programme"),
    "unable_to_implement": LocalText(sl="aktivnosti ne moremo izvesti", en="unable to carry it out"),
    "unfeasible_to_partner": LocalText(sl="partnerstva ni mogoče sestaviti", en="no partnership can be formed"),
    "unsustainable": LocalText(sl="po koncu denarja ne bi obstalo", en="would not last after the money"),
    "cannot_meet_state_deadlines": LocalText(sl="rokov države ne moremo ujeti", en="unable to meet the State's dates"),
    "no_authority": LocalText(sl="za to nimamo pristojnosti", en="we have no authority for it"),
    "cannot_meet_deadline": LocalText(
        sl="roka za prijavo ne moremo ujeti", en="unable to meet the application deadline"
    ),
    OTHER: LocalText(sl="drugo", en="other"),
}
