"""Feeds, CommonGrants servers, TED and the portal's bulk file: what they say, and what they may not do to us."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from services.funding.sources.common_grants import CommonGrants
from services.funding.sources.feed import Feed
from services.funding.sources.json_items import items_of
from services.funding.sources.sedia_bulk import SediaBulk
from services.funding.sources.sedia_updates import SediaUpdates
from services.funding.sources.source import Malformed, Payload, Reading
from services.funding.sources.ted import Ted

RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0">
<channel><title>Občina</title><language>sl-SI</language>
<item><title>Javni razpis za prenovo trga</title><link>https://x.example/1</link><guid>a</guid>
<description>&lt;p&gt;Rok za prijavo: 13. 11. 2027 (14:00).&lt;/p&gt;
&lt;script&gt;x()&lt;/script&gt;</description></item>
<item><title>Zapora ceste</title><link>https://x.example/2</link><guid>b</guid></item>
<item><title></title></item>
<item><title>Javni poziv: do porabe sredstev</title><link>javascript:alert(1)</link><guid>c</guid>
<description>Rok za oddajo je 31. 2. 2027.</description></item>
</channel></rss>"""


def json_payload(document: Any) -> list[Payload]:
    return [Payload("https://x.example/a", json.dumps(document).encode())]


def feed(text: str) -> Reading:
    return Feed(name="feed:x").read([Payload("https://x.example/rss", text.encode())])


