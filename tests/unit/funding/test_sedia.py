from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.sedia import Sedia
from services.funding.sources.source import Malformed, Payload, Reading


def record(**metadata: Any) -> dict[str, Any]:
    known = {"identifier": ["CERV-1"], "title": ["Title"], "type": ["1"], "status": ["31094502"], "language": ["en"]}
    merged = {**known, **metadata}
    return {"reference": "r", "metadata": {key: value for key, value in merged.items() if value is not None}}


def read(*results: Any, total: int | None = None, **options: Any) -> Reading:
    answer = {"totalResults": len(results) if total is None else total, "results": list(results)}
    return Sedia(**options).read([Payload("page-1", json.dumps(answer).encode())])


def only(reading: Reading) -> ParsedCall:
    assert reading.rejected == []
    (call,) = reading.calls
    return call


@pytest.mark.parametrize(("code", "status"), [("31094501", "forecast"), ("31094502", "open"), ("31094503", "closed")])
def test_status_codes(code: str, status: str) -> None:
    assert only(read(record(status=[code]))).status == status


def test_an_unknown_status_code_is_said_and_not_guessed() -> None:
    call = only(read(record(status=["99"])))
    assert call.status == "unknown"
    assert [(unread.field, unread.phrase) for unread in call.unread] == [("status", "99")]


def test_languages_of_one_topic_become_one_call_in_the_asked_language() -> None:
    reading = read(
        record(language=["bg"], title=["Заглавие"]), record(title=["Title"]), record(language=["sl"], title=["Naslov"])
    )
    assert only(reading).title == "Title"
    assert (reading.seen, reading.merged) == (3, 2)
    assert only(read(record(language=["bg"], title=["Заглавие"]), language="sl")).title == "Заглавие"


def test_deadlines_of_repeated_records_are_gathered_in_order() -> None:
    call = only(
        read(
            record(deadlineDate=["2027-10-01T12:00:00.000+0200"], deadlineModel=["multiple cut-off"]),
            record(deadlineDate=["2027-02-18T12:00:00.000+0100"], deadlineModel=["multiple cut-off"]),
        )
    )
    assert [each.at.isoformat() for each in call.deadlines] == [
        "2027-02-18T12:00:00+01:00",
        "2027-10-01T12:00:00+02:00",
    ]
    assert {each.kind for each in call.deadlines} == {"cut_off"}


@pytest.mark.parametrize("offset", ["+0000", "+0200"])
def test_midnight_is_a_day_without_an_hour_and_keeps_its_day(offset: str) -> None:
    (deadline,) = only(read(record(deadlineDate=[f"2026-09-17T00:00:00.000{offset}"]))).deadlines
    assert not deadline.hour_stated
    assert deadline.at == datetime.fromisoformat("2026-09-17T23:59:59+02:00")


def test_a_stated_hour_is_the_deadline() -> None:
    (deadline,) = only(read(record(deadlineDate=["2026-09-17T17:00:00.000+0200"]))).deadlines
    assert deadline.hour_stated
    assert deadline.at == datetime.fromisoformat("2026-09-17T17:00:00+02:00")


@pytest.mark.parametrize("phrase", ["soon", "0001-01-01T00:00:00.000+0200", "2027-02-30T00:00:00.000+0000"])
def test_a_bad_date_leaves_the_call_and_is_said(phrase: str) -> None:
    call = only(read(record(deadlineDate=[phrase])))
    assert call.deadlines == []
    assert [(unread.field, unread.phrase) for unread in call.unread] == [("deadlines", phrase)]


def overview(*rows: tuple[str, dict[str, Any]]) -> list[str]:
    by_topic: dict[str, list[dict[str, Any]]] = {}
    for topic, row in rows:
        by_topic.setdefault(topic, []).append(row)
    return [json.dumps({"budgetTopicActionMap": by_topic})]


def row(action: str, years: dict[str, str], low: int = 0, high: int = 0) -> dict[str, Any]:
    return {"action": action, "budgetYearMap": years, "minContribution": low, "maxContribution": high}


def test_only_the_topics_own_budget_counts_and_nought_is_unknown() -> None:
    budget = overview(
        ("11", row("CERV-1 - Grants", {"2026": "1000", "2027": "500"}, 0, 100)),
        ("12", row("CERV-10 - Grants", {"2026": "9000"}, 50, 900)),
    )
    call = only(read(record(ccm2Id=["11"], budgetOverview=budget)))
    assert call.budget is not None
    assert call.max_amount is not None
    assert (call.budget.amount, call.min_amount, call.max_amount.amount) == (Decimal(1500), None, Decimal(100))
    assert [(each.year, each.amount.amount) for each in call.budget_by_year] == [(2026, 1000), (2027, 500)]


