"""gov.si over the network: its listing page by page, its form, the pages of calls, and its press releases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from services.funding.polling.known import health_of
from services.funding.sources.gov_si import GovSi
from services.funding.sources.gov_si_news import GovSiNews
from tests.conftest import Running
from tests.service.funding.sources.conftest import calls_of, poll_once, said
from tests.service.funding.sources.site import NOT_FOUND, Answer, Asked, site

ROW = """<tr><td class="td-id">{code}</td><td class="td-title"><a href="/zbirke/javne-objave/{slug}/">{title}</a></td>
<td class="td-publisher">Ministrstvo za kulturo</td><td class="td-published-date">2. 11. 2026</td>
<td class="td-due-date">{due}</td><td class="td-status"><span class="label">{status}</span></td></tr>"""
PAGE = """<main><article class="tender-page"><h1>Razpis</h1>{revoked}<h3>Upravičenci</h3><p>Občine</p>
<h3>Višina sredstev</h3><p>1.250.000,50 EUR</p>
<p><a href="/assets/{slug}/razpis.pdf">Besedilo razpisa</a></p></article></main>"""


@dataclass
class Ministries:
    """The site: rows, which of them are revoked on their page, how many rows a page holds at most, and its form."""

    rows: list[dict[str, str]]
    revoked: set[str] = field(default_factory=set)
    most: int = 2
    publishers: str = (
        '<option value="4452">Ministrstvo za kulturo</option><option value="30">Ministrstvo za finance</option>'
    )
    table: str = "list-table tender-list-table"
    ignores_start: bool = False
    falls_at: int | None = None

    def __call__(self, asked: Asked) -> Answer:
        if asked.path != "/zbirke/javne-objave/":
            slug = asked.path.strip("/").rsplit("/", 1)[-1]
            revoked = "<h3>Preklic javnega razpisa</h3><p>Postopek je ustavljen.</p>" if slug in self.revoked else ""
            return Answer(PAGE.format(slug=slug, revoked=revoked).encode())
        start = 0 if self.ignores_start else int(asked.query.get("start", 0))
        if self.falls_at is not None and start == self.falls_at:
            return Answer(status=500)
        rows = "".join(ROW.format(**row) for row in self.rows[start : start + self.most])
        form = f'<form><select name="publisher[]">{self.publishers}</select></form>'
        return Answer(f'<main>{form}<table class="{self.table}"><tbody>{rows}</tbody></table></main>'.encode())


def row(number: int, **given: str) -> dict[str, str]:
    known = {"code": f"4300-{number}/2026-3340-1", "slug": f"razpis-{number}", "title": f"Javni razpis {number}"}
    return {**known, "due": "28. 3. 2027 (24:00)", "status": "V teku", **given}


async def poll(there: Any, funding: Running) -> dict[str, Any]:
    return await poll_once(GovSi(address=there.url, publishers=("kultur",)), funding)


async def test_the_whole_listing_is_read_though_the_server_gives_fewer_rows_than_asked_for(funding: Running) -> None:
    async with site(Ministries([row(number) for number in range(5)])) as there:
        run = await poll(there, funding)
        assert (run["state"], run["seen"], run["new"], run["drift"]) == ("done", 5, 5, [])
        listings = [asked for asked in there.asked if asked.query]
        assert [asked.query["start"] for asked in listings] == ["0", "2", "4", "5"]
        assert {asked.query["publisher[]"] for asked in listings} == {"4452"}, "the id comes from the form"
    call_id = (await calls_of(funding))["4300-3/2026-3340-1"]["id"]
    call = (await funding.http.get(f"/api/funding/calls/{call_id}")).json()
    assert call["deadline"] == "2027-03-28T21:59:59Z"
    assert (call["eligible_applicants"], call["budget"]["amount"]) == (["government_municipal"], "1250000.50")
    assert call["provenance"]["budget"]["grounds"]["basis"] == "read_from_text"
    assert call["documents"][0]["title"] == "Besedilo razpisa"


async def test_a_second_run_asks_for_no_page_whose_row_is_as_it_was_and_changes_nothing(funding: Running) -> None:
    async with site(Ministries([row(number) for number in range(12)], most=100)) as there:
        await poll(there, funding)
        asked_before, said_before = len(there.asked), await said(funding)
        run = await poll(there, funding)
        pages = [asked for asked in there.asked[asked_before:] if not asked.query and asked.path.count("/") > 3]
        assert (pages, run["changed"], run["drift"]) == ([], 0, [])
        assert await said(funding) == said_before
        assert (await calls_of(funding))["4300-3/2026-3340-1"]["budget"] is not None


async def test_a_call_revoked_on_its_page_alone_stays_withdrawn_until_the_page_says_otherwise(funding: Running) -> None:
    ministries = Ministries([row(1), row(2)], most=100)
    async with site(ministries) as there:
        await poll(there, funding)
        ministries.revoked = {"razpis-1"}
        ministries.rows[0]["status"] = "Zaključeno"
        await poll(there, funding)
        await poll(there, funding)
        assert (await calls_of(funding))["4300-1/2026-3340-1"]["status"] == "withdrawn"
        assert (await said(funding)).count("call.withdrawn.v1") == 1
        ministries.rows[0]["status"] = "V teku"
        await poll(there, funding)
        assert (await calls_of(funding))["4300-1/2026-3340-1"]["status"] == "withdrawn", "its page still says so"
        ministries.revoked = set()
        ministries.rows[0]["due"] = "1. 6. 2027"
        await poll(there, funding)
    assert (await calls_of(funding))["4300-1/2026-3340-1"]["status"] == "open"
    assert "call.reopened.v1" in await said(funding)


async def test_one_fallen_page_is_named_and_the_rest_goes_through(funding: Running) -> None:
    async with site(Ministries([row(number) for number in range(250)], most=100, falls_at=100)) as there:
        run = await poll(there, funding)
    assert (run["state"], run["seen"], run["lost_count"]) == ("partial", 150, 1)
    assert "500" in run["reason"]


async def test_a_server_that_gives_the_same_page_again_and_again_comes_to_an_end(funding: Running) -> None:
    async with site(Ministries([row(1), row(2)], ignores_start=True)) as there:
        run = await poll(there, funding)
    assert (run["state"], run["seen"]) == ("done", 2)


async def test_a_publisher_that_was_renamed_is_named(funding: Running) -> None:
    async with site(
        Ministries([row(1)], publishers='<option value="1">Ministrstvo za ustvarjalnost</option>')
    ) as there:
        run = await poll(there, funding)
    assert (run["state"], run["new"]) == ("done", 1)
    assert [rejected["field"] for rejected in run["rejected"]] == ["publisher[]"]


async def test_a_table_of_another_name_is_an_alarm_and_so_is_an_empty_one(funding: Running) -> None:
    ministries = Ministries([row(1)], table="new-table")
    async with site(ministries) as there:
        changed = await poll(there, funding)
        ministries.table, ministries.rows, ministries.publishers = (
            "tender-list-table",
            [],
            '<option value="1">X</option>',
        )
        empty = await poll(there, funding)
    assert (changed["failure"], empty["failure"]) == ("malformed", "zero_rows")
    assert "tender-list-table" in changed["reason"]
    assert (await said(funding)).count("source.failed.v1") == 2


APPROVED = "je odobrilo evropska sredstva za »Javni razpis za ustvarjalna središča«. Vrednost je 15,72 milijona EUR."
RELEASES = {
    "/novice/2026-11-12-sredstva-za-razpis/": ("Sredstva za razpis", f"Ministrstvo {APPROVED}"),
    "/novice/2026-11-11-sredstva-za-pot/": (
        "Sredstva za pot",
        "Odobrilo je evropska sredstva za projekt Pot, 2 mio EUR.",
    ),
    "/novice/2026-11-10-minister-v-idriji/": ("Minister v Idriji", "Obisk."),
}


def newsroom(asked: Asked) -> Answer:
    if asked.path == "/novice/":
        links = "".join(f'<li><a href="{path}">{title}</a></li>' for path, (title, _) in RELEASES.items())
        return Answer(f"<main><ul>{links}</ul></main>".encode())
    if asked.path not in RELEASES:
        return NOT_FOUND
    title, text = RELEASES[asked.path]
    return Answer(f"<main><article><h1>{title}</h1><p>{text}</p></article></main>".encode())


async def test_press_releases_give_forecasts_and_say_why_the_others_are_none(funding: Running) -> None:
    async with site(newsroom) as there:
        source = replace(GovSiNews(), address=there.url)
        first, second = await poll_once(source, funding), await poll_once(source, funding)
        articles = [asked.path for asked in there.asked if asked.path != "/novice/"]
    assert sorted(articles) == sorted(path for path in RELEASES if "minister" not in path), "each is read once"
    assert (first["state"], first["new"], first["rejected_count"]) == ("done", 1, 1)
    assert "project" in first["rejected"][0]["reason"]
    assert (second["state"], second["seen"]) == ("done", 0)
    call = (await calls_of(funding))["Javni razpis za ustvarjalna središča"]
    assert (call["status"], call["budget"]["amount"], call["deadline"]) == ("forecast", "15720000.00", None)


async def test_a_run_whose_pages_are_as_before_still_says_which_rows_are_gone_and_keeps_its_measure(
    funding: Running,
) -> None:
    there_were = Ministries([row(number) for number in range(12)], most=20)
    async with site(there_were) as there:
        await poll(there, funding)
        first = await health_of("gov.si", funding.runtime.stores["funding"])
        there_were.rows = there_were.rows[1:]
        run = await poll(there, funding)
        second = await health_of("gov.si", funding.runtime.stores["funding"])
    assert (run["state"], run["pages_unchanged"], run["missing_count"], run["drift"]) == ("done", 11, 1, [])
    assert first is not None
    assert second is not None
    assert (first.rows, second.rows) == (12, 11)
    assert second.shape["call.eligible_applicants"] == first.shape["call.eligible_applicants"] == 1.0
