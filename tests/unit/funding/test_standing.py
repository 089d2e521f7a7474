"""Whose word stands when several sources speak of one call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from contracts.funding import CallChangedV1, CallClosedV1, CallReopenedV1, CallWithdrawnV1
from services.funding.calls import Call
from services.funding.calls.likeness import grounds_to_join
from services.funding.calls.names import shared_names
from services.funding.calls.reading import SourceReading
from services.funding.calls.standing import settle
from services.funding.sources.parsed_call import Deadline, Grounds, ParsedCall, TenderDocument

Build = Callable[..., ParsedCall]
DAY = timedelta(days=1)


def due(month: int) -> list[Deadline]:
    return [Deadline(at=datetime(2027, month, 1, 11, tzinfo=UTC))]


def test_a_stated_rate_stands_before_an_inferred_one_and_nought_is_a_rate(parsed: Build, now: datetime) -> None:
    inferred = {"co_financing_rate": Grounds(basis="inferred")}
    first = SourceReading.first(parsed(co_financing_rate=Decimal("0.7"), grounds=inferred), now)
    second = SourceReading.first(parsed(source="srrs", co_financing_rate=Decimal(0)), now + DAY)
    standing = settle([first, second])
    assert standing.values["co_financing_rate"] == 0
    assert [(each.said_by, each.says) for each in standing.conflicts] == [("gov.si", "70 %")]


def test_a_publication_stands_before_its_forecast_and_does_not_contradict_it(parsed: Build, now: datetime) -> None:
    forecast = SourceReading.first(parsed(source="news", status="forecast", deadlines=due(5)), now)
    published = SourceReading.first(parsed(deadlines=due(4)), now + DAY)
    standing = settle([forecast, published])
    assert (standing.values["status"], standing.values["deadlines"], standing.conflicts) == ("open", due(4), [])


def test_a_notice_read_from_running_text_stands_before_an_older_stated_date_and_not_before_a_newer(
    parsed: Build, now: datetime
) -> None:
    from_text = {"deadlines": Grounds(basis="read_from_text")}
    call = Call.first_seen(parsed(deadlines=due(3)), now)
    notice = parsed(source="uradni-list", key="Ob-1/27", amends=True, deadlines=due(4), grounds=from_text, title="S")
    call.join([SourceReading.first(notice, now + DAY)], now + DAY)
    assert (call.deadlines, [each.says for each in call.conflicts]) == (due(4), ["2027-03-01 12:00"])
    call.read_again(parsed(deadlines=due(4)), now + 2 * DAY)
    assert (call.deadlines, call.conflicts) == (due(4), [])
    call.read_again(parsed(deadlines=due(5)), now + 3 * DAY)
    assert call.deadlines == due(5)


def test_titles_are_kept_in_the_languages_their_sources_have(parsed: Build, now: datetime) -> None:
    here = SourceReading.first(parsed(title="Razpis", language="sl"), now)
    there = SourceReading.first(parsed(source="eu-portal", title="A call", language="en"), now)
    values = settle([here, there]).values
    assert (values["title"], values["language"]) == ("Razpis", "sl")
    assert values["titles"] == {"sl": "Razpis", "en": "A call"}


def test_a_withdrawal_stands_until_a_source_changes_its_word_after_it(parsed: Build, now: datetime) -> None:
    call = Call.first_seen(parsed(), now)
    notice = parsed(source="uradni-list", key="Ob-1/27", amends=True, status="withdrawn", status_phrase="Preklic")
    call.events = []
    call.join([SourceReading.first(notice, now + DAY)], now + DAY)
    assert [type(event) for event in call.events] == [CallWithdrawnV1]
    call.read_again(parsed(), now + 2 * DAY)
    assert call.status == "withdrawn", "a page that still says open is no news"
    call.read_again(parsed(status="closed"), now + 3 * DAY)
    call.events = []
    call.read_again(parsed(status="open"), now + 4 * DAY)
    assert call.status == "open"
    assert [type(event) for event in call.events] == [CallChangedV1, CallReopenedV1]


def test_a_call_closes_by_its_source_or_by_its_date_and_says_which(parsed: Build, now: datetime) -> None:
    for how, because in (("source", "source"), ("date", "deadline_passed")):
        call = Call.first_seen(parsed(deadlines=[Deadline(at=now + DAY)]), now)
        call.events = []
        if how == "source":
            call.read_again(parsed(status="closed", deadlines=[Deadline(at=now + DAY)]), now)
        else:
            call.time_passes(now + 2 * DAY)
            assert call.time_passes(now + 3 * DAY) == []
        changed, closed = call.events
        assert isinstance(changed, CallChangedV1)
        assert isinstance(closed, CallClosedV1)
        assert (call.status, closed.because) == ("closed", because)


def test_no_date_closes_what_is_open_until_its_money_runs_out_or_a_person_says_is_open(
    parsed: Build, now: datetime
) -> None:
    rolling = Call.first_seen(parsed(deadlines=[Deadline(at=now + DAY)], until_funds_run_out=True), now)
    by_hand = Call.first_seen(parsed(deadlines=[Deadline(at=now + DAY)], status="unknown"), now)
    by_hand.correct({"status": "open"}, by="maja", now=now)
    for call in (rolling, by_hand):
        call.time_passes(now + 2 * DAY)
        assert call.status == "open"


def test_a_correction_can_be_taken_back_to_the_one_before_it(parsed: Build, now: datetime) -> None:
    call = Call.first_seen(parsed(territory="SI"), now)
    call.correct({"territory": "SI04"}, by="maja", now=now)
    call.correct({"territory": "SI043"}, by="tadej", now=now)
    call.take_back("territory", now)
    assert (call.territory, call.provenance["territory"].source) == ("SI04", "maja")
    call.take_back("territory", now)
    assert (call.territory, call.corrections, call.provenance["territory"].source) == ("SI", {}, "gov.si")


def test_a_document_with_another_content_is_a_material_change_that_names_it(parsed: Build, now: datetime) -> None:
    named = TenderDocument(url="https://x.example/d.pdf", title="Razpisna dokumentacija")
    call = Call.first_seen(parsed(documents=[named]), now)
    call.events = []
    assert call.fetched([named.model_copy(update={"sha256": "a" * 64})], now) == [], "seen for the first time"
    call.read_again(parsed(documents=[named]), now)
    assert call.documents[0].sha256 == "a" * 64
    call.fetched([named.model_copy(update={"refusal": "the server answered 503"})], now)
    assert (call.documents[0].sha256, call.documents[0].refusal) == ("a" * 64, "the server answered 503")
    (change,) = call.fetched([named.model_copy(update={"sha256": "b" * 64})], now)
    assert (change.field, change.material, change.rule) == ("documents", True, "documents")
    assert "Razpisna dokumentacija" in (change.after or "")


def test_a_call_stored_before_readings_were_kept_loses_nothing(parsed: Build, now: datetime) -> None:
    call = Call.first_seen(parsed(co_financing_rate=Decimal("0.5"), budget={"amount": "9"}), now)
    old = Call.model_validate({**call.model_dump(), "readings": [], "words": [], "next_deadline": None})
    assert old.read_again(parsed(not_read=["co_financing_rate", "budget"]), now) == []
    assert (old.co_financing_rate, len(old.readings), bool(old.words)) == (Decimal("0.5"), 1, True)


def test_names_join_only_what_they_alone_can_mean(parsed: Build) -> None:
    assert shared_names(parsed(reference="3301-1/2024-SRRS-23")) == ["reference|3301-1/2024-SRRS-23"]
    assert shared_names(parsed(reference="HORIZON-CL5-2026-D2-01")) == ["reference|HORIZON-CL5-2026-D2-01"]
    assert shared_names(parsed(reference="430-1/2026")) == []
    assert shared_names(parsed(reference="430-1/2026", funder="MK  RS")) == ["reference|430-1/2026|mk rs"]
    assert shared_names(parsed(reference="razpis", funder="MK")) == []


def test_titles_alone_need_a_funder_or_a_sum_and_other_sums_speak_against(parsed: Build, now: datetime) -> None:
    def call(title: str, **facts: object) -> Call:
        return Call.first_seen(parsed(title=title, **facts), now)

    mine = call("Javni razpis za prenovo vrtcev", funder="MVI", budget={"amount": "5"})
    assert grounds_to_join(mine, call("Prenova vrtcev 2027", funder="MVI"))
    assert not grounds_to_join(mine, call("Prenova vrtcev 2027", funder="MVI", budget={"amount": "6"}))
    assert not grounds_to_join(mine, call("Javni razpis za sofinanciranje občin", funder="MVI"))
