"""A small municipality's money, as its officers record it over HTTP."""

from __future__ import annotations

from typing import Any

from tests.conftest import Running

LEDGER = "/api/funding/ledger"
LINE = {
    "budget_code": "160310",
    "nrp_item": "OB036-26-0011",
    "name": "Ustvarjalni laboratorij",
    "year": 2027,
    "amount": {"amount": "40000.00", "currency": "EUR"},
    "source_document": "Odlok o proračunu za 2027",
}


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


async def post(system: Running, path: str, body: Any, status: int = 201, who: str = "officer", **headers: str) -> Any:
    answer = await system.http.post(path, json=body, headers={**system.as_(who), **headers})
    assert answer.status_code == status, answer.text
    return answer.json()


async def get(system: Running, path: str, status: int = 200, who: str = "officer") -> Any:
    answer = await system.http.get(path, headers=system.as_(who))
    assert answer.status_code == status, answer.text
    return answer.json()


async def parameter(system: Running, code: str, number: str | None, scope: str = "", **facts: Any) -> Any:
    body = {
        "code": code, "scope": scope, "number": number, "valid_from": {"value": "2024-01-01"}, "source": "for the test",
        **facts,
    }  # fmt: skip
    return await post(system, f"{LEDGER}/parameters", body)


def mistakes(problem: dict[str, Any]) -> dict[str, str]:
    """Field and message of a refusal; every one names a mend."""
    assert all(error["mend"] for error in problem["errors"]), problem
    return {error["field"]: error["message"] for error in problem["errors"]}


async def said(system: Running, name: str) -> int:
    """How many events of that kind are on the stream."""
    info = await system.runtime.bus.jetstream.stream_info("FUNDING", subjects_filter=">")
    return int((info.state.subjects or {}).get(f"cinnabar.idrija.funding.{name}.v1", 0))