def test_entries_that_speak_of_a_call_are_calls_and_the_rest_is_news() -> None:
    reading = feed(RSS)
    first, second = reading.calls
    assert (first.title, first.language, first.description) == (
        "Javni razpis za prenovo trga",
        "sl",
        "Rok za prijavo: 13. 11. 2027 (14:00).",
    )
    assert [each.at.isoformat() for each in first.deadlines] == ["2027-11-13T13:00:00+00:00"]
    assert first.grounds["deadlines"].basis == "read_from_text"
    assert (second.url, second.deadlines, second.until_funds_run_out) == (None, [], True)
    assert [each.field for each in second.unread] == ["deadlines"], "31 February is no date"
    assert [(each.kind, each.title) for each in reading.signals] == [("news", "Zapora ceste")]
    assert [each.field for each in reading.rejected] == ["title"]
    assert reading.seen == len(reading.calls) + len(reading.signals) + len(reading.rejected) + reading.merged


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><body>Vzdrževanje</body></html>", "no RSS or Atom feed"),
        ('<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel/></rss>', "declares entities"),
        ("x" * 4_200_000, "bytes"),
    ],
)
def test_what_is_no_feed_is_refused(body: str, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        feed(body)


def test_updates_of_the_portal_are_hints() -> None:
    body = RSS.replace("Zapora ceste", "Call CERV-2027-CITIZENS-TOWN updated")
    reading = SediaUpdates().read([Payload("rss", body.encode())])
    assert reading.calls == []
    assert "CERV-2027-CITIZENS-TOWN" in [each.about for each in reading.signals]


def opportunity(**facts: Any) -> dict[str, Any]:
    known = {
        "id": "7f9f1a52-0000-4000-8000-000000000001",
        "title": "Square",
        "status": {"value": "open"},
        "description": "<p>A square</p>",
    }
    return {**known, **facts}


def grants(*items: Any, total: int | None = None) -> Reading:
    info = {"page": 1, "pageSize": 100, "totalItems": len(items) if total is None else total}
    answer = {"status": 200, "items": list(items), "paginationInfo": info}
    return CommonGrants(name="common-grants:x").read(json_payload(answer))


def test_an_opportunity_becomes_a_call() -> None:
    (call,) = grants(
        opportunity(
            funding={
                "minAwardAmount": {"amount": "1000.00", "currency": "EUR"},
                "maxAwardAmount": {"amount": 300000, "currency": "EUR"},
                "totalAmountAvailable": {"amount": "5000000", "currency": "EUR"},
            },
            keyDates={
                "postDate": {"name": "Posted", "eventType": "singleDate", "date": "2027-01-05"},
                "closeDate": {"name": "Closes", "eventType": "singleDate", "date": "2027-03-31", "time": "17:00:00"},
            },
            acceptedApplicantTypes=[{"value": "government_municipal"}, {"value": "custom", "customValue": "lag"}],
            customFields={"costSharing": {"value": {"isRequired": True, "percentage": 20}}},
        )
    ).calls
    assert (call.status, call.min_amount and call.min_amount.amount, call.max_amount) == (
        "open",
        Decimal("1000.00"),
        None,
    )
    assert [each.field for each in call.unread] == ["max_amount"], "an amount that is no string is not guessed at"
    assert [each.at for each in call.deadlines] == [datetime.fromisoformat("2027-03-31T17:00:00+02:00")]
    assert (call.eligible_applicants, call.own_share_min) == (["government_municipal", "lag"], Decimal("0.2"))
    assert call.opens is not None
    assert call.opens.value == "2027-01-05"


def test_a_status_of_the_servers_own_is_unknown_and_a_lost_page_leaves_it_incomplete() -> None:
    reading = grants(opportunity(status={"value": "custom", "customValue": "archived"}), "text", total=5)
    (call,) = reading.calls
    assert (call.status, call.status_phrase, len(reading.rejected), reading.complete) == (
        "unknown",
        "archived",
        1,
        False,
    )
    with pytest.raises(Malformed, match="no list 'items'"):
        CommonGrants().read(json_payload({"items": {}}))


def notice(**facts: Any) -> dict[str, Any]:
    known = {
        "publication-number": "712345-2026",
        "publication-date": "2026-11-23+01:00",
        "notice-title": {"eng": "Square", "slv": "Prenova trga"},
        "buyer-name": {"slv": ["Občina Cerkno"]},
        "deadline-receipt-tender-date-lot": ["2027-01-09+01:00", "2026-12-20+01:00"],
    }
    return {**known, **facts}


def test_notices_are_signals_in_our_language() -> None:
    answer = {"notices": [notice(), notice(), {"publication-number": "1"}], "totalNoticeCount": 3, "timedOut": False}
    reading = Ted().read(json_payload(answer))
    (signal,) = reading.signals
    assert (signal.title, signal.about, signal.text) == ("Prenova trga", "Občina Cerkno", "tenders until 2026-12-20")
    assert (reading.calls, len(reading.rejected), reading.merged) == ([], 1, 1)
    with pytest.raises(Malformed, match="ran out of time"):
        Ted().read(json_payload({"notices": [], "timedOut": True}))


async def _chunks(text: str, size: int) -> AsyncIterator[bytes]:
    body = text.encode()
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("size", [1, 2, 7, 64, 10_000])
async def test_items_come_one_by_one_however_the_body_is_cut(size: int) -> None:
    items = [{"identifier": "A-1", "title": "č }]", "x": [1, {"y": '\\"'}]}, {"identifier": "B-2"}, {}]
    text = json.dumps({"other": [], "fundingData": {"GrantTenderObj": items, "more": [1]}}, ensure_ascii=False)
    found = [json.loads(each) async for each in items_of(_chunks(text, size), "GrantTenderObj")]
    assert found == items


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"fundingData": {"GrantTenderObj": [{"a": 1}, {"b"', "ends before"),
        ('{"nothing": 1}', "ends before"),
        ('{"GrantTenderObj": [' + "[" * 200_000, "nested too deep"),
        ('{"GrantTenderObj": [{"a": "' + "x" * 2_200_000 + '"}]}', "larger than"),
    ],
)
async def test_a_list_that_breaks_off_or_swells_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        [each async for each in items_of(_chunks(text, 65_536), "GrantTenderObj")]


def test_topics_of_the_bulk_file_keep_to_what_it_says() -> None:
    items = [
        {
            "type": "1",
            "identifier": "CERV-2027-X-1",
            "title": "Towns",
            "status": {"abbreviation": "Closed"},
            "deadlineDatesLong": [1805986800000],
        },
        {
            "type": "1",
            "identifier": "CERV-2027-X-2",
            "title": "Two",
            "deadlineDatesLong": [1, 1805986800000, 1808571600000],
        },
        {"type": "1", "title": "Nameless"},
    ]
    reading = SediaBulk().read([Payload("bulk", json.dumps(items).encode())])
    one, two = reading.calls
    assert (one.status, one.deadlines[0].at.isoformat(), one.deadlines[0].hour_stated) == (
        "closed",
        "2027-03-25T16:00:00+01:00",
        True,
    )
    assert "budget" in one.not_read
    assert (two.status, two.deadlines, "deadlines" in two.not_read) == ("unknown", [], True)
    assert len(reading.rejected) == 1