def test_rows_of_one_topic_share_one_budget_and_are_not_added() -> None:
    budget = overview(("x", row("CERV-1 - A", {"2026": "1000"})), ("y", row("CERV-1 - B", {"2026": "1000"})))
    call = only(read(record(budgetOverview=budget)))
    assert call.budget is not None
    assert call.budget.amount == Decimal(1000)


@pytest.mark.parametrize(
    ("budget", "reason"),
    [
        (overview(("12", row("CERV-2 - Grants", {"2026": "9"}))), "sibling"),
        (
            overview(("x", row("CERV-1 - A", {"2026": "1"})), ("y", row("CERV-1 - B", {"2026": "2"}))),
            "different values",
        ),
        (overview(("x", row("CERV-1 - A", {"2026": "plenty"}))), "no amount in euros"),
        (["{"], "not JSON"),
        (["[" * 100_000], "nested deeper"),
        (["[]"], "missing"),
    ],
)
def test_a_budget_that_cannot_be_told_stays_unknown_with_its_reason(budget: list[str], reason: str) -> None:
    call = only(read(record(budgetOverview=budget)))
    assert call.budget is None
    (unread,) = call.unread
    assert (unread.field, reason in unread.reason) == ("budget", True)


def test_no_rate_is_made_up() -> None:
    assert only(read(record(typesOfAction=["DIGITAL Simple Grants"]))).co_financing_rate is None


def test_a_rate_in_the_conditions_is_marked_as_read_from_text() -> None:
    call = only(read(record(topicConditions=["<p>The co-financing rate is 80 % of the eligible costs.</p>"])))
    assert call.co_financing_rate == Decimal("0.8")
    assert call.grounds["co_financing_rate"].basis == "read_from_text"


def test_keywords_as_a_list_inside_a_string() -> None:
    assert only(read(record(keywords=['["youth", "makerspace"]', "data"]))).keywords == ["youth", "makerspace", "data"]


def test_the_address_is_the_page_and_not_the_data_file() -> None:
    data_file = record(url=["https://ec.europa.eu/data/cerv-1.json"])
    assert only(read(data_file)).url.endswith("/topic-details/CERV-1")  # type: ignore[union-attr]
    cascade = record(type=["8"], ccm2Id=["482"], url=["javascript:alert(1)"])
    assert only(read(cascade)).url.endswith("/competitive-calls-cs/482")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ("text", "metadata"),
        ({"metadata": []}, "metadata"),
        (record(identifier=None), "metadata.identifier"),
        (record(title=None), "metadata.title"),
        (record(type=["0"]), "metadata.type"),
    ],
)
def test_a_bad_row_is_refused_and_the_rest_goes_through(bad: object, field: str) -> None:
    reading = read(bad, record(identifier=["CERV-2"]))
    assert [call.key for call in reading.calls] == ["CERV-2"]
    (rejected,) = reading.rejected
    assert (rejected.row, rejected.field, bool(rejected.mend)) == ("page-1#results/0", field, True)
    assert reading.seen == len(reading.calls) + len(reading.rejected) + reading.merged


def test_a_lost_filter_is_refused() -> None:
    with pytest.raises(Malformed, match="filter was ignored"):
        read(record(), total=4_200_000)


def test_a_lost_page_makes_the_reading_incomplete() -> None:
    assert not read(record(), total=2).complete
    assert read(record()).complete


@pytest.mark.parametrize("body", [b"[]", b'{"results": {}}', b'{"results": [], "totalResults": "many"}'])
def test_another_document_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        Sedia().read([Payload("page-1", body)])


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.sampled_from(["31094502", "2027-01-01"])
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
metadata_keys = st.sampled_from(
    [
        *("identifier", "title", "status", "deadlineDate", "deadlineModel", "startDate", "budgetOverview", "ccm2Id"),
        *("keywords", "topicConditions", "descriptionByte", "language", "url", "type", "furtherInformation"),
    ]
)


@given(st.lists(st.dictionaries(metadata_keys, anything).map(lambda metadata: {"metadata": metadata}) | anything))
def test_whatever_comes_every_row_is_a_call_or_a_refusal(results: list[Any]) -> None:
    reading = read(*results)
    assert reading.seen == len(results) == len(reading.calls) + len(reading.rejected) + reading.merged


def test_the_sample_reads_without_a_refusal(samples: Callable[[str], list[Payload]]) -> None:
    reading = Sedia().read(samples("sedia-search.json"))
    assert reading.rejected == []
    assert reading.complete
    assert {call.status for call in reading.calls} == {"open", "closed", "forecast"}
    assert reading.merged == 1
