"""TED, CommonGrants servers, the portal's bulk file and its updates, polled over HTTP with their traps."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from kit.store import Work
from services.funding.polling.known import health_of, source_of
from services.funding.polling.schedule import follow_hint
from services.funding.polling.store import SOURCES
from services.funding.sources.common_grants import CommonGrants
from services.funding.sources.sedia_bulk import SediaBulk
from services.funding.sources.sedia_updates import SediaUpdates
from services.funding.sources.ted import Ted
from tests.conftest import Running
from tests.service.funding.sources.conftest import calls_of, poll_once
from tests.service.funding.sources.site import Answer, Asked, site


def notice(number: int) -> dict[str, Any]:
    return {
        "publication-number": f"{number}-2026",
        "publication-date": "2026-11-23+01:00",
        "notice-title": {"slv": f"Obnova {number}"},
        "buyer-name": {"slv": ["Občina Cerkno"]},
    }


async def test_notices_are_read_token_by_token_and_become_no_calls(funding: Running) -> None:
    def say(asked: Asked) -> Answer:
        question = json.loads(asked.body)
        if unknown := question.keys() - {"query", "fields", "limit", "scope", "paginationMode", "iterationNextToken"}:
            return Answer.json({"message": f"unknown {unknown}"}, 400)
        assert "buyer-country=SVN AND PD>=" in question["query"]
        assert question["query"].endswith("SORT BY PD DESC")
        page = int(question.get("iterationNextToken", "t0")[1:])
        rows = [notice(100 * page + each) for each in range(3)] if page < 2 else []
        return Answer.json(
            {"notices": rows, "totalNoticeCount": 6, "iterationNextToken": f"t{page + 1}", "timedOut": False}
        )

    async with site(say) as there:
        source = replace(Ted(), address=there.url)
        first, second = await poll_once(source, funding), await poll_once(source, funding)
        assert [asked.path for asked in there.asked] == ["/v3/notices/search"] * 6
    assert (first["state"], first["seen"], first["signals"], first["new_signals"]) == ("done", 6, 6, 6)
    assert (second["state"], second["new_signals"]) == ("done", 0)
    assert await calls_of(funding) == {}
    items = (await funding.http.get("/api/funding/sources/ted/signals")).json()["items"]
    assert {each["about"] for each in items} == {"Občina Cerkno"}


def opportunity(number: int) -> dict[str, Any]:
    return {
        "id": f"7f9f1a52-0000-4000-8000-{number:012}",
        "title": f"Square {number}",
        "status": {"value": "open"},
        "description": "A square",
        "keyDates": {"closeDate": {"name": "Closes", "eventType": "singleDate", "date": "2027-03-31"}},
        "funding": {"maxAwardAmount": {"amount": "300000.00", "currency": "EUR"}},
    }


async def test_a_common_grants_server_is_added_over_the_api_and_read_page_by_page(funding: Running) -> None:
    everything = [opportunity(number) for number in range(150)]
    lost: set[str] = set()

    def say(asked: Asked) -> Answer:
        page, size = int(asked.query["page"]), int(asked.query["pageSize"])
        if asked.query["page"] in lost:
            return Answer(status=502)
        rows = everything[(page - 1) * size : page * size]
        info = {"page": page, "pageSize": size, "totalItems": len(everything), "totalPages": 2}
        return Answer.json({"status": 200, "message": "ok", "items": rows, "paginationInfo": info})

    async with site(say) as there:
        new = {"kind": "common_grants", "title": "State of grants", "address": f"{there.url}/"}
        added = await funding.http.post("/api/funding/sources", json=new, headers=funding.as_("officer"))
        assert (added.status_code, added.json()["id"]) == (201, "common-grants:state-of-grants")
        twice = await funding.http.post("/api/funding/sources", json=new, headers=funding.as_("officer"))
        assert twice.status_code == 409
        health = await health_of("common-grants:state-of-grants", funding.runtime.stores["funding"])
        assert health is not None
        source = source_of(health)
        assert isinstance(source, CommonGrants)
        run = await poll_once(source, funding)
        assert (run["state"], run["seen"], run["new"]) == ("done", 150, 150)
        lost.add("2")
        run = await poll_once(source, funding)
        assert (run["state"], run["lost_count"], run["missing_count"], run["unchanged"]) == ("partial", 1, None, 100)


def bulk(*topics: dict[str, Any]) -> bytes:
    return json.dumps({"fundingData": {"GrantTenderObj": list(topics)}}).encode()


def bulk_topic(number: int, status: str, deadline: datetime, kind: str = "1") -> dict[str, Any]:
    return {
        "type": kind,
        "identifier": f"CERV-2027-CITIZENS-{number:05}",
        "title": f"Towns {number}",
        "status": {"abbreviation": status},
        "deadlineDatesLong": [int(deadline.timestamp() * 1000)],
    }


async def test_the_bulk_file_is_taken_slice_by_slice_and_only_when_its_etag_changed(funding: Running) -> None:
    later, long_ago = datetime(2027, 3, 25, 16, tzinfo=UTC), datetime(2021, 3, 25, 16, tzinfo=UTC)
    topics = [bulk_topic(number, "Open", later) for number in range(520)]
    topics += [bulk_topic(600, "Closed", long_ago), bulk_topic(601, "Open", later, kind="0")]
    body, tag = [bulk(*topics)], ['"1"']

    def say(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == tag[0]:
            return Answer(status=304)
        return Answer(body[0], headers={"ETag": tag[0]})

    async with site(say) as there:
        source = replace(SediaBulk(), address=f"{there.url}/grantsTenders.json")
        first, second = await poll_once(source, funding), await poll_once(source, funding)
        assert (first["state"], first["seen"], first["new"]) == ("done", 520, 520), "no tender, nothing long closed"
        assert (second["state"], second["seen"], second["pages_unchanged"]) == ("done", 0, 1)
        body[0], tag[0] = bulk(*topics)[:-400], '"2"'
        cut = await poll_once(source, funding)
        assert (cut["state"], cut["missing_count"]) == ("failed", None)
        assert "ends before" in cut["reason"]
        tag[0] = '"1"'
        health = (await funding.http.get("/api/funding/sources/eu-portal-list")).json()
        assert health["failure"] == "malformed"
    assert len(await calls_of(funding)) == 200, "a page of what is known"


async def test_news_of_the_portal_has_it_read_at_once_if_it_is_read_at_all(funding: Running) -> None:
    item = "<item><title>CERV-2027-CITIZENS-00001 updated</title><guid>1</guid></item>"
    feed = f'<rss version="2.0"><channel><title>x</title>{item}</channel></rss>'.encode()
    store = funding.runtime.stores["funding"]
    async with site(lambda asked: Answer(feed)) as there:
        run = await poll_once(replace(SediaUpdates(), address=there.url), funding)
        assert (run["signals"], run["new_signals"]) == (1, 1)
        path, viewer = "/api/funding/sources/eu-portal", funding.as_("viewer")
        assert "asked_by" not in (await funding.http.get(path, headers=viewer)).json()

        async def switch_on(work: Work) -> None:
            health = await health_of("eu-portal", store)
            assert health is not None
            work.save(SOURCES, health.set({"enabled": True}))

        await store.transact(switch_on)
        await follow_hint("eu-portal-updates", "eu-portal", store)
        assert (await funding.http.get(path, headers=viewer)).json()["asked_by"] == "eu-portal-updates"
