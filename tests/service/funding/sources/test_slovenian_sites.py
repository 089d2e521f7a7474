"""Funds and agencies over the network, each on its own server with the traps its site has."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from services.funding.sources.eko_sklad import FIRST_SECTION, EkoSklad
from services.funding.sources.evropskasredstva import EvropskaSredstva
from services.funding.sources.skp import Skp
from services.funding.sources.source import Polled
from services.funding.sources.spirit import Spirit
from services.funding.sources.srrs import Srrs
from tests.conftest import Running
from tests.service.funding.sources.conftest import calls_of, poll_once, said
from tests.service.funding.sources.site import NOT_FOUND, Answer, Asked, site

ES_CALL = """<section><p>{state}</p><h3>{title}</h3>
<p>Razpisovalec: Ministrstvo za kulturo</p><p>Program EU: PEKP 2021–2027</p>
<p>Razpisana vrednost: {total}</p><p>Prispevek EU: 8.500.000,00 EUR</p>
<p>Rok za prijavo na javni razpis: {due}</p></section>"""


def es_call(
    title: str, state: str = "Aktualno", total: str = "10.000.000,00 EUR", due: str = "1. 3. 2027 (14:00)"
) -> str:
    return ES_CALL.format(title=title, state=state, total=total, due=due)


async def test_cohesion_calls_come_with_the_eu_s_part_and_forecasts_open_under_their_id(funding: Running) -> None:
    forecast, second = es_call("Javni razpis za mlade", "Napovedano", due=""), es_call("Javni razpis za muzeje")
    pages = {
        "/razpisi/aktualen": es_call("Javni razpis za centre") + '<a rel="next" href="?stran=2">Naprej</a>',
        "/razpisi/napovedan": forecast,
    }

    def say(asked: Asked) -> Answer:
        return Answer(f"<main>{second if asked.query else pages[asked.path]}</main>".encode())

    async with site(say) as there:
        source = replace(EvropskaSredstva(), address=there.url)
        run = await poll_once(source, funding)
        assert (run["state"], run["new"]) == ("done", 3)
        before = (await calls_of(funding))["Javni razpis za mlade"]
        pages["/razpisi/napovedan"] = "<p>Trenutno ni napovedanih razpisov.</p>"
        pages["/razpisi/aktualen"] += es_call("Javni razpis za mlade")
        await poll_once(source, funding)
    after = (await calls_of(funding))["Javni razpis za mlade"]
    assert (before["status"], after["status"], before["id"]) == ("forecast", "open", after["id"])
    shown = (await funding.http.get(f"/api/funding/calls/{after['id']}")).json()
    assert (shown["eu_contribution"]["amount"], shown["co_financing_rate"]) == ("8500000.00", None)
    page = (await funding.http.get(f"/funding/calls/{after['id']}", headers={"Accept-Language": "en"})).text
    assert "Of that the EU pays" in page


SRRS_ROW = """<tr><td><a href="https://www.srrs.si/javni-razpisi/{slug}/">{slug}</a></td>
<td>Območje Republike Slovenije</td>
<td>Komunala</td><td class="javni-razpis-number">3301-1/2026-SRRS-{number}</td><td>Posojilo</td>
<td class="min-in-max-sredstev">{money}</td><td class="odplacilna-doba">20 let</td>
<td class="javni-razpisi-roki"><ul><li>1. 12. 2026 - 31. 10. 2027 (24:00)</li></ul></td></tr>"""


def srrs_page(*rows: str, name: str = "javni-razpisi-collapsible") -> bytes:
    table = f'<table class="{name}"><tbody>{"".join(rows)}</tbody></table>'
    return f"<main><h2>Občine</h2>{table}</main>".encode()


async def test_the_regional_fund_s_rows_go_through_and_a_bad_one_keeps_its_reason(funding: Running) -> None:
    rows = [SRRS_ROW.format(slug="OBČINE", number=23, money="20.000 - 200.000"), "<tr><td>?</td></tr>"]
    async with site(lambda asked: Answer(srrs_page(*rows))) as there:
        run = await poll_once(replace(Srrs(), address=there.url), funding)
        assert there.asked[0].query == {"_sft_status-razpisa": "odprto"}
    assert (run["state"], run["new"], run["rejected_count"], run["rejected"][0]["field"]) == ("done", 1, 1, "td a")
    call = (await calls_of(funding))["3301-1/2026-SRRS-23"]
    assert (call["deadline"], call["max_amount"]["amount"]) == ("2027-10-31T22:59:59Z", "200000.00")


def eko_card(title: str, href: str) -> str:
    return f"""<div data-component="card-investment"><span class="tw-text-xs tw-font-semibold">Poziv je odprt</span>
    <p class="tw-mb-4 tw-font-semibold">{title}</p><div class="description"><p>Datum objave</p><p><strong>10. 06. 2026
    </strong></p></div><a class="btn" href="{href}">Preberi več</a></div>"""


async def test_the_environmental_fund_s_other_sections_are_found_by_their_links(funding: Running) -> None:
    others = ("/lokalne-skupnosti/pridobite-spodbudo/objava", "/obcani/pridobite-spodbudo/objava")
    menu = "".join(f'<a href="{section}">Objave</a>' for section in others)
    pages = {
        FIRST_SECTION: menu + eko_card("Poziv 117SUB-GO26", "/poziv/117"),
        others[0]: menu + eko_card("Poziv 118SUB-LS26 za občine", "/poziv/118"),
        others[1]: menu,
        "/poziv/117": "<h3>Rok</h3><p>Poziv je odprt do porabe sredstev.</p>",
        "/poziv/118": "<h3>Upravičenci</h3><p>Občine</p><h3>Rok</h3><p>Do porabe razpisanih sredstev.</p>",
    }

    def say(asked: Asked) -> Answer:
        return Answer(f"<main>{pages[asked.path]}</main>".encode()) if asked.path in pages else NOT_FOUND

    async with site(say) as there:
        run = await poll_once(replace(EkoSklad(), address=there.url), funding)
    assert (run["state"], run["new"], [each["field"] for each in run["rejected"]]) == ("done", 2, ["section"])
    call = (await calls_of(funding))["118SUB-LS26"]
    assert (call["until_funds_run_out"], call["deadline"], call["eligible_applicants"]) == (
        True,
        None,
        ["government_municipal"],
    )


@pytest.mark.parametrize("ignores_offset", [False, True])
async def test_the_agency_s_list_is_paged_to_its_end_and_texts_come_for_calls_alone(
    funding: Running, ignores_offset: bool
) -> None:
    rows = [
        {
            "id": number,
            "title": f"Javni razpis {number}",
            "link": f"razpis-{number}",
            "validity": "ACTIVE",
            "endTime": "2027-03-28T24:00:00",
        }
        for number in range(5)
    ]
    rows[1] |= {"title": "Vstopna točka", "endTime": None}
    rows[2] |= {"endTime": "2027-03-28T12:00:00"}

    def say(asked: Asked) -> Answer:
        if asked.path.endswith("/get"):
            html = "<h3>Upravičenci</h3><p>Občine in javni zavodi</p>"
            return Answer.json({"data": {"id": int(asked.query["id"]), "snippets": [{"content": html}]}})
        start = 0 if ignores_offset else int(asked.query["offset"])
        return Answer.json({"data": {"items": rows[start : start + 3]}})

    async with site(say) as there:
        run = await poll_once(replace(Spirit(), address=there.url), funding)
        texts = [asked.query["id"] for asked in there.asked if asked.path.endswith("/get")]
    assert run["state"] == "done"
    assert texts == (["0", "2"] if ignores_offset else ["0", "2", "3", "4"])
    assert "no call" in run["rejected"][0]["reason"]
    call = (await calls_of(funding))["Javni razpis 2"]
    assert (call["deadline"], "government_municipal" in call["eligible_applicants"]) == ("2027-03-28T10:00:00Z", True)


async def test_the_agricultural_list_may_be_empty_but_not_shorter_than_it_says(funding: Running) -> None:
    answers: dict[str, Any] = {"data": [], "recordsTotal": 0}
    async with site(lambda asked: Answer.json(answers)) as there:
        source = replace(Skp(), address=there.url)
        empty = await poll_once(source, funding)
        answers["recordsTotal"] = 3
        short = await poll_once(source, funding)
        assert there.asked[0].query == {"action": "aktualni"}
    assert (empty["state"], short["state"]) == ("done", "partial")
    assert "announced 3 rows and gave 0" in short["reason"]


ALL = (Srrs(), EkoSklad(), Spirit(), Skp(), EvropskaSredstva())


@pytest.mark.parametrize("source", ALL, ids=lambda source: source.name)
async def test_every_source_names_what_its_site_did_and_keeps_its_calls(source: Polled, funding: Running) -> None:
    """A site that fell, was rebuilt, sends a bomb or breaks off in the middle: told each time, nothing taken."""
    deep = Answer(json.dumps([]).encode() * 0 + b'{"data":' * 60 + b"[]" + b"}" * 60)
    answers: dict[str, Callable[[], Answer]] = {
        "unreachable": lambda: Answer(status=500),
        "malformed": lambda: deep if source.name in ("spirit", "skp") else Answer(b"<main>" + b"<div>" * 5_000),
    }
    for failure, answer in answers.items():
        async with site(lambda asked, answer=answer: answer()) as there:  # type: ignore[misc]
            run = await poll_once(replace(source, address=there.url), funding)  # type: ignore[type-var]
        assert (run["state"], run["failure"] in (failure, "partial")) == (run["state"], True), run
        assert run["state"] in ("failed", "partial")
        assert run["reason"]
    async with site(lambda asked: Answer(b"<main><table>" * 50, cut=40)) as there:
        run = await poll_once(replace(source, address=there.url), funding)  # type: ignore[type-var]
        assert run["state"] in ("failed", "partial")
    assert await calls_of(funding) == {}
    assert (await said(funding)).count("source.failed.v1") == 3
