"""The money pages as an officer uses them: typed in Slovenian, refused with the mend, nothing typed is lost."""

from __future__ import annotations

from html import unescape
from typing import Any

import httpx

from kit.settings import Settings
from services.funding.ledger.example import load_ledger
from tests.conftest import EXAMPLE, Running, running
from tests.service.funding.money import LEDGER, get

LINE = {
    "budget_code": "160311",
    "name": "Ustvarjalni laboratorij",
    "year": "2027",
    "amount": "1.250.000,50",
    "source_document": "Odlok",
}


async def sent(system: Running, path: str, form: dict[str, str], status: int = 303, lang: str = "sl") -> httpx.Response:
    headers = {**system.as_("officer"), "Accept": "text/html", "Accept-Language": lang}
    answer = await system.http.post(path, data=form, headers=headers)
    assert answer.status_code == status, answer.text[:2000]
    return answer


async def seen(system: Running, path: str, lang: str = "sl") -> str:
    headers = {**system.as_("officer"), "Accept": "text/html", "Accept-Language": lang}
    answer = await system.http.get(path, headers=headers)
    assert answer.status_code == 200, answer.text[:2000]
    return unescape(answer.text).replace("\u00a0", " ")


async def test_a_line_typed_in_slovenian_holds_a_reservation_and_refuses_the_next(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        for wrong in ("-5", "1.25", "100 USD"):
            page = await sent(system, "/funding/ledger/lines/new", {**LINE, "amount": wrong}, 422)
            assert f"»{wrong}«" in page.text
            assert LINE["source_document"] in page.text, "what was typed is still there"
        page = await sent(system, "/funding/ledger/lines/new", {**LINE, "name": ""}, 422)
        assert 'href="#name"' in page.text
        made = await sent(system, "/funding/ledger/lines/new", LINE)
        line = made.headers["location"]
        assert (await get(system, f"{LEDGER}/lines/{line.rpartition('/')[2]}"))["amount"]["amount"] == "1250000.50"

        await sent(system, f"{line}/reserve", {"title": "Oprema", "amount": "1.250.000", "state": "reserved"})
        page = await sent(system, f"{line}/reserve", {"title": "Drugo", "amount": "1,00", "state": "reserved"}, 422)
        assert "manjka 0,50 EUR" in page.text
        assert "1.250.000,00 rezervirano za »Oprema«" in page.text
        page = await sent(system, f"{line}/reserve", {"title": "B", "amount": "1,00", "state": "reserved"}, 422, "en")
        assert "1250000.00 is reserved for “Oprema”" in unescape(page.text)
        await sent(system, f"{line}/reserve", {"title": "Želja", "amount": "", "state": "planned"})
        year = await seen(system, "/funding/ledger?year=2027")
        assert "najmanj 0 €" in year, "a wish of unknown amount is at least nothing, not nothing"
        csv = await system.http.get("/funding/ledger.csv?year=2027", headers=system.as_("officer"))
        assert "1250000.50,1250000.00,0.00,0.00,1,0.50,0.00,EUR" in csv.text
        missing = await sent(system, f"{line}/amount", {"new_amount": "", "decided_by": "mayor", "document": "x"}, 422)
        assert 'href="#new_amount"' in missing.text


FINANCING = {
    "title": "Podcast studio", "as_of": "31. 3. 2027",
    "costs.0.name": "Oprema", "costs.0.net": "15.000,00", "costs.0.vat_amount": "3.300,00",
    "costs.0.vat_recoverable": "no", "costs.0.paid": "5/2027",
    "costs.2.name": "Mentorji", "costs.2.net": "1.000,00", "costs.2.vat_recoverable": "yes", "costs.2.paid": "2028",
    "rows.0.source": "eu", "rows.0.fund_id": "ESRR", "rows.0.rate": "85", "rows.1.source": "own",
}  # fmt: skip


async def test_a_financing_is_typed_in_and_drawn(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        await load_ledger(system.runtime.stores["funding"], EXAMPLE / "ledger")
        path = "/funding/ledger/financings/new"
        assert "Pripravi financiranje" in await seen(system, path)
        wrong: list[tuple[dict[str, str], str]] = [
            ({"rows.0.rate": "101"}, "rows.0.rate"),
            ({"costs.2.net": "-1"}, "costs.2.net"),
            ({"rows.1.rate": "16"}, "rows"),
            ({"rows.1.source": "state_by_coefficient", "rows.2.source": "own"}, "rows"),
            ({"title": ""}, "title"),
        ]
        for change, field in wrong:
            page = await sent(system, path, {**FINANCING, **change}, 422)
            assert f'href="#{field}"' in page.text, field
            assert "15.000,00" in page.text
        made = await sent(system, path, FINANCING)
        page_text = await seen(system, made.headers["location"])
        assert "16.405 €" in page_text, "85 % of 18,300 + 1,000"
        assert "2.895 €" in page_text
        assert "2028" in page_text
        year = await seen(system, "/funding/ledger?year=2027", "en")
        assert "of an own share stands on no line" in year
        assert "Cash flow of all projects" in year
        refused = await sent(system, f"{made.headers['location']}/drop", {"reason": ""}, 422)
        assert 'href="#reason"' in refused.text
        await sent(system, f"{made.headers['location']}/drop", {"reason": "zavrnjeno"})


async def test_contracts_parameters_and_aid_are_kept_by_form(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        await load_ledger(system.runtime.stores["funding"], EXAMPLE / "ledger")
        bands = {
            "code": "state_share_bands",
            "value": "- 0,89: 100\n0,90 - x: 90 %",
            "valid_from": "2026",
            "source": "Uradni list",
        }
        assert "ni razred" in (await sent(system, "/funding/parameters", bands, 422)).text
        await sent(system, "/funding/parameters", {**bands, "value": "- 0,89: 100 %\n0,90 - 0,99: 90 %"})
        assert "0,9 – 0,99: 90 %" in await seen(system, "/funding/parameters")

        aid = {
            "undertaking_id": "SI12345678", "undertaking_name": "Zavod", "legal_basis": "de_minimis",
            "amount": "300.000,01", "granted_on": "1. 3. 2027", "grantor": "Idrija", "source": "evidenca",
        }  # fmt: skip
        assert "presežena za 0,01 EUR" in (await sent(system, "/funding/ledger/aid", aid, 422)).text
        await sent(system, "/funding/ledger/aid", {**aid, "amount": "200.000"})
        assert "Zavod" in await seen(system, "/funding/ledger/aid")

        award: dict[str, Any] = {"title": "Studio", "funder": "MGTŠ", "signed_on": "1. 2. 2020", "owner": "Maja"}
        late = await sent(system, "/funding/obligations/awards/new", {**award, "ends_on": "31. 1. 2019"}, 422)
        assert 'href="#ends_on"' in late.text
        made = await sent(system, "/funding/obligations/awards/new", {**award, "ends_on": "31. 1. 2021"})
        page = await seen(system, made.headers["location"])
        assert "Kar je še odprto" in page, "no rule is recorded for 2020"
        await sent(system, f"{made.headers['location']}/obligations", {"title": "Poročilo", "due": "1/2021"})
        await sent(
            system, f"{made.headers['location']}/lessons", {"text": "Prej zberi ponudbe.", "about": "procurement"}
        )
        agenda = await seen(system, "/funding/obligations")
        assert "1 zamuja" in agenda
        (obligation,) = (await get(system, "/api/funding/obligations?late=true"))["items"]
        path = f"/funding/obligations/{obligation['id']}"
        assert 'href="#evidence"' in (await sent(system, f"{path}/close", {"state": "done"}, 422)).text
        await sent(system, path, {"due": "2/2021", "owner": "Tomaž"})
        await sent(system, f"{path}/close", {"state": "done", "evidence": "oddano v e-sistem"})
        assert "oddano v e-sistem" in await seen(system, path)
        await sent(system, f"{path}/reopen", {})
        assert "Nič še ni obljubljeno" in await seen(system, "/funding/commitments")
        anonymous = await system.http.get("/funding/ledger", headers={"Accept": "text/html"})
        assert anonymous.status_code == 401
