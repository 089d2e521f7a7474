"""Calls as a client sees them: found, corrected, compared with what they were, joined and parted again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from contracts.values import Money
from kit.settings import Settings
from services.funding.calls.call import Call
from services.funding.calls.jobs import let_time_pass
from services.funding.calls.store import CALLS
from services.funding.sources.parsed_call import Deadline, ParsedCall
from tests.conftest import Running, running
from tests.service.funding.test_joining import given, reading
from tests.waiting import until


async def answered(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


async def get(system: Running, path: str) -> Any:
    return await answered(await system.http.get(f"/api/funding{path}", headers=system.as_("viewer")))


def plain(key: str, **facts: Any) -> ParsedCall:
    return reading("gov.si", key, **{"reference": None, "title": f"Razpis {key}", **facts})


async def titles(system: Running, query: str) -> list[str]:
    found: list[str] = []
    after = ""
    while True:
        page = await get(system, f"/calls?limit=2&{query}{after}")
        found += [each["title"] for each in page["items"]]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


async def test_a_list_is_found_by_its_words_sorted_and_paged_without_loss(settings: Settings) -> None:
    soon, later = (datetime.now(UTC) + timedelta(days=days) for days in (10, 90))
    past = datetime.now(UTC) - timedelta(days=10)
    async with running(settings, "funding") as system:
        await given(
            system,
            plain("a", title="Obnova vodovodov", deadlines=[Deadline(at=later)], territory="SI04"),
            plain("b", title="Vodovod in kanalizacija", max_amount=Money(amount=Decimal(5000)), territory="SI03"),
            plain("c", title="Šport", deadlines=[Deadline(at=soon)], max_amount=Money(amount=Decimal(90))),
            plain("d", title="Kultura", deadlines=[Deadline(at=past)], status="closed"),
        )
        assert await titles(system, "sort=deadline") == [
            "Šport",
            "Obnova vodovodov",
            "Vodovod in kanalizacija",
            "Kultura",
        ]
        by_amount = await titles(system, "sort=amount")
        assert (by_amount[:2], len(by_amount)) == (["Vodovod in kanalizacija", "Šport"], 4)
        assert set(await titles(system, "text=vodovoda")) == {"Obnova vodovodov", "Vodovod in kanalizacija"}
        assert set(await titles(system, "status=current&territory=SI-036")) == {"Šport", "Obnova vodovodov"}
        assert set(await titles(system, "amount=1000&status=current")) == {
            "Obnova vodovodov",
            "Vodovod in kanalizacija",
        }
        assert await titles(system, f"deadline_to={(soon + timedelta(days=1)).date()}&status=open") == ["Šport"]
        refused = await system.http.get("/api/funding/calls?after=nonsense&sort=deadline")
        assert (await answered(refused, 422))["errors"][0]["field"] == "after"
        table = await system.http.get("/api/funding/calls.csv?status=current")
        assert table.text.splitlines()[0].startswith("id,title,status")
        assert len(table.text.splitlines()) == 4


async def test_a_correction_is_held_to_a_version_told_and_let_go_again(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        await given(system, plain("a", co_financing_rate=Decimal("0.5")))
        (call,) = (await get(system, "/calls"))["items"]
        path = f"/api/funding/calls/{call['id']}"
        editor = system.as_("officer")
        assert (await system.http.patch(path, json={"co_financing_rate": "0.8"}, headers=editor)).status_code == 428
        old = {**editor, "If-Match": '"7"'}
        assert (await system.http.patch(path, json={"co_financing_rate": "0.8"}, headers=old)).status_code == 412
        now = {**editor, "If-Match": '"1"'}
        wrong = await system.http.patch(path, json={"co_financing_rat": "0.8", "territory": "Mars"}, headers=now)
        assert [each["field"] for each in (await answered(wrong, 422))["errors"]] == ["co_financing_rat", "territory"]
        assert (await system.http.patch(path, json={"co_financing_rate": 8}, headers=now)).status_code == 422
        set_right = await answered(await system.http.patch(path, json={"co_financing_rate": "0.8"}, headers=now))
        assert (set_right["co_financing_rate"], set_right["version"]) == ("0.8", 2)
        await given(system, plain("a", co_financing_rate=Decimal("0.6")))
        disputed = await get(system, f"/calls/{call['id']}")
        assert disputed["co_financing_rate"] == "0.8"
        assert [(each["kind"], each["says"]) for each in disputed["conflicts"]] == [("correction", "60 %")]
        gone = await system.http.delete(
            f"{path}/corrections/co_financing_rate", headers={**editor, "If-Match": f'"{disputed["version"]}"'}
        )
        assert ((await answered(gone))["co_financing_rate"], gone.json()["conflicts"]) == ("0.6", [])
        versions = (await get(system, f"/calls/{call['id']}/versions"))["items"]
        assert [each["version"] for each in versions] == [4, 3, 2, 1]
        changes = (await get(system, f"/calls/{call['id']}/diff?from=1&to=4"))["changes"]
        assert [(each["field"], each["before"], each["after"], each["rule"]) for each in changes] == [
            ("co_financing_rate", "50 %", "60 %", "grant_other")
        ]


async def test_a_date_alone_closes_a_call_once_and_a_new_date_opens_it_again(settings: Settings) -> None:
    moment = datetime.now(UTC)
    async with running(settings, "funding") as system:
        store = system.runtime.stores["funding"]
        await given(system, plain("a", deadlines=[Deadline(at=moment + timedelta(days=1))]))
        await given(system, plain("b", deadlines=[Deadline(at=moment + timedelta(days=1))], until_funds_run_out=True))
        past = {"deadlines.0.at": moment - timedelta(days=1), "next_deadline": moment - timedelta(days=1)}
        await store.database[CALLS.name].update_many({}, {"$set": past})
        context = system.runtime.context(system.runtime.services[0])
        await let_time_pass(context)
        await let_time_pass(context)
        by_key = {each["key"]: CALLS.to_aggregate(each) async for each in store.database[CALLS.name].find({})}
        assert (by_key["a"].status, by_key["b"].status) == ("closed", "open")
        assert [each.kind for each in by_key["a"].conflicts_at(moment)] == ["dates"], "its source still says open"
        outbox = store.database["outbox"]
        assert await outbox.count_documents({"subject": {"$regex": r"call\.closed"}}) == 1
        (again,) = await given(system, plain("a", deadlines=[Deadline(at=moment + timedelta(days=9))]))
        assert isinstance(again, Call)
        assert (again.status, again.lapsed_at) == ("open", None)


async def test_a_forecast_and_its_publication_are_joined_by_a_person_and_parted_again(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        sum_ = Money(amount=Decimal(15_720_000))
        title = "Javni razpis za energetsko prenovo javnih stavb v lasti občin"
        await given(system, reading("gov.si-news", "n", title=title, status="forecast", reference=None, budget=sum_))
        await given(system, reading("gov.si", "a", title=title + " 2027", reference=None, budget=sum_))
        (other,) = await given(system, plain("x", budget=sum_))
        assert other is not None

        async def suggested() -> list[Any]:
            items: list[Any] = (await get(system, "/joins"))["items"]
            return items

        (join,) = await until(suggested)
        assert {each["code"] for each in join["grounds"]} == {"alike_title", "same_sum"}
        forecast = await get(system, f"/calls/{join['stays']}")
        assert forecast["status"] == "forecast"
        path = f"/api/funding/joins/{join['id']}"
        assert (await system.http.post(f"{path}/confirm", headers=system.as_("viewer"))).status_code == 403
        await answered(await system.http.post(f"{path}/confirm", headers=system.as_("officer")))
        joined = await get(system, f"/calls/{join['stays']}")
        assert (joined["status"], len(joined["sources"]), joined["conflicts"]) == ("open", 2, [])
        gone = await get(system, f"/calls/{join['goes']}")
        assert (gone["status"], gone["joined_into"]) == ("closed", join["stays"])
        seen = {**system.as_("officer"), "If-Match": "*"}
        late = await system.http.patch(f"/api/funding/calls/{join['goes']}", json={"title": "T"}, headers=seen)
        assert join["stays"] in (await answered(late, 409))["detail"]
        assert len((await get(system, "/calls"))["items"]) == 2
        (again,) = await given(system, reading("gov.si", "a", title=title, reference=None, budget=sum_))
        assert again is not None
        assert again.call_id == join["stays"], "the publication is read into the call it was joined to"
        assert (await system.http.post(f"{path}/confirm", headers=system.as_("officer"))).status_code == 409
        await answered(await system.http.post(f"{path}/undo", headers=system.as_("officer")))
        one, two = [await get(system, f"/calls/{join[which]}") for which in ("stays", "goes")]
        assert (one["status"], two["status"], two["joined_into"]) == ("forecast", "open", None)


async def test_a_call_that_was_opened_then_revoked_may_open_again_under_its_own_id(settings: Settings) -> None:
    """The ministry's call for digitalisation: Idrija applied, it was revoked, and is to be opened again one day."""
    title = "Javni razpis za digitalizacijo javnih storitev občin"
    async with running(settings, "funding") as system:
        outbox = system.runtime.stores["funding"].database["outbox"]

        async def told(event: str) -> int:
            return int(await outbox.count_documents({"subject": {"$regex": rf"call\.{event}\.v1"}}))

        for status in ("open", "withdrawn", "closed"):
            await given(system, plain("mju", title=title, status=status, status_phrase=status))
        (call,) = (await get(system, "/calls"))["items"]
        assert (call["status"], await told("withdrawn"), await told("closed")) == ("withdrawn", 1, 0)
        await given(system, plain("mju", title=title, status="open"))
        again = await get(system, f"/calls/{call['id']}")
        assert (again["status"], await told("withdrawn"), await told("reopened")) == ("open", 1, 1)
        versions = (await get(system, f"/calls/{call['id']}/versions"))["items"]
        assert [[each["rule"] for each in version["changes"]] for version in versions] == [
            ["reopened"],
            ["withdrawn"],
            [],
        ]
