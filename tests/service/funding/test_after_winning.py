"""After winning, across services: a withdrawal is heard by the plan and the overview; contracts bring obligations."""

from __future__ import annotations

from typing import Any

from kit.settings import Settings
from tests.conftest import EXAMPLE, Running, running
from tests.service.funding.money import LEDGER, eur, get, mistakes, parameter, post, said
from tests.waiting import until

ACTIVITY = "idrija-iap-2025:2.1.1"
RULES = {
    "signage_days": 30, "report_every_months": 6, "report_days_after_period": 15, "claim_every_months": 6,
    "claim_to_payment_days": 60, "final_report_days": 60, "indicator_every_months": 12, "durability_years": 5,
}  # fmt: skip


async def plan(system: Running) -> None:
    body = (EXAMPLE / "plan.yaml").read_bytes()
    answer = await system.http.post("/api/actions/plans", content=body, headers=system.as_("coordinator"))
    assert answer.status_code == 201

    async def heard() -> bool:
        return bool(await system.runtime.stores["funding"].database["needs"].count_documents({}) == 24)

    await until(heard)


async def test_what_is_withdrawn_is_open_again_everywhere(settings: Settings) -> None:
    async with running(settings, "actions", "funding", "reporting") as system:
        await plan(system)

        async def committed() -> tuple[Any, Any]:
            need = await get(system, f"/api/actions/activities/{ACTIVITY}")
            rows = (await get(system, "/api/reporting/activities?limit=200"))["items"]
            row = next((each for each in rows if each["number"] == "2.1.1"), None)
            return need["committed"] and need["committed"]["amount"], row and row["committed"]["known"]["amount"]

        async def both_say(plan_says: str | None, overview_says: str) -> None:
            async def agree() -> bool:
                return await committed() == (plan_says, overview_says)

            await until(agree)

        body = {"activity_id": ACTIVITY, "amount": eur("15000.00"), "source_class": "regional_national"}
        made = await post(system, "/api/funding/commitments", body)
        await both_say("15000.00", "15000.00")
        path = f"/api/funding/commitments/{made['id']}"
        received = {"kind": "received", "amount": eur("5000.00"), "on": {"value": "2027-11-30"}}
        assert (await post(system, f"{path}/payments", received))["received"]["amount"] == "5000.00"
        over = await post(system, f"{path}/payments", {**received, "amount": eur("10000.01")}, 409)
        assert "only 10000.00 can still be received" in mistakes(over)["amount"]
        left = await post(system, f"{path}/withdraw", {"amount": eur("6000.00"), "reason": "programme cut"}, 200)
        assert left["standing"]["amount"] == "9000.00"
        await both_say("9000.00", "9000.00")
        gone = await post(system, f"{path}/withdraw", {"reason": "call revoked"}, 200)
        assert gone["to_repay"]["amount"] == "5000.00"
        await both_say(None, "0.00")
        assert await said(system, "commitment.withdrawn") == 2
        assert await said(system, "commitment.payment_received") == 1


async def test_a_contract_brings_its_obligations_and_its_claims_feed_the_cash_flow(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        for code, number in RULES.items():
            await parameter(system, code, str(number))
        cost = {"name": "Equipment", "net": eur("15000.00"), "vat_recoverable": True, "paid": {"value": "2027-05"}}
        rows = [{"source": "eu", "fund_id": "ESRR", "rate": "0.8"}, {"source": "own"}]
        financing = {"title": "Studio", "as_of": {"value": "2027-01-01"}, "costs": [cost], "rows": rows}
        project = await post(system, f"{LEDGER}/financings", financing)
        award = {
            "title": "Studio", "funder": "MGTŠ", "financing_id": project["id"], "owner": "officer@idrija.example",
            "signed_on": {"value": "2027-02-01"}, "ends_on": {"value": "2028-01-31"},
        }  # fmt: skip
        made = await post(system, "/api/funding/awards", award)
        assert [each["kind"] for each in made["lacking"]] == ["retention", "claim"]
        assert "2028-01-31" in made["lacking"][1]["text"]["en"], "no claim where nothing is paid"
        obligations = (await get(system, f"/api/funding/obligations?award={made['id']}&limit=200"))["items"]
        claims = {each["due"]["value"]: each["amount"]["amount"] for each in obligations if each["kind"] == "claim"}
        assert claims == {"2027-07-31": "12000.00"}

        public = (await system.http.get("/api/funding/awards.360giving.json")).json()
        assert (public["grants"], public["leftOut"][0]["reason"]) == ([], "the amount awarded is not known")
        priced = {**award, "amount": eur("12000.00")}
        second = await post(system, "/api/funding/awards", {**priced, "title": "Second", "financing_id": None})
        public = (await system.http.get("/api/funding/awards.360giving.json")).json()
        assert [each["id"] for each in public["grants"]] == [f"cinnabar-idrija-{second['id']}"]
        seen = await get(system, f"{LEDGER}/financings/{project['id']}")
        refunded = {each["month"]["value"] for each in seen["cash"]["months"] if each["refunded"]["amount"] != "0.00"}
        assert refunded == {"2027-09"}
        claim = next(each for each in obligations if each["kind"] == "claim")
        path = f"/api/funding/obligations/{claim['id']}"
        moved = await system.http.patch(
            path, json={"due": {"value": "2027-10-31"}}, headers={**system.as_("officer"), "If-Match": '"1"'}
        )
        assert moved.json()["due"]["value"] == "2027-10-31", moved.text
        seen = await get(system, f"{LEDGER}/financings/{project['id']}")
        assert seen["cash"]["months"][-1]["month"]["value"] == "2027-12"

        assert "evidence" in mistakes(await post(system, f"{path}/close", {"state": "done", "evidence": ""}, 422))
        later = {"state": "done", "evidence": "claim 1", "on": {"value": "2099-01-01"}}
        assert "on" in mistakes(await post(system, f"{path}/close", later, 422))
        done = await post(system, f"{path}/close", {"state": "done", "evidence": "claim 1 in the e-system"}, 200)
        assert done["closing"]["by"] == "officer@idrija.example"

        shorter = {**award, "ends_on": {"value": "2027-07-31"}}
        headers = {**system.as_("officer"), "If-Match": '"1"'}
        answer = await system.http.put(f"/api/funding/awards/{made['id']}", json=shorter, headers=headers)
        assert answer.status_code == 200, answer.text
        after = {each["id"]: each for each in (await get(system, "/api/funding/obligations?limit=200"))["items"]}
        assert after[claim["id"]]["state"] == "done", "what is done stays"
        waived = [each for each in after.values() if each["state"] == "waived"]
        assert {each["kind"] for each in waived} == {"progress_report"}
        assert next(each for each in after.values() if each["kind"] == "durability")["due"]["value"] == "2032-07-31"

        lesson = {"text": "Ask for offers before the deadline.", "about": "procurement"}
        assert (await post(system, f"/api/funding/awards/{made['id']}/lessons", lesson))["lessons"][0]["about"]
        assert "ends_on" in mistakes(
            await post(system, "/api/funding/awards", {**award, "ends_on": {"value": "2026"}}, 422)
        )
        assert (await get(system, "/api/funding/obligations?late=true"))["items"] == []

        async def heard() -> bool:
            return await said(system, "obligation.changed") >= len(obligations)

        await until(heard)
