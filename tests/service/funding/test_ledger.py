"""The ledger over HTTP, on the real store: two officers at once, calls stacked, and bad input."""

from __future__ import annotations

import asyncio
from typing import Any

from kit.settings import Settings
from tests.conftest import Running, running
from tests.service.funding.money import LEDGER, LINE, eur, get, mistakes, parameter, post, said
from tests.waiting import until


def studio(*rows: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {
        "title": "Podcast studio",
        "as_of": {"value": "2027-03-31"},
        "costs": [{"name": "Equipment", "net": eur("15000.00"), "vat_recoverable": True, "paid": {"value": "2027-05"}}],
        "rows": list(rows) or [{"source": "eu", "fund_id": "ESRR", "rate": "0.85"}, {"source": "own"}],
        **facts,
    }


async def test_two_officers_at_once_and_exactly_one_wins(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        line = await post(system, f"{LEDGER}/lines", LINE)

        async def reserve(number: int) -> tuple[int, Any]:
            body = {"title": f"Project {number}", "parts": [{"line_id": line["id"], "amount": eur("30000.00")}]}
            who = system.as_("officer" if number % 2 else "coordinator")
            answer = await system.http.post(f"{LEDGER}/reservations", json=body, headers=who)
            return answer.status_code, answer.json()

        answers = await asyncio.gather(*(reserve(number) for number in range(8)))
        won = [body for status, body in answers if status == 201]
        lost = [body for status, body in answers if status != 201]
        assert len(won) == 1
        winner = won[0]["items"][0]["reservation"]["purpose"]["title"]
        for problem in lost:
            told = mistakes(problem)["parts.0.amount"]
            assert "20000.00 EUR short" in told
            assert f"30000.00 is reserved for “{winner}”" in told
        stored = await get(system, f"{LEDGER}/lines/{line['id']}")
        assert stored["available"]["amount"] == "10000.00"
        assert [each["purpose"]["title"] for each in stored["reservations"]] == [winner]

        async def heard() -> bool:
            return await said(system, "matchfund.reserved") == 1

        await until(heard)


async def test_several_years_are_reserved_together_or_not_at_all(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        first = await post(system, f"{LEDGER}/lines", LINE)
        second = await post(system, f"{LEDGER}/lines", {**LINE, "year": 2028, "amount": eur("1000.00")})
        parts = [{"line_id": first["id"], "amount": eur("10.00")}, {"line_id": second["id"], "amount": eur("1000.01")}]
        problem = await post(system, f"{LEDGER}/reservations", {"title": "x", "parts": parts}, 409)
        assert "0.01 EUR short" in mistakes(problem)["parts.1.amount"]
        assert (await get(system, f"{LEDGER}/lines/{first['id']}"))["reservations"] == []

        parts[1]["amount"] = eur("1000.00")
        kept = await post(system, f"{LEDGER}/reservations", {"title": "x", "parts": parts}, **{"Idempotency-Key": "k"})
        again = await post(system, f"{LEDGER}/reservations", {"title": "x", "parts": parts}, **{"Idempotency-Key": "k"})
        assert again == kept
        reservation = f"{LEDGER}/reservations/{kept['items'][1]['reservation']['reservation_id']}"
        assert "note" in mistakes(await post(system, f"{reservation}/release", {}, 422))
        freed = await post(system, f"{reservation}/release", {"note": "the call was revoked"}, 200)
        assert freed["available"]["amount"] == "1000.00"

        async def heard() -> bool:
            return await said(system, "matchfund.released") == 1

        await until(heard)


async def test_a_financing_sums_and_its_gap_is_forecast(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        made = await post(system, f"{LEDGER}/financings", studio())
        assert [row["amount"]["amount"] for row in made["rows"]] == ["12750.00", "2250.00"]
        seen = await get(system, f"{LEDGER}/financings/{made['id']}")
        assert seen["cash"] is None
        assert "claim_every_months" in seen["lacking"]["field"]
        await parameter(system, "claim_every_months", "3")
        await parameter(system, "claim_to_payment_days", "60")
        seen = await get(system, f"{LEDGER}/financings/{made['id']}")
        assert seen["cash"]["gap"] == {"known": {**eur("12750.00"), "vat": "unknown", "phrase": None}, "unknown": 0}
        assert seen["cash"]["months"][-1]["month"]["value"] == "2027-09", "claimed 31 July, paid 60 days later"
        assert seen["own_years"][0]["missing"]["amount"] == "2250.00"

        line = await post(system, f"{LEDGER}/lines", LINE)
        body = {
            "title": "Podcast studio", "financing_id": made["id"],
            "parts": [{"line_id": line["id"], "amount": eur("2250.00")}],
        }  # fmt: skip
        await post(system, f"{LEDGER}/reservations", body)
        (seen,) = (await get(system, f"{LEDGER}/summary?call=none"))["items"] or [
            await get(system, f"{LEDGER}/financings/{made['id']}")
        ]
        assert seen["own_years"][0]["missing"]["amount"] == "0.00"
        year = await get(system, f"{LEDGER}/years/2027")
        assert (year["reserved"]["amount"], year["gap"]["known"]["amount"]) == ("2250.00", "0.00")


async def test_calls_are_stacked_up_to_the_cost_and_no_further(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        first = await post(system, f"{LEDGER}/financings", studio())
        cost = {"cost_id": first["cost_ids"][0]}
        state = [{"source": "state", "fund_id": "MGTS", "rate": "0.16"}, {"source": "own"}]
        problem = await post(system, f"{LEDGER}/financings", studio(*state, costs=[cost], title="State call"), 409)
        assert "101.00 %" in mistakes(problem)["costs.0"]
        assert "“Podcast studio” (85.00 %)" in mistakes(problem)["costs.0"]

        state[0]["rate"] = "0.15"
        stacked = studio(*state, costs=[cost], title="State call")
        both = await asyncio.gather(
            *(system.http.post(f"{LEDGER}/financings", json=stacked, headers=system.as_("officer")) for _ in range(3))
        )
        assert sorted(answer.status_code for answer in both) == [201, 409, 409], "the rest can be claimed once"
        await post(system, f"{LEDGER}/financings/{first['id']}/drop", {"reason": "rejected"}, 200)
        assert (await post(system, f"{LEDGER}/financings", stacked))["rows"][0]["amount"]["amount"] == "2250.00"


async def test_the_states_share_is_refused_without_a_coefficient_for_the_day(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        by_coefficient = studio({"source": "state", "by_coefficient": True}, {"source": "own"})
        problem = await post(system, f"{LEDGER}/financings", by_coefficient, 422)
        assert "no value of idrija is recorded for 2027-03-31" in mistakes(problem)["development_coefficient"]
        await parameter(system, "development_coefficient", "1.06", "idrija", valid_to={"value": "2026-12-31"})
        assert await post(system, f"{LEDGER}/financings", by_coefficient, 422) == problem
        await parameter(system, "development_coefficient", "1.07", "idrija", valid_from={"value": "2027"})
        bands = [{"low": "1.05", "high": "1.09", "share": "0.8"}]
        await parameter(system, "state_share_bands", None, bands=bands)
        made = await post(system, f"{LEDGER}/financings", by_coefficient)
        assert made["rows"][0]["rate"] == "0.8"
        assert "1.07" in made["rows"][0]["grounds"]
        assert (await get(system, f"{LEDGER}/state-share?on=2026-06-01"))["coefficient"] == "1.06"
        history = (await get(system, f"{LEDGER}/parameters"))["items"]
        assert [len(each["values"]) for each in history if each["code"] == "development_coefficient"] == [2]


async def test_the_mayor_may_not_go_beyond_the_ordinance(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        line = await post(system, f"{LEDGER}/lines", LINE)
        path = f"{LEDGER}/lines/{line['id']}"
        raised = {"amount": eur("48000.01"), "decided_by": "mayor", "document": "Sklep župana 4/2027"}
        etag = {"If-Match": '"1"'}
        assert "nrp_mayor_may_raise" in mistakes(await post(system, f"{path}/amount", raised, 422, **etag))
        await parameter(system, "nrp_mayor_may_raise", "0.2")
        told = mistakes(await post(system, f"{path}/amount", raised, 409, **etag))
        assert "48000.00" in told["decided_by"]
        assert (await get(system, f"{path}/verdict?amount=48000.01"))["decides"] == "council"
        raised["amount"] = eur("48000.00")
        await post(system, f"{path}/amount", raised, 428)
        changed = await post(system, f"{path}/amount", raised, 200, **etag)
        assert (changed["amount"]["amount"], changed["adopted"]["amount"]) == ("48000.00", "40000.00")
        await post(system, f"{path}/amount", raised, 412, **etag)


async def test_lines_come_from_a_file_and_bad_rows_are_told(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        rows = ["budget_code;name;year;amount;source_document", "160310;Čipka;2027;1.250.000,50;Odlok", "1;x;2027;-1;y"]
        body = "\n".join(rows).encode()
        headers = {**system.as_("officer"), "Content-Type": "text/csv"}
        answer = await system.http.post(f"{LEDGER}/lines/import", content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.json()["created"] == ["line-2027-160310"]
        assert [each["field"] for each in answer.json()["rejected"]] == ["row 3.amount"]
        again = await system.http.post(f"{LEDGER}/lines/import", content=body, headers=headers)
        assert again.json()["unchanged"] == ["line-2027-160310"]
        stored = await get(system, f"{LEDGER}/lines/line-2027-160310")
        assert (stored["amount"]["amount"], stored["name"]) == ("1250000.50", "Čipka")


async def test_aid_is_held_to_its_ceiling_when_two_grant_at_once(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        aid = {
            "undertaking_id": "SI12345678", "undertaking_name": "Zavod", "legal_basis": "de_minimis",
            "amount": eur("200000.00"), "granted_on": {"value": "2027-03-01"}, "grantor": "Idrija", "source": "x",
        }  # fmt: skip
        assert "aid_ceiling" in mistakes(await post(system, f"{LEDGER}/aid", aid, 422))
        await parameter(system, "aid_ceiling", "300000", "de_minimis")
        await parameter(system, "aid_window_years", "3", "de_minimis")
        grants = await asyncio.gather(
            *(system.http.post(f"{LEDGER}/aid", json=aid, headers=system.as_("officer")) for _ in range(3))
        )
        assert sorted(answer.status_code for answer in grants) == [201, 409, 409]
        left = await get(system, f"{LEDGER}/aid/SI12345678/room?on=2027-06-01")
        assert left["room"]["amount"] == "100000.00"


async def refused(system: Running, path: str, body: Any, field: str) -> None:
    answer = await system.http.post(f"{LEDGER}/{path}", json=body, headers=system.as_("officer"))
    assert answer.status_code == 422, (path, body, answer.text)
    assert field in mistakes(answer.json()), answer.text


async def test_bad_input_names_its_field_and_changes_nothing(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        line = await post(system, f"{LEDGER}/lines", LINE)
        eu, own = {"source": "eu", "fund_id": "ESRR", "rate": "0.85"}, {"source": "own"}
        await refused(system, "financings", studio({**eu, "rate": "1.01"}, own), "rows.0.rate")
        await refused(system, "financings", studio({**eu, "rate": "0.86"}, {"source": "own", "rate": "0.15"}), "rows")
        await refused(system, "financings", studio(eu), "rows")
        await refused(system, "financings", studio(costs=[{"name": "x", "net": eur("-1.00")}]), "costs.0.net")
        await refused(
            system, "financings", studio(costs=[{"name": "x", "net": eur("1.250.000,50")}]), "costs.0.net.amount"
        )
        dollars = {"source": "private", "amount": {"amount": "5.00", "currency": "USD"}}
        await refused(system, "financings", studio(dollars, own), "rows.0.amount")
        await refused(system, "financings", studio(call_id="no-such-call"), "call_id")
        await refused(system, "lines", {**LINE, "year": 2028, "amount": eur("-1.00")}, "amount")
        part = {"line_id": line["id"], "amount": eur("-1.00")}
        await refused(system, "reservations", {"title": "x", "parts": [part]}, "parts.0.amount")
        part["amount"] = {"amount": "1.00", "currency": "USD"}  # type: ignore[assignment]
        await refused(system, "reservations", {"title": "x", "parts": [part]}, "parts.0.amount")
        await refused(
            system, "reservations", {"title": "x", "parts": [{"line_id": "?", "amount": eur("1")}]}, "parts.0.line_id"
        )
        await refused(
            system, "parameters", {"code": "x", "number": "1", "valid_from": {"value": "2027"}, "source": "abc"}, "code"
        )
        await post(system, f"{LEDGER}/lines", {**LINE, "year": 2028}, 403, who="viewer")
        assert (await system.http.get(f"{LEDGER}/lines")).status_code == 401
        assert (await get(system, f"{LEDGER}/financings"))["items"] == []
        assert (await get(system, f"{LEDGER}/lines/{line['id']}"))["version"] == 1
