"""Sources as people keep them: seen, switched, asked, stopped, added, and fed with tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from services.funding.polling import coming
from services.funding.polling.known import health_of, source_of
from services.funding.polling.reading import read_run
from services.funding.polling.schedule import close_interrupted
from services.funding.sources.by_hand import ByHand
from services.funding.sources.source import Payload, Portion
from tests.conftest import Running
from tests.service.funding.sources.conftest import calls_of, poll_once
from tests.service.funding.sources.portal import Portal, topic
from tests.service.funding.sources.site import Answer, Asked, site
from tests.service.funding.sources.test_sedia_portal import standing

TABLE = "Naziv;Šifra;Rok za prijavo\nPrenova trga;430-1/2027-1;31. 3. 2027 (12:00)\n;x;\nUra;2;28. 3. 2027 (2:30)\n"
HTML = {"Accept": "text/html", "Accept-Language": "en"}


async def test_a_source_is_switched_and_asked_only_by_those_who_may(funding: Running) -> None:
    path = "/api/funding/sources/eu-portal"
    shown = await funding.http.get(path)
    assert (shown.json()["enabled"], shown.json()["polled"]) == (False, True), (
        "nothing is polled until somebody says so"
    )
    edit = {"enabled": True, "every_minutes": 60}
    refused = await funding.http.patch(path, json=edit, headers={**funding.as_("viewer"), "If-Match": '"0"'})
    assert refused.status_code == 403
    done = await funding.http.patch(path, json=edit, headers={**funding.as_("operator"), "If-Match": '"0"'})
    assert (done.status_code, done.json()["enabled"], done.json()["every_minutes"]) == (200, True, 60)
    late = await funding.http.patch(path, json=edit, headers={**funding.as_("operator"), "If-Match": '"0"'})
    assert late.status_code == 412
    wrong = await funding.http.patch(
        path, json={"address": "gov.si"}, headers={**funding.as_("operator"), "If-Match": "*"}
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "address")
    asked = await funding.http.post(f"{path}/runs", json={}, headers=funding.as_("officer"))
    assert (asked.status_code, asked.json()["asked_by"]) == (202, "officer@idrija.example")
    by_hand = await funding.http.post("/api/funding/sources/by-hand/runs", json={}, headers=funding.as_("officer"))
    assert by_hand.status_code == 409


async def test_a_page_per_source_says_what_was_wrong(funding: Running) -> None:
    portal = Portal([topic(number) for number in range(12)])
    portal.records[3]["metadata"]["title"] = []
    async with standing(portal) as (_, source):
        await poll_once(source, funding)
        portal.records = []
        await poll_once(source, funding)
    page = await funding.http.get("/funding/sources/eu-portal", headers=HTML)
    for words in ("gave no row at all", "had 11 calls", "robots.txt has no rule for us", "CC BY 4.0", "read whole"):
        assert words in page.text, words
    everything = await funding.http.get("/funding/sources", headers=HTML)
    assert everything.status_code == 200
    assert "gave no row at all" in everything.text
    assert (await funding.http.get("/funding/sources", headers={**HTML, "Accept-Language": "sl"})).status_code == 200


async def test_a_feed_is_added_and_becomes_calls_and_news(funding: Running) -> None:
    titles = ("Razpis", "Zapora")
    items = "".join(f"<item><title>{each}</title><link>https://x.example/{each}</link></item>" for each in titles)
    feed = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()

    def say(asked: Asked) -> Answer:
        return Answer(status=304) if "if-none-match" in asked.headers else Answer(feed, headers={"ETag": '"1"'})

    async with site(say) as there:
        form = {"kind": "feed", "title": "Razvojna agencija ROD", "address": f"{there.url}/feed", "licence": ""}
        added = await funding.http.post("/funding/sources/new", data=form, headers={**HTML, **funding.as_("officer")})
        assert (added.status_code, added.headers["location"]) == (303, "/funding/sources/feed:razvojna-agencija-rod")
        again = await funding.http.post("/funding/sources/new", data=form, headers={**HTML, **funding.as_("officer")})
        assert again.status_code == 422
        store = funding.runtime.stores["funding"]
        health = await health_of("feed:razvojna-agencija-rod", store)
        assert health is not None
        source = source_of(health)
        run = await poll_once(source, funding)  # type: ignore[arg-type]
        assert (run["new"], run["new_signals"]) == (1, 1)
        second = await poll_once(source, funding)  # type: ignore[arg-type]
        assert (second["state"], second["seen"], second["pages_unchanged"]) == ("done", 0, 1), (
            "an unchanged feed is no empty one"
        )
    assert "Zapora" in (await funding.http.get("/funding/sources/feed:razvojna-agencija-rod", headers=HTML)).text


async def test_a_table_is_looked_at_before_it_is_taken(funding: Running) -> None:
    officer = {**HTML, **funding.as_("officer")}
    sent = {"table": ("razpisi.csv", TABLE.encode("cp1250"), "text/csv")}
    look = await funding.http.post("/funding/sources/upload", files=sent, headers=officer)
    assert look.status_code == 200, look.text
    for words in (
        "2 calls can be taken",
        "1 row refused",
        "The row names no call",
        "CSV, cp1250, parted by semicolons",
    ):
        assert words in look.text, words
    assert await calls_of(funding) == {}
    table = look.text.split('name="table" value="')[1].split('"')[0]
    taken = await funding.http.post("/funding/sources/upload/take", data={"table": table}, headers=officer)
    assert taken.status_code == 303, taken.text
    assert sorted(await calls_of(funding)) == ["2", "430-1/2027-1"]
    refused = await funding.http.post(
        "/api/funding/sources/upload/looks", content=b"Kaj;Kdo\nA;B\n", headers=funding.as_("officer")
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["mend"]
    shown = await funding.http.post(
        "/api/funding/sources/upload/looks?filename=a.csv", content=TABLE.encode(), headers=funding.as_("officer")
    )
    assert [each["field"] for each in shown.json()["doubts"]] == ["deadlines"]
    done = await funding.http.post(
        "/api/funding/sources/upload/takings", json={"table": shown.json()["table"]}, headers=funding.as_("officer")
    )
    assert (done.status_code, done.json()["unchanged"]) == (200, 2)
    who = {}
    for headers in (funding.as_("officer"), {}):
        call = (await funding.http.get("/api/funding/calls", headers=headers)).json()["items"][0]
        who[bool(headers)] = {call["origin"]["by"], *(each["by"] for each in call["provenance"].values())}
    assert who == {True: {"officer@idrija.example"}, False: {"a person of the municipality"}}


@dataclass(frozen=True, slots=True)
class Broken(ByHand):
    """A source whose reader meets what nobody thought of."""

    address: str = ""
    every: timedelta = timedelta(hours=1)

    def read(self, payloads: object) -> object:  # type: ignore[override]
        raise AttributeError("'NoneType' object has no attribute 'text'")


async def test_what_nobody_thought_of_is_a_failure_of_that_source_alone(funding: Running) -> None:
    async def portions() -> AsyncIterator[Portion]:
        yield [Payload("x", b"{}")]

    run = await read_run(Broken(), portions(), funding.runtime.stores["funding"])  # type: ignore[arg-type]
    assert (run.state, run.failure) == ("failed", "broken")
    assert "AttributeError" in (run.reason or "")


async def test_a_run_is_stopped_while_it_waits_for_a_page_and_what_it_took_stays(
    funding: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coming, "LOOK_SECONDS", 0.05)
    store = funding.runtime.stores["funding"]
    given_up = asyncio.Event()

    async def portions() -> AsyncIterator[Portion]:
        yield [Payload("a", b'[{"title": "A"}]')]
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    reading = asyncio.create_task(read_run(ByHand(), portions(), store))
    while not await calls_of(funding):
        await asyncio.sleep(0.01)
    (run,) = (await funding.http.get("/api/funding/sources/by-hand/runs")).json()["items"]
    assert run["state"] == "running"
    stopped = await funding.http.post(f"/api/funding/runs/{run['id']}/cancel", headers=funding.as_("operator"))
    assert stopped.status_code == 202
    assert (await reading).state == "cancelled"
    assert given_up.is_set(), "nobody goes on asking the source"
    assert list(await calls_of(funding)) == ["A"]
    late = await funding.http.post(f"/api/funding/runs/{run['id']}/cancel", headers=funding.as_("operator"))
    assert late.status_code == 409


async def test_a_run_that_died_with_its_process_is_closed_and_due_again(funding: Running) -> None:
    store = funding.runtime.stores["funding"]
    stuck = asyncio.Event()

    async def portions() -> AsyncIterator[Portion]:
        yield [Payload("a", b'[{"title": "A"}]')]
        await stuck.wait()

    reading = asyncio.create_task(read_run(replace(ByHand()), portions(), store, by="officer@idrija.example"))
    while not await calls_of(funding):
        await asyncio.sleep(0.01)
    reading.cancel()
    await asyncio.wait([reading])
    await close_interrupted(store)
    (run,) = (await funding.http.get("/api/funding/sources/by-hand/runs")).json()["items"]
    assert (run["state"], run["failure"]) == ("interrupted", "interrupted")
    assert run["by"] is None, "who asked is for those who are signed in"
    health = (await funding.http.get("/api/funding/sources/by-hand", headers=funding.as_("viewer"))).json()
    assert health["asked_by"] == "officer@idrija.example", "who asked for it is still waiting"
