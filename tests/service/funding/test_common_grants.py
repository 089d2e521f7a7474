"""The official client reads our calls over a real connection without a single error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from common_grants_sdk.client import Auth, Client, Config
from common_grants_sdk.extensions import f

from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.http.app import create_app
from kit.runtime import Runtime
from kit.service import load
from kit.settings import Settings

CALLS: list[dict[str, Any]] = [
    {
        "title": f"Razpis za vodovode {number}",
        "deadline": f"2027-{number:02}-15T12:00:00+01:00",
        "co_financing_rate": 0.85,
        "max_amount": {"amount": f"{number}00000.00", "currency": "EUR" if number != 5 else "CHF"},
        "eligible_applicants": ["municipality"],
        "url": f"https://razpisi.example/{number}",
    }
    for number in range(1, 8)
]


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[str]:
    """The funding service behind a real socket, with seven calls; its address."""
    app = create_app(Runtime([load("funding")], settings))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="on"))
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        issuer = LocalIssuer(settings.data_dir, settings.oidc_audience, settings.municipality)
        token = issuer.issue(DEMO_PEOPLE["officer@idrija.example"])
        async with httpx.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}) as http:
            for call in CALLS:
                assert (await http.post("/api/funding/calls", json=call)).status_code == 201
        yield address
    finally:
        server.should_exit = True
        await serving


async def test_the_official_client_lists_gets_and_searches(settings: Settings) -> None:
    async with served(settings) as address:
        client = Client(Config(base_url=address, api_key="any", page_size=3), Auth.api_key("any"))

        async def ask(question: Callable[[], Any]) -> Any:
            return await asyncio.to_thread(question)

        everything = await ask(client.opportunities.list)
        assert everything.errors == []
        assert len({each.id for each in everything.items}) == 7
        one = await ask(lambda: client.opportunities.get(everything.items[0].id))
        assert one.title == everything.items[0].title == CALLS[-1]["title"]

        async def search(text: str = "", **filters: Any) -> list[str]:
            found = await ask(lambda: client.opportunities.search(search=text, filters=filters))
            assert (found.errors, found.filter_info.errors) == ([], [])
            return sorted(each.title[-1] for each in found.items)

        assert await search("vodovodov") == list("1234567")
        assert await search("mostovi") == []
        assert await search(status=f.in_(["closed", "forecasted"])) == []
        money = {"operator": "between", "value": {"min": _euros(200_000), "max": _euros(600_000)}}
        assert await search(maxAwardAmountRange=money) == list("2346")
        days = {"operator": "between", "value": {"min": "2027-02-15", "max": "2027-04-15"}}
        assert await search(closeDateRange=days) == list("234")
        assert await search(closeDateRange={**days, "operator": "outside"}) == list("1567")


async def test_refusals_come_in_the_protocols_envelope(settings: Settings) -> None:
    async with served(settings) as address, httpx.AsyncClient(base_url=f"{address}/common-grants") as http:
        for answer, status in (
            (await http.get(f"/opportunities/{uuid4()}"), 404),
            (await http.get("/opportunities/no-uuid"), 400),
            (await http.get("/opportunities", params={"page": 0}), 400),
            (await http.post("/opportunities/search", content=b"{"), 400),
            (await http.post("/opportunities/search", json=[1]), 400),
        ):
            assert answer.status_code == status
            assert answer.json()["status"] == status
            assert answer.json()["errors"]
        listed = (await http.get("/opportunities", params={"page": 2, "pageSize": 5})).json()
        assert listed["paginationInfo"] == {"page": 2, "pageSize": 5, "totalItems": 7, "totalPages": 2}
        both = await http.post(
            "/opportunities/search", params={"page": 2, "pageSize": 5}, json={"pagination": {"page": 1, "pageSize": 10}}
        )
        assert len(both.json()["items"]) == 2


def _euros(amount: int) -> dict[str, str]:
    return {"amount": f"{amount}.00", "currency": "EUR"}
