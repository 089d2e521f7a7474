"""What operators see of dead letters, and do about them, without a script."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from kit.bus.handlers import Permanent
from kit.embedded import Embedded
from kit.settings import Settings
from kit.store import Work
from tests.conftest import Running, running
from tests.service.bus.toys import Changed, effects, envelope, keeper, letters, send, toy
from tests.waiting import until


class Refusing:
    """A service that refuses events until it is mended."""

    def __init__(self, run: Running, broken: list[bool]) -> None:
        self.run = run
        self._broken = broken
        self.headers = run.as_("operator") | {"Accept": "text/html", "Accept-Language": "en"}

    def mend(self) -> None:
        self._broken.clear()

    async def letters(self, *keys: str) -> list[int]:
        """Have these events refused; the numbers of all letters there are."""
        await send(self.run.runtime, *(envelope(key) for key in keys))

        async def buried() -> Any:
            found = await letters(self.run.runtime)
            return found if len(found) >= len(keys) else None

        return [letter.sequence for letter in await until(buried)]

    async def page(self, address: str = "/dead-letters", **headers: str) -> str:
        answer = await self.run.http.get(address, headers=self.headers | headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def post(self, address: str, **form: Any) -> Any:
        return await self.run.http.post(address, data=form, headers=self.headers)

    async def effects(self, count: int) -> list[str]:
        async def enough() -> Any:
            found = await effects(self.run.runtime)
            return found if len(found) >= count else None

        found: list[str] = await until(enough)
        return sorted(found)


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Refusing]:
    broken = [True]

    async def refuse(event: Changed, work: Work) -> None:
        if broken:
            raise Permanent("refused", "the table is locked <b>")

    async with running(settings, toy("notifications", keeper(first=refuse))) as run:
        yield Refusing(run, broken)


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'href="/dead-letters/(\d+)"', page)]


async def test_only_operators_see_it_and_find_it(service: Refusing) -> None:
    http = service.run.http
    assert (await http.get("/dead-letters", headers={"Accept": "text/html"})).status_code == 401
    assert (await http.get("/dead-letters", headers=service.run.as_("officer"))).status_code == 403
    assert 'href="/dead-letters"' in await service.page("/accessibility")
    officers = await http.get("/accessibility", headers=service.run.as_("officer"))
    assert 'href="/dead-letters"' not in officers.text


async def test_an_empty_list_says_so_in_both_languages(service: Refusing) -> None:
    assert "Every event was handled." in await service.page()
    assert "Vsi dogodki so obdelani." in await service.page(**{"Accept-Language": "sl"})
    assert "No dead letter meets these filters" in await service.page("/dead-letters?code=bad_json")
    assert "Nobody has given an event up yet." in await service.page("/dead-letters?state=dropped")


async def test_the_list_is_filtered_and_paged(service: Refusing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit.operation.pages.SHOWN", 2)
    known = await service.letters("a", "b", "c")
    first = await service.page()
    assert numbers(first) == known[:2]
    assert numbers(await service.page(f"/dead-letters?after={known[1]}")) == known[2:]
    assert f"after={known[1]}" in first
    for query in ("service=funding", "handler=notifications_other", "event=funding", "code=other", "since=2999-01-01"):
        assert numbers(await service.page(f"/dead-letters?{query}")) == [], query
    for query in ("service=notifications", "handler=notifications_keep", "event=actions.activity", "since=2026-01-01"):
        assert numbers(await service.page(f"/dead-letters?{query}&code=refused")) == known[:2], query
    wrong = await service.run.http.get("/dead-letters?since=yesterday", headers=service.headers)
    assert wrong.status_code == 422
    assert "write it as 2026-11-24" in wrong.text


async def test_a_letter_shows_the_event_and_all_that_is_known_about_it(service: Refusing) -> None:
    (number,) = await service.letters("a")
    page = await service.page(f"/dead-letters/{number}")
    for words in ("the table is locked &lt;b&gt;", "<code>ACTIONS:1</code>", "&#34;specversion&#34;: &#34;1.0&#34;"):
        assert words in page
    missing = await service.run.http.get("/dead-letters/999", headers=service.headers)
    assert missing.status_code == 404


async def test_one_and_the_chosen_and_all_that_meet_a_filter_take_effect_once(service: Refusing) -> None:
    one, two, *_ = await service.letters("a", "b", "c", "d")
    service.mend()
    alone = await service.post(f"/dead-letters/{one}/redrive")
    assert (alone.status_code, alone.headers["location"]) == (303, "/dead-letters?redriven=1")
    chosen = await service.post("/dead-letters/redrive", letter=[two, one], code="refused")
    assert chosen.headers["location"] == "/dead-letters?code=refused&redriven=1"
    assert "1 event was given to its handler again." in await service.page(chosen.headers["location"])
    everything = await service.post("/dead-letters/redrive", all="yes")
    assert everything.status_code == 422
    rest = await service.post("/dead-letters/redrive", all="yes", handler="notifications_keep")
    assert rest.headers["location"].endswith("redriven=2")
    assert await service.effects(4) == ["a", "b", "c", "d"]
    assert await letters(service.run.runtime) == []


async def test_a_letter_whose_handler_is_gone_stays_and_the_page_says_why(service: Refusing) -> None:
    (number,) = await service.letters("a")
    await service.run.runtime.bus.jetstream.delete_consumer("ACTIONS", "notifications_keep")
    for address, form in ((f"/dead-letters/{number}/redrive", {}), ("/dead-letters/redrive", {"letter": number})):
        answer = await service.post(address, **form)
        assert answer.status_code == 409
        assert "Nobody listens as notifications_keep any more" in answer.text
    assert len(await letters(service.run.runtime)) == 1


async def test_giving_up_takes_a_reason_that_stays_readable(service: Refusing) -> None:
    (number,) = await service.letters("a")
    silent = await service.post(f"/dead-letters/{number}/drop", reason=" x")
    assert silent.status_code == 422
    assert "Say why it may be given up" in silent.text
    given_up = await service.post(f"/dead-letters/{number}/drop", reason="Ni več potrebno: časovni žig je bil napačen.")
    assert "was given up" in await service.page(given_up.headers["location"])
    (dropped,) = numbers(await service.page("/dead-letters?state=dropped"))
    page = await service.page(f"/dead-letters/{dropped}")
    assert "operator@idrija.example gave it up: Ni več potrebno: časovni žig je bil napačen." in page
    assert "/redrive" not in page


async def test_without_nats_the_page_says_so_and_comes_back(service: Refusing, empty: Embedded) -> None:
    assert empty.nats is not None
    empty.nats.process.kill()
    try:

        async def away() -> bool:
            answer = await service.run.http.get("/dead-letters", headers=service.headers)
            return answer.status_code == 503 and "This service cannot answer now" in answer.text

        await until(away)
    finally:
        await empty.nats.start()

    async def back() -> bool:
        return (await service.run.http.get("/dead-letters", headers=service.headers)).status_code == 200

    await until(back)
