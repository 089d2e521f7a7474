"""The EU portal, polled over HTTP, with every trap it has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from services.funding.sources.sedia import Sedia
from tests.conftest import Running
from tests.service.funding.sources.conftest import calls_of, poll_once
from tests.service.funding.sources.portal import Portal, topic
from tests.service.funding.sources.site import Site, site


@asynccontextmanager
async def standing(portal: Portal) -> AsyncIterator[tuple[Site, Sedia]]:
    async with site(portal) as there:
        yield there, replace(Sedia(), address=there.url, data=f"{there.url}/data")


async def one_call(funding: Running, reference: str) -> dict[str, Any]:
    """Everything known of one call."""
    call = (await calls_of(funding))[reference]
    found: dict[str, Any] = (await funding.http.get(f"/api/funding/calls/{call['id']}")).json()
    return found


def paths(there: Site) -> list[str]:
    return [asked.path for asked in there.asked]


async def test_all_pages_come_in_and_a_second_run_finds_nothing_new(funding: Running) -> None:
    portal = Portal([topic(number, "Open" if number % 3 else "Forthcoming") for number in range(130)])
    portal.records += [topic(500, "Closed")]
    async with standing(portal) as (there, source):
        run = await poll_once(source, funding)
        assert (run["state"], run["seen"], run["new"], run["rejected_count"]) == ("done", 130, 130, 0), run
        again = await poll_once(source, funding)
        assert (again["new"], again["changed"], again["unchanged"], again["missing_count"]) == (0, 0, 130, 0)
        health = (await funding.http.get("/api/funding/sources/eu-portal")).json()
        assert (health["rows"], health["failure"], health["drift"]) == (130, None, [])
        portal.records[7] = topic(7, deadlineDate=["2027-02-01T17:00:00.000+0100"])
        del portal.records[9]
        third = await poll_once(source, funding)
        assert (third["new"], third["changed"], third["missing_count"]) == (0, 1, 1)
        assert paths(there).count("/rest/search") == 6


async def test_a_filter_that_was_ignored_is_refused_whole(funding: Running) -> None:
    portal = Portal([topic(number) for number in range(3)])
    portal.ignores_filters = True
    async with standing(portal) as (_, source):
        run = await poll_once(source, funding)
    assert (run["state"], run["failure"]) == ("failed", "malformed")
    assert "filter was ignored" in run["reason"]
    assert await calls_of(funding) == {}


async def test_a_lost_page_is_asked_three_times_and_is_no_withdrawal(funding: Running) -> None:
    portal = Portal([topic(number) for number in range(250)])
    async with standing(portal) as (there, source):
        await poll_once(source, funding)
        portal.broken_pages = {2}
        there.asked.clear()
        run = await poll_once(source, funding)
    assert (run["state"], run["failure"], run["lost_count"], run["missing_count"]) == ("partial", "partial", 1, None)
    assert "page 2" in run["lost"][0]["url"]
    assert paths(there).count("/rest/search") == 2 + 3
    assert run["unchanged"] == 150, "the pages around it came in"
    health = (await funding.http.get("/api/funding/sources/eu-portal")).json()
    assert health["failure"] == "partial"


async def test_languages_that_part_at_a_page_break_are_one_call(funding: Running) -> None:
    records = [record for number in range(60) for record in (topic(number, language="bg"), topic(number))]
    portal = Portal(records[1:], cap=50)
    async with standing(portal) as (there, source):
        run = await poll_once(source, funding)
    assert (run["state"], run["seen"], run["new"], run["merged"]) == ("done", 119, 60, 59)
    assert {call["language"] for call in (await calls_of(funding)).values()} == {"en"}
    assert paths(there).count("/rest/search") == 3, "the portal's smaller page was noticed"


async def test_deadlines_conflicts_and_siblings_budgets_are_told_apart(funding: Running) -> None:
    budget = (
        '{"budgetTopicActionMap": {"100001": [{"action": "CERV-2027-CITIZENS-00001 - Grants", '
        '"budgetYearMap": {"2027": "900"}}], "7": [{"action": "OTHER - Grants", "budgetYearMap": {"2027": "5000"}}]}}'
    )
    stages = ["2027-09-17T17:00:00.000+0200", "2027-02-18T17:00:00.000+0100"]
    portal = Portal(
        [
            topic(1, budgetOverview=[budget]),
            topic(2, deadlineDate=stages, deadlineModel=["two-stage"]),
            topic(3, deadlineDate=["2020-01-15T17:00:00.000+0100"]),
        ]
    )
    async with standing(portal) as (_, source):
        await poll_once(source, funding)
    calls = await calls_of(funding)
    one, two, three = (calls[f"CERV-2027-CITIZENS-0000{number}"] for number in (1, 2, 3))
    assert one["budget"]["amount"] == "900"
    assert one["programme"] == "Citizens, Equality, Rights and Values"
    assert [(each["kind"], each["at"][:10]) for each in two["deadlines"]] == [
        ("stage", "2027-02-18"),
        ("stage", "2027-09-17"),
    ]
    detail = await one_call(funding, three["reference"])
    assert [(each["field"], each["says"]) for each in detail["conflicts"]] == [("status", "Open")]


async def test_details_are_fetched_for_what_the_search_leaves_out_and_only_when_it_changed(funding: Running) -> None:
    bare: dict[str, Any] = {"descriptionByte": None}
    portal = Portal([topic(1, **bare), topic(2), topic(3, **bare)])
    conditions = "<p>The co-financing rate is 80 % of the eligible costs.</p>"
    portal.details["cerv-2027-citizens-00001"] = {
        "identifier": "CERV-2027-CITIZENS-00001",
        "description": "<p>Workshops for young makers.</p>",
        "conditions": conditions,
    }
    async with standing(portal) as (there, source):
        first = await poll_once(source, funding)
        assert (first["state"], first["lost_count"]) == ("done", 0), "a topic without a file of its own is no loss"
        call = await one_call(funding, "CERV-2027-CITIZENS-00001")
        assert (call["description"], call["co_financing_rate"]) == ("Workshops for young makers.", "0.8")
        there.asked.clear()
        second = await poll_once(source, funding)
        assert second["changed"] <= 1
        assert "/data/topicDetails/cerv-2027-citizens-00001.json" not in paths(there)
        call = await one_call(funding, "CERV-2027-CITIZENS-00001")
        assert call["description"] == "Workshops for young makers.", "what was read earlier still holds"


async def test_a_portal_that_is_away_or_answers_something_else_harms_nothing_known(funding: Running) -> None:
    portal = Portal([topic(number) for number in range(20)])
    async with standing(portal) as (_, source):
        await poll_once(source, funding)
        portal.broken_pages = {1}
        run = await poll_once(source, funding)
        assert (run["state"], run["failure"]) == ("failed", "unreachable")
        portal.broken_pages, portal.records = set(), []
        run = await poll_once(source, funding)
        assert (run["state"], run["failure"]) == ("failed", "zero_rows")
        assert "had 20 calls" in run["reason"]
    assert len(await calls_of(funding)) == 20


async def test_a_field_that_vanishes_from_every_record_is_named(funding: Running) -> None:
    portal = Portal([topic(number) for number in range(20)])
    async with standing(portal) as (_, source):
        await poll_once(source, funding)
        portal.records = [topic(number, deadlineDate=None, deadline=["2027-03-25"]) for number in range(20)]
        run = await poll_once(source, funding)
    assert run["state"] == "done"
    assert "metadata.deadlineDate vanished: 100 % of the rows had it" in run["drift"]
    assert "metadata.deadline is new: 100 % of the rows have it" in run["drift"]
    assert "call.deadlines vanished: 100 % of the rows had it" in run["drift"]
