"""The strategy's quarters, what is new since the last revision, and what stands in the way of an approval."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.funding import FieldChange
from contracts.values import LocalText, Money, PartialDate
from services.funding.calls import Call
from services.funding.ledger.totals import at_least
from services.funding.matches import StoredMatch
from services.funding.sources.parsed_call import ParsedCall
from services.funding.strategy.comparing import folded, gone_ids, with_news
from services.funding.strategy.content import Content, Opportunity, SuggestionLine, WithoutMoney
from services.funding.strategy.leaving import why_gone
from services.funding.strategy.opportunities import opportunity
from services.funding.strategy.quarters import Quarter, due_on
from services.funding.strategy.revision import Approval, Draft, NotYet, approved, digest_of

NOW = datetime(2026, 12, 18, 10, tzinfo=UTC)


def _opportunity(call_id: str, **facts: Any) -> Opportunity:
    return Opportunity(call_id=call_id, title=call_id, status="open", own_share=at_least([]), **facts)


def _content(**parts: Any) -> Content:
    return Content(as_of=NOW, quarter="2026-Q4", **parts)


def _form(content: Content, draft: Draft, **facts: Any) -> Approval:
    given = {"seen": digest_of(content, draft), "decided_by": "Odbor", "decided_on": PartialDate(value="2026-12-17")}
    return Approval(**(given | facts))


def _change(field: str, before: str | None, after: str | None, material: bool = False) -> FieldChange:
    return FieldChange(field=field, before=before, after=after, material=material)


@pytest.mark.parametrize(
    ("day", "code", "last"),
    [
        (date(2026, 1, 1), "2026-Q1", date(2026, 3, 31)),
        (date(2026, 6, 30), "2026-Q2", date(2026, 6, 30)),
        (date(2026, 12, 31), "2026-Q4", date(2026, 12, 31)),
        (date(2028, 2, 29), "2028-Q1", date(2028, 3, 31)),
    ],
)
def test_a_day_lies_in_its_quarter(day: date, code: str, last: date) -> None:
    quarter = Quarter.of(day)
    assert (quarter.code, quarter.last_day(), Quarter.read(code)) == (code, last, quarter)
    assert quarter.first_day() <= day <= quarter.last_day()


@pytest.mark.parametrize("text", ["2026", "2026-Q5", "2026-Q0", "Q1-2026", "2026-Q01"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Quarter.read(text)


def test_the_next_revision_is_due_at_the_end_of_the_following_quarter() -> None:
    assert due_on(None, date(2026, 11, 24)) == date(2026, 12, 31)
    assert due_on(Quarter(2026, 4), date(2026, 12, 20)) == date(2027, 3, 31)
    assert due_on(Quarter(2026, 2), date(2026, 12, 20)) == date(2026, 9, 30)


def test_several_changes_of_a_field_are_told_as_one_and_a_return_as_none() -> None:
    steps = [
        _change("deadline", "1 March", "15 March", material=True),
        _change("max_amount", "1", "2"),
        _change("deadline", "15 March", "1 April"),
        _change("max_amount", "2", "1"),
    ]
    assert folded(steps) == [_change("deadline", "1 March", "1 April", material=True)]


def test_new_comes_before_changed_and_changed_before_the_rest() -> None:
    before = _content(opportunities=[_opportunity("same"), _opportunity("moved"), _opportunity("gone")])
    present = [_opportunity("same"), _opportunity("moved"), _opportunity("fresh")]
    told = with_news(present, before, {"moved": [_change("deadline", "a", "b")], "fresh": [_change("x", "a", "b")]})
    assert [(each.call_id, each.news, len(each.changes)) for each in told] == [
        ("fresh", "new", 0),
        ("moved", "changed", 1),
        ("same", "same", 0),
    ]
    assert gone_ids(present, before) == ["gone"]
    assert {each.news for each in with_news(present, None, {})} == {"new"}


def test_the_open_need_is_at_least_what_is_known() -> None:
    def line(number: str, cost: Money | None) -> WithoutMoney:
        return WithoutMoney(activity_id=number, number=number, title=LocalText(sl="", en=""), open_cost=cost)

    need = _content(without_money=[line("1", Money(amount=Decimal(500))), line("2", None)]).open_need
    assert (need.known.amount, need.unknown, need.exact) == (Decimal("500.00"), 1, None)


def test_an_approval_freezes_what_was_seen_and_says_so() -> None:
    content, draft = _content(opportunities=[_opportunity("a")]), Draft(summary="Na kratko")
    revision = approved(_form(content, draft), content, draft, [], "approver", NOW)
    (said,) = revision.events
    assert (revision.revision_id, revision.number, revision.summary) == ("2026-Q4", 1, "Na kratko")
    assert revision.content == content
    assert (said.new, said.own_share_short) == (["a"], None)  # type: ignore[attr-defined]
    again = approved(_form(content, draft), content, draft, ["2026-Q3", "2026-Q4"], "approver", NOW)
    assert (again.revision_id, again.number) == ("2026-Q4-2", 3)


def test_what_stands_in_the_way_of_an_approval_is_named() -> None:
    draft = Draft()
    open_one = _content(suggestions=[SuggestionLine(suggestion_id="s", made_at=NOW, text="Norveški sklad")])
    with pytest.raises(NotYet, match="Norveški sklad") as waiting:
        approved(_form(open_one, draft), open_one, draft, [], "approver", NOW)
    assert waiting.value.field == "suggestions"
    content = _content()
    with pytest.raises(NotYet) as early:
        approved(_form(content, draft, decided_on=PartialDate(value="2027-01")), content, draft, [], "a", NOW)
    assert early.value.field == "decided_on"
    with pytest.raises(NotYet) as stale:
        approved(_form(content, draft), _content(opportunities=[_opportunity("late")]), draft, [], "a", NOW)
    assert stale.value.stale


def test_the_moment_of_looking_is_no_change() -> None:
    later = _content().model_copy(update={"as_of": datetime(2026, 12, 19, tzinfo=UTC)})
    assert digest_of(later, Draft()) == digest_of(_content(), Draft())
    assert digest_of(_content(), Draft(summary="x")) != digest_of(_content(), Draft())


def test_a_call_pays_its_most_once_however_many_activities_it_fits() -> None:
    parsed = ParsedCall(
        source="by-hand", key="k", title="x", co_financing_rate=Decimal("0.8"), max_amount=Money(amount=Decimal(15000))
    )
    call = Call.first_seen(parsed, NOW)

    def fit(number: str, cost: int | None) -> StoredMatch:
        return StoredMatch(
            match_id=number,
            call_id=call.call_id,
            activity_id=number,
            activity_number=number,
            activity_title=LocalText(sl="", en=""),
            call_version=1,
            need_sequence=1,
            fits=True,
            open_cost=Money(amount=Decimal(cost)) if cost else None,
            judged_at=NOW,
        )

    told = opportunity(call, [fit("1", 20000), fit("2", 30000), fit("3", None)]).own_share
    assert (told.known.amount, told.unknown) == (Decimal("35000.00"), 1)
    unknown = opportunity(call.model_copy(update={"co_financing_rate": None}), [fit("1", 20000)]).own_share
    assert unknown.exact is None


def test_a_call_nobody_knows_is_gone_for_a_reason_too() -> None:
    assert why_gone(None, None).en
