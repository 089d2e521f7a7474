from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.values import PartialDate
from services.funding.calls import Call
from services.funding.matching import Match, match
from services.funding.needs import Need
from services.funding.offers import Offer
from services.funding.sources.parsed_call import Deadline, ParsedCall
from services.funding.themes import topic_of
from services.funding.triage.board import Place
from services.funding.triage.decisions import Decision, NotDecided, changed_since, checked
from services.funding.triage.learning import MOST, Lesson

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def lesson(number: int = 0, **facts: Any) -> Lesson:
    known: dict[str, Any] = {
        "match_id": f"match-{number}",
        "reason_code": "lack_match_ability",
        "activity_id": "another",
        "action_number": "9.9",
        "funder": "Ministrstvo za kulturo",
        "themes": ["cultural_heritage"],
        "co_financing_rate": Decimal("0.8"),
        "call_title": f"Razpis {number}",
        "at": NOW,
    }
    return Lesson.model_validate({**known, **facts})


@pytest.fixture
def fit(parsed: Callable[..., ParsedCall], need: Callable[..., Need]) -> Callable[..., Match]:
    def build(*lessons: Lesson, **facts: Any) -> Match:
        call = parsed(
            title="Obnova stavb kulturne dediščine: ustvarjalni center",
            description="Prenova opuščenega objekta.",
            funder="Ministrstvo za kulturo",
            deadlines=[Deadline(at=datetime(2027, 3, 15, 13, tzinfo=UTC))],
            eligible_applicants=["government_municipal"],
            **{"co_financing_rate": Decimal("0.8"), **facts},
        )
        found = match(Offer.of(Call.first_seen(call, NOW), NOW), need(), TODAY, lessons=lessons)
        assert isinstance(found, Match)
        return found

    return build


def test_a_lesson_is_a_reason_with_points_and_names_where_it_comes_from(fit: Callable[..., Match]) -> None:
    taught = fit(lesson())
    (reason,) = [each for each in taught.reasons_against if each.code == "dismissed_before"]
    assert reason.weight is not None
    assert taught.score == fit().score + reason.weight
    assert reason.evidence == "Razpis 0"


def test_many_lessons_take_no_more_than_their_bound_and_end_no_fit(fit: Callable[..., Match]) -> None:
    assert fit(*(lesson(number) for number in range(40))).score == fit().score - MOST


@pytest.mark.parametrize(
    "facts",
    [
        {"reason_code": "other"},
        {"reason_code": "cannot_meet_deadline"},
        {"funder": "Drugo ministrstvo"},
        {"co_financing_rate": Decimal("0.7")},
        {"reason_code": "not_applicable"},
    ],
)
def test_what_is_not_alike_takes_nothing(fit: Callable[..., Match], facts: dict[str, Any]) -> None:
    assert fit(lesson(**facts)).score == fit().score


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"choice": "not_for_us"}, "reason_code"),
        ({"choice": "not_for_us", "reason_code": "unheard_of"}, "reason_code"),
        ({"choice": "not_for_us", "reason_code": "other"}, "words"),
        ({"choice": "hand_over"}, "department"),
        ({"choice": "remind_me", "remind_on": PartialDate(value="2026-11-24")}, "remind_on"),
    ],
)
def test_a_decision_that_lacks_something_names_it(form: dict[str, Any], field: str) -> None:
    with pytest.raises(NotDecided) as refused:
        checked(Decision(by="maja", at=NOW, **form), TODAY)
    assert refused.value.field == field
    assert refused.value.mend


def test_a_decision_keeps_only_what_belongs_to_it() -> None:
    kept = checked(Decision(choice="apply", by="maja", at=NOW, reason_code="other", department="Oddelek"), TODAY)
    assert (kept.reason_code, kept.department) == (None, None)


def test_only_what_was_known_at_the_decision_can_have_changed() -> None:
    held = Decision(choice="apply", by="maja", at=NOW, decisive={"status": "open", "budget": None})
    assert changed_since(held, {"status": "open", "budget": None, "territory": "SI"}) == []
    (change,) = changed_since(held, {"status": "open", "budget": "5.00 EUR"})
    assert (change.field, change.before, change.after, change.material) == ("budget", None, "5.00 EUR", True)


@pytest.mark.parametrize("cursor", [None, "", "x", "12", "12.", "-1.call-a"])
def test_a_cursor_that_is_none_of_ours_is_the_start(cursor: str | None) -> None:
    assert Place.read(cursor) is None


def test_a_cursor_is_read_back() -> None:
    assert Place.read(str(Place(86, "call-a.b"))) == Place(86, "call-a.b")


@pytest.mark.parametrize(
    ("heading", "prose", "met"),
    [
        ("Prenova stavb", "", True),
        ("Energetska prenova osnovnih šol", "", False),
        ("Prenova", "Prenova vrtca. Prenova stavbe.", True),
        ("Pomoč", "Prenova stavb ni upravičena, stroški prenove niso upravičeni.", False),
    ],
)
def test_a_word_counts_by_its_company(heading: str, prose: str, met: bool) -> None:
    assert ("renovation" in topic_of(heading, prose).concepts) is met
