from __future__ import annotations

from datetime import date

import pytest

from contracts.values import PartialDate
from services.funding.triage.reasons import REASONS
from services.notifications.answers.answer import Answer, NotAnswered, checked
from services.notifications.answers.why_not import WHY_NOT

TODAY = date(2027, 2, 19)


def test_a_reason_is_called_here_as_on_the_board() -> None:
    assert {code: why.words for code, why in REASONS.items()} == WHY_NOT


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        (Answer(choice="not_for_us"), "reason_code"),
        (Answer(choice="not_for_us", reason_code="bad_mood"), "reason_code"),
        (Answer(choice="not_for_us", reason_code="other"), "words"),
        (Answer(choice="hand_over"), "to"),
        (Answer(choice="hand_over", to_person="a", to_department="b"), "to"),
        (Answer(choice="remind_me"), "remind_on"),
        (Answer(choice="remind_me", remind_on=PartialDate(value="2027-02-19")), "remind_on"),
        (Answer(choice="remind_me", remind_on=PartialDate(value="2227-02-19")), "remind_on"),
    ],
)
def test_what_is_missing_is_named(answer: Answer, field: str) -> None:
    with pytest.raises(NotAnswered) as refused:
        checked(answer, TODAY)
    assert refused.value.field == field
    assert refused.value.mend


def test_an_answer_keeps_only_what_belongs_to_it() -> None:
    everything = {"reason_code": "no_authority", "to_person": "ana", "remind_on": PartialDate(value="2027-03-01")}
    assert checked(Answer(choice="apply", **everything), TODAY) == Answer(choice="apply")
    assert checked(Answer(choice="not_for_us", **everything), TODAY) == Answer(
        choice="not_for_us", reason_code="no_authority"
    )
    assert checked(Answer(choice="not_for_us", words="Imamo že."), TODAY).reason_code == "other"
