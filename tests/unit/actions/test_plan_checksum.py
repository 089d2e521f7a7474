"""The checksum says whether a plan says the same, not whether its file looks the same."""

from __future__ import annotations

from collections.abc import Callable

from services.actions.plan import Plan, checksum
from services.actions.plan_file import read_plan


def test_reading_the_same_plan_again_changes_nothing(idrija: Plan, idrija_text: str) -> None:
    again = read_plan(idrija_text, "plan.yaml")
    assert checksum(again) == checksum(idrija)


def test_a_stored_plan_comes_back_the_same(idrija: Plan) -> None:
    stored = Plan.model_validate(idrija.model_dump(mode="json"))
    assert stored == idrija
    assert checksum(stored) == checksum(idrija)


def test_comments_layout_and_written_defaults_do_not_count(idrija: Plan, changed: Callable[..., str]) -> None:
    rewritten = changed(
        "budget: {amount: 60000.00, currency: EUR, phrase: 60.000 EUR}",
        'budget:   # rewritten\n      phrase: "60.000 EUR"\n      amount: 60000\n      vat: unknown',
    )
    assert checksum(read_plan(rewritten, "plan.yaml")) == checksum(idrija)


def test_one_changed_amount_counts(idrija: Plan, changed: Callable[..., str]) -> None:
    edited = changed("{amount: 2000.00, currency: EUR, phrase: EUR 2.000}", '{amount: 2000.01, phrase: "2.000,01 EUR"}')
    assert checksum(read_plan(edited, "plan.yaml")) != checksum(idrija)
