from __future__ import annotations

from decimal import Decimal

import pytest

from services.funding.sources.gov_si_news import GovSiNews
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.source import Malformed, Payload

APPROVED = "Ministrstvo za kohezijo je odobrilo evropska sredstva za »Javni razpis za ustvarjalna središča«."
PUBLISHES = "Ministrstvo za kulturo bo 14. februarja 2027 objavilo javni razpis za ustvarjalne četrti manjših mest."


def release(*sentences: str, title: str = "Novi razpis za ustvarjalna središča") -> Payload:
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    url = "https://www.gov.si/novice/2026-11-12-novi-razpis/"
    return Payload(url, f"<main><article><h1>{title}</h1>{paragraphs}</article></main>".encode())


def forecast(*sentences: str) -> ParsedCall:
    (call,) = GovSiNews().read([release(*sentences)]).calls
    return call


def test_money_approved_for_a_named_call_is_a_forecast_under_the_call_s_name() -> None:
    call = forecast(APPROVED, "Skupna vrednost je 15,72 milijona EUR.", "Sklad bo prispeval 13,3 milijona evrov.")
    assert (call.status, call.title) == ("forecast", "Javni razpis za ustvarjalna središča")
    assert call.budget is not None
    assert call.eu_contribution is not None
    assert (call.budget.amount, call.eu_contribution.amount) == (Decimal(15_720_000), Decimal(13_300_000))
    assert call.grounds["status"].basis == "read_from_text"
    assert (call.deadlines, call.reference, call.co_financing_rate, call.opens) == ([], None, None, None)


@pytest.mark.parametrize(
    ("when", "opens"),
    [("14. februarja 2027", "2027-02-14"), ("februarja 2027", "2027-02"), ("predvidoma spomladi", None)],
)
def test_a_day_or_month_of_publication_is_kept_as_exactly_as_it_is_said(when: str, opens: str | None) -> None:
    call = forecast(PUBLISHES.replace("14. februarja 2027", when), "Na voljo bo 2 milijona evrov.")
    assert (call.opens.value if call.opens else None) == opens
    assert call.funder == "Ministrstvo za kulturo"


def test_a_rough_amount_counts_as_an_amount_but_is_not_taken_for_exact() -> None:
    call = forecast(APPROVED, "Na voljo bo več kot 13,3 milijona evrov.")
    assert call.budget is None
    assert [(unread.field, "rough" in unread.reason) for unread in call.unread] == [("budget", True)]


def test_several_amounts_leave_the_budget_unknown() -> None:
    call = forecast(APPROVED, "Prvi sklop je vreden 2 milijona evrov.", "Drugi sklop je vreden 3 milijone evrov.")
    assert call.budget is None
    assert [unread.field for unread in call.unread] == ["budget"]


@pytest.mark.parametrize(
    ("sentences", "why"),
    [
        (
            ("Ministrstvo je odobrilo evropska sredstva za projekt Kolesarska pot.", "Vreden je 2 milijona evrov."),
            "project",
        ),
        (("Ministrstvo je danes objavilo javni razpis za sejme, vreden 1 milijon evrov.",), "out already"),
        ((APPROVED,), "no amount"),
        ((PUBLISHES,), "no amount"),
        (("Minister je prerezal trak. Naložba je stala 2 milijona evrov.",), "neither"),
    ],
    ids=["a project", "a call that is out", "approved, no money", "announced, no money", "a ribbon"],
)
def test_false_friends_are_no_forecasts_and_the_reason_is_kept(sentences: tuple[str, ...], why: str) -> None:
    reading = GovSiNews().read([release(*sentences)])
    assert reading.calls == []
    assert why in reading.rejected[0].reason


def test_a_list_without_releases_means_that_the_site_changed() -> None:
    with pytest.raises(Malformed, match="no release"):
        GovSiNews().read([Payload("https://www.gov.si/novice/?start=0", b"<main><a href='/aktualno/x'>x</a></main>")])
