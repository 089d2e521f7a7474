"""A call typed in over HTTP becomes one mail to the funding officer, across services on real servers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kit.embedded import Mail, list_mail
from kit.example import load_example
from kit.settings import Settings
from services.funding.app import SAMPLES
from tests.conftest import EXAMPLE, Running, running
from tests.waiting import until

CALL: dict[str, Any] = {
    "title": "Javni razpis za ustvarjalne delavnice in opremo za mlade",
    "funder": "Ministrstvo za zgled",
    "description": "Sofinanciramo vzpostavitev in opremo ustvarjalnih prostorov (makerspace) za mlade v občinah.",
    "deadline": "2027-03-31T12:00:00+02:00",
    "co_financing_rate": 0.85,
    "max_amount": {"amount": "150000.00", "currency": "EUR"},
    "eligible_applicants": ["municipality"],
    "territory": "SI",
    "url": "https://razpisi.example/makerspace",
}


async def _typed_in(system: Running, call: dict[str, Any] = CALL) -> dict[str, Any]:
    answer = await system.http.post("/api/funding/calls", json=call, headers=system.as_("officer"))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def _plan(system: Running) -> None:
    answer = await system.http.post(
        "/api/actions/plans", content=(EXAMPLE / "plan.yaml").read_bytes(), headers=system.as_("coordinator")
    )
    assert answer.status_code == 201

    async def heard() -> bool:
        return bool(await system.runtime.stores["funding"].database["needs"].count_documents({}) == 24)

    await until(heard)


async def _subscribed(system: Running) -> None:
    answer = await system.http.post("/api/notifications/subscriptions", json={}, headers=system.as_("officer"))
    assert answer.status_code == 201, answer.text


def _mails_about(folder: Path, title: str) -> list[Mail]:
    return [mail for mail in list_mail(folder) if title in (mail.text or "")]


async def test_a_call_becomes_one_mail_that_says_why(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications", "actions", "funding") as system:
        await _subscribed(system)
        await _plan(system)
        call = await _typed_in(system)

        async def arrived() -> list[Mail]:
            return _mails_about(servers.mail_dir, CALL["title"])

        (mail,) = await until(arrived)
        assert mail.to == ("officer@idrija.example",)
        text = (mail.text or "").replace("\u00a0", " ")
        assert "2.1.1" in text
        assert "31. marec 2027, 12:00" in text
        assert "85 %" in text
        assert "17.250 €" in text, "own share of 2.1.1: 15 % of 115,000"
        assert f"/funding/calls/{call['id']}" in text
        assert mail.html

        alerts = (await system.http.get("/api/notifications/alerts", headers=system.as_("officer"))).json()["items"]
        assert [alert["call"]["call_id"] for alert in alerts] == [call["id"]]
        matches = (await system.http.get(f"/api/funding/matches?call={call['id']}")).json()["items"]
        assert {match["activity_number"] for match in matches} >= {"2.1.1"}
        assert all(match["reasons_for"] for match in matches)


async def test_the_same_call_again_makes_no_second_mail(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications", "actions", "funding") as system:
        await _subscribed(system)
        await _plan(system)
        first = await _typed_in(system)

        async def arrived() -> list[Mail]:
            return _mails_about(servers.mail_dir, CALL["title"])

        await until(arrived)
        again = await _typed_in(system)
        assert again["id"] == first["id"]
        other = await _typed_in(
            system, {**CALL, "title": "Drug razpis za makerspace in mlade", "url": "https://x.example/2"}
        )

        async def other_arrived() -> list[Mail]:
            return _mails_about(servers.mail_dir, "Drug razpis")

        await until(other_arrived)
        assert other["id"] != first["id"]
        assert len(_mails_about(servers.mail_dir, CALL["title"])) == 1


async def test_a_decision_stops_and_an_unsubscribed_person_is_told_no_more(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications", "actions", "funding") as system:
        await _subscribed(system)
        await _plan(system)
        await _typed_in(system)

        async def arrived() -> list[Mail]:
            return _mails_about(servers.mail_dir, CALL["title"])

        (mail,) = await until(arrived)
        path = (mail.text or "").split("/inbox/unsubscribe/")[1].split()[0]
        opened = await system.http.get(f"/inbox/unsubscribe/{path}")
        assert opened.status_code == 200
        subscriptions = "/api/notifications/subscriptions"
        items = (await system.http.get(subscriptions, headers=system.as_("officer"))).json()["items"]
        assert items[0]["enabled"] is True, "opening the link changes nothing"
        left = await system.http.post(f"/inbox/unsubscribe/{path}", data={"List-Unsubscribe": "One-Click"})
        assert left.status_code == 200
        items = (await system.http.get(subscriptions, headers=system.as_("officer"))).json()["items"]
        assert items[0]["enabled"] is False

        second = await _typed_in(system, {**CALL, "title": "Tretji razpis za makerspace", "url": "https://x.example/3"})

        async def silent() -> list[Any]:
            answer = await system.http.get(
                f"/api/notifications/silences?call={second['id']}", headers=system.as_("officer")
            )
            return list(answer.json()["items"])

        silences = await until(silent)
        assert silences[0]["reason"]["code"]
        assert _mails_about(servers.mail_dir, "Tretji razpis") == []

        alerts = (await system.http.get("/api/notifications/alerts", headers=system.as_("officer"))).json()["items"]
        decision = f"/api/notifications/alerts/{alerts[0]['id']}/decision"
        refused = await system.http.post(decision, json={"choice": "not_for_us"}, headers=system.as_("officer"))
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "reason_code"
        done = await system.http.post(
            decision, json={"choice": "not_for_us", "reason": "already equipped"}, headers=system.as_("officer")
        )
        assert done.json()["decision"]["choice"] == "not_for_us"


async def test_the_example_municipality_comes_to_life(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications", "actions", "funding") as system:
        loaded = await load_example(system.runtime)
        assert loaded == ["notifications", "actions", "funding"]

        async def told() -> list[Mail]:
            mails = list_mail(servers.mail_dir)
            return mails if len(mails) >= 6 else []

        mails = await until(told)
        assert len({mail.subject for mail in mails}) == len(mails)
        assert await load_example(system.runtime) == []
        calls = (await system.http.get("/api/funding/calls?limit=100")).json()["items"]
        assert {call["source"] for call in calls} == {name for name in SAMPLES if name != "uradni-list"}
        amended = next(call for call in calls if call["reference"] == "3301-2/2026-SRRS-17")
        assert amended["deadline"] == "2027-09-30T10:00:00Z", "as the gazette moved it"
        assert {"forecast", "open", "withdrawn"} <= {call["status"] for call in calls}
        sources = (await system.http.get("/api/funding/sources")).json()["items"]
        assert all(source["failure"] is None for source in sources), sources


async def test_bad_calls_are_refused_with_field_and_mend(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        for body, field in (
            ({}, "title"),
            ({"title": "x", "co_financing_rate": 85}, "co_financing_rate"),
            ({"title": "x", "deadline": "2027-03-31T12:00:00"}, "deadline"),
            ({"title": "x", "dedline": "2027-03-31"}, "dedline"),
        ):
            answer = await system.http.post("/api/funding/calls", json=body, headers=system.as_("officer"))
            assert answer.status_code == 422
            (error,) = answer.json()["errors"]
            assert error["field"] == field
            assert error["mend"]
        assert (await system.http.get("/api/funding/calls")).json()["items"] == []


async def test_a_source_without_rows_is_an_error_event(settings: Settings) -> None:
    empty_listing = '<html><body><table class="tender-list-table"><tbody></tbody></table></body></html>'
    async with running(settings, "funding") as system:
        sent = {"payloads": [{"url": "https://gov.example/javne-objave", "body": empty_listing}]}
        answer = await system.http.post(
            "/api/funding/sources/gov.si/readings", json=sent, headers=system.as_("officer")
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["failure"] == "zero_rows"
        broken = {"payloads": [{"url": "https://gov.example/javne-objave", "body": "<html><p>Vzdrževanje</p></html>"}]}
        answer = await system.http.post(
            "/api/funding/sources/gov.si/readings", json=broken, headers=system.as_("officer")
        )
        assert answer.json()["failure"] == "malformed"

        async def failures() -> bool:
            info = await system.runtime.bus.jetstream.stream_info("FUNDING", subjects_filter=">")
            return (info.state.subjects or {}).get("cinnabar.idrija.funding.source.failed.v1") == 2

        await until(failures)


async def test_a_commitment_lowers_what_the_activity_needs(settings: Settings) -> None:
    async with running(settings, "actions", "funding") as system:
        await _plan(system)
        body = {
            "activity_id": "idrija-iap-2025:2.1.1",
            "amount": {"amount": "15000.00", "currency": "EUR"},
            "source_class": "municipal",
            "decision_reference": "410-1/2026",
        }
        answer = await system.http.post("/api/funding/commitments", json=body, headers=system.as_("officer"))
        assert answer.status_code == 201, answer.text

        async def committed() -> Any:
            path = "/api/actions/activities/idrija-iap-2025:2.1.1"
            return (await system.http.get(path, headers=system.as_("viewer"))).json()["committed"]

        assert (await until(committed))["amount"] == "15000.00"

        async def heard_back() -> bool:
            need = await system.runtime.stores["funding"].database["needs"].find_one({"_id": "idrija-iap-2025:2.1.1"})
            return need["event"]["committed"] is not None

        await until(heard_back)
