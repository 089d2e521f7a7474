"""The official gazette over the network: issues found by links and by number, amendments joined to their calls."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from services.funding.sources.srrs import Srrs
from services.funding.sources.uradni_list import UradniList
from tests.conftest import Running
from tests.papers import pdf
from tests.service.funding.sources.conftest import calls_of, poll_once, said
from tests.service.funding.sources.site import NOT_FOUND, Answer, Asked, site
from tests.service.funding.sources.test_slovenian_sites import SRRS_ROW, srrs_page

FUND = "Slovenski regionalno razvojni sklad objavlja spremembe Javnega razpisa za finančni produkt"


def amendment(number: int, call: int, change: str) -> list[str]:
    opening = f"{FUND} – OBČINE, št. 3301-1/2026-SRRS-{call}, in sicer kot sledi:"
    return [f"Št. 3301-1/2026-SRRS-{number} Ob-{number}/26", "Sprememba", opening, change]


@dataclass
class Press:
    """The fund's pages and the gazette's issues on one server; `issues` by year and number."""

    issues: dict[tuple[int, int], bytes]
    linked: list[str] = field(default_factory=lambda: ["/_pdf/2026/Ra/r2026090.pdf"])
    calls: tuple[int, ...] = (23,)

    def __call__(self, asked: Asked) -> Answer:
        if asked.query.get("_sft_status-razpisa"):
            rows = (SRRS_ROW.format(slug=f"produkt-{call}", number=call, money="1.000 - 2.000") for call in self.calls)
            return Answer(srrs_page(*rows))
        if asked.path.startswith("/javni-razpisi/"):
            links = "".join(f'<a href="https://www.uradni-list.si{path}">Sprememba</a>' for path in self.linked)
            return Answer(f"<main>{links}</main>".encode())
        year, number = int(asked.path[6:10]), int(asked.path[-7:-4])
        body = self.issues.get((year, number))
        return NOT_FOUND if body is None else Answer(body, headers={"Content-Type": "application/pdf"})


async def test_an_amendment_moves_the_deadline_of_the_call_its_reference_names(funding: Running) -> None:
    moved = amendment(42, 23, "Rok za oddajo vlog se s 1. 3. 2027 podaljša do 31. 12. 2027 do 12. ure.")
    press = Press({(2026, 90): pdf([moved])}, calls=(23, 24))
    async with site(press) as there:
        await poll_once(replace(Srrs(), address=there.url), funding)
        run = await poll_once(UradniList(address=there.url, calls_at=there.url), funding)
    assert (run["state"], run["new"]) == ("done", 1)
    calls = await calls_of(funding)
    assert calls["3301-1/2026-SRRS-23"]["deadline"] == "2027-12-31T11:00:00Z"
    assert calls["3301-1/2026-SRRS-24"]["deadline"] == "2027-10-31T22:59:59Z", "another call is not touched"
    assert calls["3301-1/2026-SRRS-23"]["title"] == "produkt-23"
    assert "call.changed.v1" in await said(funding)


async def test_an_amendment_of_a_call_nobody_knows_waits_until_it_is_known(funding: Running) -> None:
    press = Press({(2026, 90): pdf([amendment(43, 24, "Skupni razpisani znesek je 800.000,00 EUR.")])})
    async with site(press) as there:
        gazette = UradniList(address=there.url, calls_at=there.url)
        await poll_once(gazette, funding)
        assert await calls_of(funding) == {}
        press.calls = (24,)
        await poll_once(replace(Srrs(), address=there.url), funding)
    assert (await calls_of(funding))["3301-1/2026-SRRS-24"]["budget"]["amount"] == "800000.00"


async def test_issues_are_followed_by_number_over_the_new_year_and_each_is_read_once(funding: Running) -> None:
    nothing = pdf([["Št. 303-1/2026-1 Ob-7/26", "Ministrstvo objavlja javni razpis."]])
    late = pdf([amendment(44, 23, "Skupni razpisani znesek je 5.000 EUR.")])
    press = Press({(2026, 90): nothing, (2026, 91): nothing, (2027, 1): late})
    async with site(press) as there:
        await poll_once(replace(Srrs(), address=there.url), funding)
        gazette = UradniList(address=there.url, calls_at=there.url)
        await poll_once(gazette, funding)
        asked = [each.path for each in there.asked if each.path.endswith(".pdf")]
        await poll_once(gazette, funding)
        again = [each.path for each in there.asked if each.path.endswith(".pdf")][len(asked) :]
    names = [path.rsplit("/", 1)[-1] for path in asked]
    assert names == ["r2026090.pdf", "r2026091.pdf", "r2026092.pdf", "r2027001.pdf", "r2027002.pdf", "r2028001.pdf"]
    assert [path.rsplit("/", 1)[-1] for path in again] == ["r2026092.pdf", "r2027002.pdf", "r2028001.pdf"]
    assert (await calls_of(funding))["3301-1/2026-SRRS-23"]["budget"]["amount"] == "5000.00"


async def test_a_broken_issue_is_a_lost_page_and_the_next_one_is_read(funding: Running) -> None:
    late = pdf([amendment(45, 23, "Skupni razpisani znesek je 5.000 EUR.")])
    ok = pdf([["Št. 303-1/2026-1 Ob-7/26", "Ministrstvo objavlja javni razpis."]])
    press = Press({(2026, 90): ok, (2026, 91): b"%PDF-1.4 cut off", (2026, 92): late})
    async with site(press) as there:
        await poll_once(replace(Srrs(), address=there.url), funding)
        run = await poll_once(UradniList(address=there.url, calls_at=there.url), funding)
    assert (run["state"], run["lost_count"], run["new"]) == ("partial", 1, 1)
    assert "r2026091.pdf" in run["reason"]


async def test_without_a_single_link_it_says_that_it_does_not_know_where_to_begin(funding: Running) -> None:
    async with site(Press({}, linked=[])) as there:
        run = await poll_once(UradniList(address=there.url, calls_at=there.url), funding)
    assert run["state"] == "partial"
    assert "where to begin" in run["reason"]
