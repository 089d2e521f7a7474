"""Kohesio's list comes in over HTTP and by the page's form, once, and is found from near to far."""

from __future__ import annotations

from typing import Any

from kit.settings import Settings
from tests.conftest import running
from tests.service.first_light.test_call_to_mail import _plan
from tests.unit.funding.test_neighbours import WHOLE, listed

FAR = WHOLE.replace("Q7", "Q8").replace("SI043", "SI031").replace("160000", "170000")
UNKNOWN = WHOLE.replace("Q7", "Q6").replace("160000", "")
PERSON = WHOLE.replace("Q7", "Q5").replace("Občina Cerkno", "Janez Novak")
WRONG = WHOLE.replace("Q7", "Q4").replace("200000.555", "a lot")


async def test_a_list_is_taken_once_and_found_from_near_to_far(settings: Settings) -> None:
    async with running(settings, "actions", "funding") as system:
        await _plan(system)
        officer = system.as_("officer")

        async def take(body: bytes) -> Any:
            return await system.http.post("/api/funding/neighbours/lists", content=body, headers=officer)

        for _ in range(2):
            taken = (await take(listed(WHOLE, FAR, UNKNOWN, PERSON, WRONG))).json()
            assert (taken["projects"], taken["no_legal_body"], taken["refused_rows"]) == (3, 1, 1)
            assert taken["refused"][0]["field"] == "Total_Eligible_Expenditure_amount"

        near = (await system.http.get("/api/funding/neighbours")).json()
        assert [each["id"] for each in near["items"]] == ["Q7", "Q6"]
        assert near["glance"] == {"projects": 2, "rated": 1, "usual_rate": "0.8000"}
        seen, after = [], None
        while after is not None or not seen:
            query: dict[str, Any] = {"near": "country", "limit": 1} | ({"after": after} if after else {})
            page = (await system.http.get("/api/funding/neighbours", params=query)).json()
            seen += [each["id"] for each in page["items"]]
            after = page["next"]
        assert seen == ["Q8", "Q7", "Q6"]
        words = (await system.http.get("/api/funding/neighbours", params={"text": "cerkno ČIPK"})).json()["items"]
        assert len(words) == 2
        assert (await system.http.get("/api/funding/neighbours", params={"text": ".*"})).json()["items"] == []

        refused = await take(b"<html>not found</html>")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "body")
        assert (await system.http.post("/api/funding/neighbours/lists", content=b"")).status_code == 401


async def test_the_page_takes_a_list_and_says_what_is_wrong_with_another(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        page, officer = "/funding/neighbours", system.as_("officer")
        assert "najprej prevzemite seznam" in (await system.http.get(page)).text.casefold()
        sent = {"list": ("SI.csv", listed(WHOLE), "text/csv")}
        assert (await system.http.post(page, files=sent, headers=officer)).status_code == 303
        shown = (await system.http.get(f"{page}?near=country&lang=en", headers=officer)).text
        for expected in ("Čipkarska hiša", "Občina Cerkno", "80%", "€160,000", "SI.csv"):
            assert expected in shown
        wrong = await system.http.post(page, files={"list": ("x.csv", b"a,b\n", "text/csv")}, headers=officer)
        assert wrong.status_code == 422
        assert "Operation_Unique_Identifier" in wrong.text
        nothing = await system.http.post(page, data={"list": ""}, headers=officer)
        assert nothing.status_code == 422
