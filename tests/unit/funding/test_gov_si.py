from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from services.funding.sources.gov_si import GovSi
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.source import Malformed, Payload, Reading

ROW = """<tr><td class="td-id"><div class="cell">{code}</div></td>
<td class="td-title"><div class="cell"><a href="{href}">{title}</a></div></td>
<td class="td-publisher"><div class="cell">Ministrstvo</div></td>
<td class="td-published-date"><div class="cell">1. 10. 2026</div></td>
<td class="td-due-date"><div class="cell">{due}</div></td>
<td class="td-status"><div class="cell"><span class="label">{status}</span></div></td></tr>"""


def cells(**given: str) -> str:
    known = {
        "code": "430-1/2026",
        "href": "/zbirke/javne-objave/razpis/",
        "title": "Javni razpis",
        "due": "",
        "status": "V teku",
    }
    return ROW.format(**{**known, **given})


def listing(*rows: str) -> Payload:
    body = f'<table class="list-table tender-list-table"><tbody>{"".join(rows)}</tbody></table>'
    return Payload("https://www.gov.si/zbirke/javne-objave/?start=0", body.encode())


def detail(body: str, href: str = "https://www.gov.si/zbirke/javne-objave/razpis/") -> Payload:
    return Payload(href, f'<article class="tender-page"><h1>Javni razpis</h1>{body}</article>'.encode())


def only(reading: Reading) -> ParsedCall:
    assert reading.rejected == []
    (call,) = reading.calls
    return call


@pytest.mark.parametrize(
    ("due", "moment"),
    [("15. 3. 2027 (14:00)", "2027-03-15T13:00:00"), ("15. 7. 2027 (14:00)", "2027-07-15T12:00:00")],
)
def test_hours_follow_winter_and_summer_time(due: str, moment: str) -> None:
    (deadline,) = only(GovSi().read([listing(cells(due=due))])).deadlines
    assert deadline.at.isoformat().startswith(moment)


def test_until_the_money_is_spent() -> None:
    call = only(GovSi().read([listing(cells(due="do porabe sredstev"))]))
    assert call.until_funds_run_out
    assert (call.deadlines, call.unread) == ([], [])


@pytest.mark.parametrize("due", ["31. 2. 2027", "glej dokumentacijo"])
def test_a_deadline_that_cannot_be_read_is_said(due: str) -> None:
    call = only(GovSi().read([listing(cells(due=due))]))
    assert [(unread.field, unread.phrase) for unread in call.unread] == [("deadlines", due)]


@pytest.mark.parametrize(("label", "status"), [("V teku", "open"), ("Zaključeno", "closed"), ("Novo", "unknown")])
def test_status_labels(label: str, status: str) -> None:
    assert only(GovSi().read([listing(cells(status=label))])).status == status


def test_a_detail_page_fills_what_the_listing_does_not_say() -> None:
    page = detail(
        "<h3>Upravičeni prijavitelji</h3><p>Občine</p><h3>Okvirna višina sredstev</h3><p>1.250.000,50 EUR</p>"
        "<p><strong>Višina sofinanciranja:</strong> največ 40.000 EUR, stopnja sofinanciranja je 85 %</p>"
    )
    call = only(GovSi().read([listing(cells()), page]))
    assert call.eligible_applicants == ["government_municipal"]
    assert call.budget is not None
    assert call.max_amount is not None
    assert (call.budget.amount, call.max_amount.amount) == (Decimal("1250000.50"), Decimal(40000))
    assert call.co_financing_rate == Decimal("0.85")
    assert call.grounds["max_amount"].basis == "read_from_text"
    assert call.not_read == []


def test_without_its_detail_page_a_call_says_what_was_not_read() -> None:
    other = detail("<h3>Upravičenci</h3><p>Kmetje</p>", "https://www.gov.si/zbirke/javne-objave/drug-razpis/")
    call = only(GovSi().read([listing(cells()), other]))
    assert {"budget", "eligible_applicants", "co_financing_rate"} <= set(call.not_read)
    assert call.eligible_applicants == []


def test_applicants_in_unknown_words_stay_unknown_with_a_note() -> None:
    call = only(GovSi().read([listing(cells()), detail("<h3>Upravičenci</h3><p>Vsi dobri ljudje</p>")]))
    assert call.eligible_applicants == []
    assert [unread.field for unread in call.unread] == ["eligible_applicants"]


@pytest.mark.parametrize(
    "payloads",
    [
        [listing(cells(title="Preklic javnega razpisa za pametna mesta", status="Zaključeno"))],
        [listing(cells(status="Zaključeno")), detail("<h3>Preklic javnega razpisa</h3><p>Postopek je ustavljen.</p>")],
    ],
)
def test_a_revoked_call_is_withdrawn_though_listed_as_closed(payloads: list[Payload]) -> None:
    call = only(GovSi().read(payloads))
    assert call.status == "withdrawn"
    assert call.status_phrase is not None
    assert call.status_phrase.startswith("Preklic")


@pytest.mark.parametrize("bad", [cells(title=""), cells(href="javascript:alert(1)"), "<tr><td>?</td></tr>"])
def test_a_bad_row_is_refused_and_the_rest_goes_through(bad: str) -> None:
    reading = GovSi().read([listing(bad, cells())])
    assert len(reading.calls) == 1
    (rejected,) = reading.rejected
    assert (rejected.field, rejected.row.endswith("#row-1")) == ("td-title", True)
    assert reading.seen == 2


def test_a_row_listed_twice_is_one_call() -> None:
    reading = GovSi().read([listing(cells()), listing(cells())])
    assert (len(reading.calls), reading.seen, reading.merged) == (1, 2, 1)


@pytest.mark.parametrize("body", [b"<html><body>Prijava</body></html>", b"\xff\xfe"])
def test_another_page_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        GovSi().read([Payload("https://www.gov.si/", body)])


def test_details_alone_are_refused() -> None:
    with pytest.raises(Malformed, match="listing"):
        GovSi().read([detail("")])


def test_the_samples_read_without_a_refusal(samples: Callable[[str], list[Payload]]) -> None:
    reading = GovSi().read(samples("gov-si-*.html"))
    assert reading.rejected == []
    assert {call.status for call in reading.calls} == {"open", "closed", "withdrawn"}
    assert all(call.max_amount for call in reading.calls if "prenov" in call.title or "obnov" in call.title)
