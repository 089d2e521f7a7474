"""What each Slovenian office writes, in its own format: what is read of it, and what is left unknown."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from services.funding.sources.eko_sklad import EkoSklad
from services.funding.sources.evropskasredstva import EvropskaSredstva
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.skp import Skp
from services.funding.sources.source import Malformed, Payload, Reading, Source
from services.funding.sources.spirit import Spirit
from services.funding.sources.srrs import Srrs


def only(reading: Reading) -> ParsedCall:
    assert reading.rejected == []
    (call,) = reading.calls
    return call


def srrs(row: str, heading: str = "Lokalna skupnost in občine") -> Payload:
    table = f'<table class="javni-razpisi-collapsible"><tbody>{row}</tbody></table>'
    return Payload("https://www.srrs.si/javni-razpisi/", f"<main><h2>{heading}</h2>{table}</main>".encode())


def srrs_row(
    *roki: str,
    name: str = "OBČINE 2027",
    number: str = "3301-1/2026-SRRS-23",
    money: str = "20.000 - 200.000",
    area: str = "Območje Republike Slovenije",
) -> str:
    dates = "".join(f"<li>{rok}</li>" for rok in roki)
    return f"""<tr><td><a href="https://www.srrs.si/javni-razpisi/obcine/">{name}</a></td><td>{area}</td>
      <td>Komunalna oprema</td><td class="javni-razpis-number">{number}</td><td>Posojilo</td>
      <td class="min-in-max-sredstev">{money}</td><td class="odplacilna-doba">do 20 let</td>
      <td class="javni-razpisi-roki"><ul>{dates}</ul></td></tr>"""


def test_srrs_periods_end_in_deadlines_and_the_first_opens_the_call() -> None:
    call = only(Srrs().read([srrs(srrs_row("9. 7. 2026 - 31. 12. 2026", "1. 2. 2027 – 30. 6. 2027 (12:00)"))]))
    assert [deadline.at.isoformat() for deadline in call.deadlines] == [
        "2026-12-31T22:59:59+00:00",
        "2027-06-30T10:00:00+00:00",
    ]
    assert {deadline.kind for deadline in call.deadlines} == {"cut_off"}
    assert call.opens is not None
    assert call.opens.value == "2026-07-09"


def test_srrs_gives_reference_bounds_and_who_may_apply() -> None:
    call = only(Srrs().read([srrs(srrs_row("31. 12. 2027"))]))
    assert call.reference == "3301-1/2026-SRRS-23"
    assert call.min_amount is not None
    assert call.max_amount is not None
    assert (call.min_amount.amount, call.max_amount.amount) == (Decimal(20_000), Decimal(200_000))
    assert (call.eligible_applicants, call.territory) == (["government_municipal"], "SI")
    assert "Odplačilna doba: do 20 let" in (call.description or "")


@pytest.mark.parametrize("money", ["20,000 - 200,000", "do 200.000", "200.000 - 20.000"])
def test_srrs_bounds_that_may_mean_two_things_are_left_unknown(money: str) -> None:
    call = only(Srrs().read([srrs(srrs_row("31. 12. 2027", money=money))]))
    assert (call.min_amount, call.max_amount) == (None, None)
    assert [unread.field for unread in call.unread] == ["max_amount"]


def test_an_srrs_call_opened_from_a_day_until_the_money_is_spent_has_no_deadline() -> None:
    call = only(Srrs().read([srrs(srrs_row("od 1. 12. 2026 do porabe sredstev"))]))
    assert (call.deadlines, call.until_funds_run_out, call.unread) == ([], True, [])


CARD = """<div data-component="card-investment"><span class="tw-text-xs tw-font-semibold">{status}</span>
<p class="tw-mb-4 tw-font-semibold">{title}</p><div class="description"><p>Datum objave</p>
<p><strong>10. 06. 2026</strong></p></div><a class="btn" href="{href}">Preberi več</a></div>"""


def cards(*cards: str) -> Payload:
    return Payload("https://www.ekosklad.si/lokalne-skupnosti/", f"<main>{''.join(cards)}</main>".encode())


def card(
    status: str = "Poziv je odprt", title: str = "Javni poziv 118SUB-LS26 za občine", href: str = "/poziv/118"
) -> str:
    return CARD.format(status=status, title=title, href=href)


def eko_page(body: str) -> Payload:
    return Payload("https://www.ekosklad.si/poziv/118", f"<main><h1>Poziv</h1>{body}</main>".encode())


@pytest.mark.parametrize(
    ("label", "status"), [("Poziv je odprt", "open"), ("Poziv je zaprt", "closed"), ("Kmalu", "unknown")]
)
def test_eko_sklad_states(label: str, status: str) -> None:
    assert only(EkoSklad().read([cards(card(label))])).status == status


def test_an_eko_sklad_call_runs_until_its_money_is_spent_only_where_its_page_says_so() -> None:
    said = "<h3>Rok</h3><p>Vloge se sprejemajo od 12. 6. 2026 do porabe sredstev oziroma do zaključka.</p>"
    with_page = only(EkoSklad().read([cards(card()), eko_page(said)]))
    without = only(EkoSklad().read([cards(card())]))
    assert with_page.until_funds_run_out
    assert not without.until_funds_run_out
    assert "until_funds_run_out" in without.not_read
    assert with_page.opens is not None
    assert (with_page.reference, with_page.opens.value) == ("118SUB-LS26", "2026-06-10")


def spirit_list(*rows: dict[str, Any]) -> Payload:
    return Payload("https://spirit/tender/paginatedlist", json.dumps({"data": {"items": list(rows)}}).encode())


def spirit_row(**given: Any) -> dict[str, Any]:
    known = {
        "id": 7,
        "title": "Javni razpis za turizem",
        "link": "turizem",
        "validity": "ACTIVE",
        "publishDate": "2026-11-02",
    }
    return {**known, **given}


@pytest.mark.parametrize(
    ("written", "moment", "hour_stated"),
    [
        ({"endTime": "2027-03-15T12:00:00"}, "2027-03-15T11:00:00+00:00", True),
        ({"endTime": "2027-07-15T12:00:00"}, "2027-07-15T10:00:00+00:00", True),
        ({"endTime": "2027-07-15T12:00:00+02:00"}, "2027-07-15T10:00:00+00:00", True),
        ({"validTo": "2027-10-31"}, "2027-10-31T22:59:59+00:00", False),
        ({"deadline": "do 15. 3. 2027 do 12. ure"}, "2027-03-15T11:00:00+00:00", True),
    ],
)
def test_spirit_times_without_a_zone_are_slovenian(written: dict[str, str], moment: str, hour_stated: bool) -> None:
    (deadline,) = only(Spirit().read([spirit_list(spirit_row(**written))])).deadlines
    assert (deadline.at.isoformat(), deadline.hour_stated) == (moment, hour_stated)


def test_spirit_takes_the_text_of_a_call_from_its_snippets() -> None:
    html = "<h3>Upravičenci</h3><p>Občine</p><h3>Višina sredstev</h3><p>1.200.000,00 EUR z vključenim DDV</p>"
    detail = Payload(
        "https://spirit/tender/get?id=7", json.dumps({"data": {"id": 7, "snippets": [{"content": html}]}}).encode()
    )
    call = only(Spirit().read([spirit_list(spirit_row()), detail]))
    assert call.budget is not None
    assert (call.budget.amount, call.budget.vat) == (Decimal(1_200_000), "included")
    assert (call.eligible_applicants, call.not_read) == (["government_municipal"], [])


def test_a_spirit_row_that_is_no_call_is_refused_with_a_reason() -> None:
    reading = Spirit().read([spirit_list(spirit_row(title="Vstopna točka za podjetja"), spirit_row(id=8))])
    assert [call.key for call in reading.calls] == ["8"]
    assert "no call" in reading.rejected[0].reason


def skp(*rows: object, total: int | None = None) -> Payload:
    answer = {"data": list(rows), "recordsTotal": len(rows) if total is None else total}
    return Payload("https://skp.si/wp-admin/admin-ajax.php?action=aktualni", json.dumps(answer).encode())


def skp_row(**given: Any) -> dict[str, Any]:
    named = {"naziv_razpisa": ["Javni razpis za LEADER"], "url": "https://skp.si/razpis/leader"}
    known = {
        "sifra_ukrepa": ["SN 2023-2027"],
        "ukrep": ["INP24.02 LEADER"],
        "naziv_razpisa": named,
        "datum_objave": "17.10.2026",
    }
    return {**known, "rok_za_prejem_vlog": ["13. 1. 2027"], "razpisana_sredstva": ["148.600 EUR"], **given}


def test_skp_rows_are_lists_within_lists() -> None:
    call = only(Skp().read([skp(skp_row())]))
    assert call.budget is not None
    assert (call.budget.amount, call.programme, call.source_ids) == (
        Decimal(148_600),
        "SN 2023-2027",
        {"ukrep": "INP24.02"},
    )
    assert [deadline.at.isoformat() for deadline in call.deadlines] == ["2027-01-13T22:59:59+00:00"]


def test_skp_may_be_empty_but_a_short_answer_is_incomplete() -> None:
    assert Skp().may_be_empty
    assert Skp().read([skp()]).complete
    assert not Skp().read([skp(skp_row(), total=3)]).complete


def test_one_bad_skp_row_does_not_keep_the_others() -> None:
    reading = Skp().read([skp("?", skp_row(naziv_razpisa=None), skp_row())])
    assert (len(reading.calls), len(reading.rejected), reading.seen) == (1, 2, 3)


ES_CALL = """<div class="x"><span>{state}</span><h3>{title}</h3>
<div><p>Razpisovalec</p><p>Ministrstvo za kulturo</p></div>
<div><p>Program EU</p><p>Program evropske kohezijske politike 2021–2027</p></div>
<div><p>Razpisana vrednost:</p><p>{total}</p></div><div><p>Prispevek EU:</p><p>{eu}</p></div>
<div><p>Veljavno</p><p>2. 11. 2026 - 1. 3. 2027</p></div><div><p>Rok za prijavo na javni razpis</p><p>{due}</p></div>
<div><p>Upravičeni prijavitelji</p><p>Občine</p></div>
<div><p>Povezava do strani</p><p><a href="https://www.gov.si/razpis/">Povezava</a></p></div><button>Manj</button></div>"""


def es(*calls: str, page: str = "aktualen") -> Payload:
    body = "".join(calls) or "<p>Prenova spletišča</p>"
    return Payload(f"https://evropskasredstva.si/razpisi/{page}", f"<main><a>Izvozi</a>{body}</main>".encode())


def es_call(**given: str) -> str:
    known = {
        "state": "Aktualno",
        "title": "Javni razpis za centre",
        "total": "12.000.000,00 EUR",
        "eu": "10.200.000,00 EUR",
    }
    return ES_CALL.format(**{**known, "due": "1. 3. 2027 (14:00)", **given})


def test_the_eu_share_is_a_fact_of_the_call_and_no_rate_for_the_applicant() -> None:
    call = only(EvropskaSredstva().read([es(es_call())]))
    assert call.budget is not None
    assert call.eu_contribution is not None
    assert (call.budget.amount, call.eu_contribution.amount) == (Decimal(12_000_000), Decimal(10_200_000))
    assert call.co_financing_rate is None
    assert (call.url, call.funder) == ("https://www.gov.si/razpis/", "Ministrstvo za kulturo")
    assert [deadline.at.isoformat() for deadline in call.deadlines] == ["2027-03-01T13:00:00+00:00"]


def test_a_forecast_becomes_the_open_call_under_the_same_key() -> None:
    forecast = only(EvropskaSredstva().read([es(es_call(state="Napovedano", due=""), page="napovedan")]))
    published = only(EvropskaSredstva().read([es(es_call())]))
    assert (forecast.status, published.status) == ("forecast", "open")
    assert forecast.key == published.key


def test_an_eu_share_above_the_whole_is_a_conflict_that_is_shown() -> None:
    call = only(EvropskaSredstva().read([es(es_call(eu="13.000.000,00 EUR"))]))
    assert [conflict.field for conflict in call.conflicts] == ["budget"]


def test_a_rough_eu_share_is_not_taken_for_exact() -> None:
    call = only(EvropskaSredstva().read([es(es_call(eu="več kot 10 milijonov EUR"))]))
    assert call.eu_contribution is None
    assert [unread.field for unread in call.unread] == ["eu_contribution"]


def test_two_calls_on_a_page_keep_their_labels_apart() -> None:
    one, other = (
        EvropskaSredstva()
        .read([es(es_call(), es_call(title="Razpis za muzeje", total="5.000 EUR", eu="4.000 EUR"))])
        .calls
    )
    assert (one.title, other.title) == ("Javni razpis za centre", "Razpis za muzeje")
    assert other.budget is not None
    assert other.budget.amount == Decimal(5_000)


@pytest.mark.parametrize(
    "source", [Srrs(), EkoSklad(), Spirit(), Skp(), EvropskaSredstva()], ids=lambda source: source.name
)
@pytest.mark.parametrize(
    "body",
    [b"<html><body><p>Prenovili smo spletno mesto</p></body></html>", b"\xff\xfe\x00", b"<div>" * 5_000, b"[" * 5_000],
    ids=["changed", "no text", "deep tags", "deep lists"],
)
def test_what_is_not_the_expected_document_is_refused_whole(source: Source, body: bytes) -> None:
    with pytest.raises(Malformed):
        source.read([Payload("https://example.org/", body)])


def test_a_page_that_breaks_off_is_no_short_list() -> None:
    whole = b"<html><body>" + srrs(srrs_row("31. 12. 2027") * 3).body + b"</body></html>"
    assert Srrs().read([Payload("https://www.srrs.si/", whole)]).seen == 3
    with pytest.raises(Malformed, match="breaks off"):
        Srrs().read([Payload("https://www.srrs.si/", whole[: len(whole) // 2])])


@pytest.mark.parametrize(
    ("source", "payload"),
    [
        (Srrs(), srrs(srrs_row(name="Preklic javnega razpisa OBČINE"))),
        (EkoSklad(), cards(card("Poziv je zaprt", "Razveljavitev javnega poziva"))),
        (Spirit(), spirit_list(spirit_row(title="Umik javnega razpisa za turizem"))),
        (EvropskaSredstva(), es(es_call(title="Preklic javnega razpisa za centre"))),
    ],
    ids=["srrs", "eko", "spirit", "evropska"],
)
def test_a_call_is_withdrawn_where_its_title_says_so(source: Source, payload: Payload) -> None:
    assert only(source.read([payload])).status == "withdrawn"
