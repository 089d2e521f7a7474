"""The pages of calls as a person meets them: what is new to them, setting a call right, and calls that may be one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from contracts.values import Money
from kit.settings import Settings
from services.funding.calls.store import SEEN
from tests.conftest import Running, running
from tests.service.funding.test_calls_over_http import plain
from tests.service.funding.test_joining import given, reading
from tests.waiting import until


async def page(system: Running, path: str, who: str | None = None) -> HTMLParser:
    headers = {"Accept": "text/html", "Accept-Language": "en", **(system.as_(who) if who else {})}
    answer = await system.http.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return HTMLParser(answer.text)


def text_of(shown: HTMLParser, selector: str) -> str:
    return " ".join(" ".join(each.text(separator=" ") for each in shown.css(selector)).split())


def filled_in(form: HTMLParser) -> dict[str, Any]:
    """What a browser would send of the form to set a call right."""
    sent: dict[str, Any] = {}
    for field in form.css("form.form input, form.form textarea, form.form select"):
        name, kind = str(field.attributes.get("name")), field.attributes.get("type")
        if kind == "checkbox":
            if "checked" in field.attributes:
                sent.setdefault(name, []).append(field.attributes["value"])
        elif field.tag == "select":
            sent[name] = next((each.attributes["value"] for each in field.css("option[selected]")), "")
        else:
            sent[name] = field.text() if field.tag == "textarea" else field.attributes.get("value") or ""
    return sent


async def test_what_changed_since_a_person_last_looked_is_theirs_alone(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        (call,) = await given(system, plain("a", co_financing_rate=Decimal("0.5")))
        assert call is not None
        path = f"/funding/calls/{call.call_id}"
        assert text_of(await page(system, path, "officer"), "#unseen") == "", "a first look has nothing to compare with"
        await given(system, plain("a", co_financing_rate=Decimal("0.4")))
        assert text_of(await page(system, path), "#unseen") == ""
        for _ in range(2):
            shown = await page(system, path, "officer")
            assert "Changed since you last looked" in text_of(shown, "#unseen"), "a second look within the visit, too"
            assert "50%" in text_of(shown, "section.card del")
            assert "40%" in text_of(shown, "section.card ins")
        long_ago = datetime.now(UTC) - timedelta(hours=2)
        await system.runtime.stores["funding"].database[SEEN.name].update_many({}, {"$set": {"visit_at": long_ago}})
        assert text_of(await page(system, path, "officer"), "#unseen") == "", "the next visit starts from this one"


async def test_a_form_sets_only_what_was_typed_otherwise_and_never_over_somebody_else(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        (call,) = await given(
            system, plain("a", title="Razpis", budget=Money(amount=Decimal(100)), funder="Ministrstvo")
        )
        assert call is not None
        path = f"/funding/calls/{call.call_id}/edit"
        officer = {**system.as_("officer"), "Accept": "text/html"}
        mine = filled_in(await page(system, path, "officer"))
        assert (mine["title"], mine["budget"], mine["deadlines"]) == ("Razpis", "100", "")
        wrong = await system.http.post(path, data={**mine, "budget": "1,000"}, headers=officer)
        assert wrong.status_code == 422
        assert 'href="#budget"' in wrong.text
        saved = await system.http.post(
            path, data={**mine, "deadlines": "2027-03-31 12:00\n2027-09-30"}, headers=officer
        )
        assert saved.status_code == 303
        late = await system.http.post(
            path, data={**mine, "deadlines": "2027-04-01", "funder": "Sklad"}, headers=officer
        )
        assert late.status_code == 422, "somebody set the deadline meanwhile"
        api = (await system.http.get(f"/api/funding/calls/{call.call_id}")).json()
        assert sorted(api["corrections"]) == ["deadlines"]
        assert [(each["kind"], each["hour_stated"]) for each in api["deadlines"]] == [
            ("cut_off", True),
            ("cut_off", False),
        ]
        again = filled_in(HTMLParser(late.text))
        assert (again["deadlines"].strip(), again["funder"], again["version"]) == ("2027-04-01", "Sklad", "2")
        assert (await system.http.post(path, data=again, headers=officer)).status_code == 303
        let_go = f"/funding/calls/{call.call_id}/corrections/deadlines"
        assert (await system.http.post(let_go, data={"last": "yes"}, headers=officer)).status_code == 303
        api = (await system.http.get(f"/api/funding/calls/{call.call_id}")).json()
        assert (len(api["deadlines"]), api["funder"]) == (2, "Sklad")
        history = await page(system, f"/funding/calls/{call.call_id}/history?from=1&to=4", "officer")
        assert {"Funder", "Deadline"} <= set(text_of(history, "#compared dt").split())
        for public in (f"/funding/calls/{call.call_id}", f"/api/funding/calls/{call.call_id}"):
            assert "officer@idrija.example" not in (await system.http.get(public)).text, "names are for those signed in"
            assert "officer@idrija.example" in (await system.http.get(public, headers=system.as_("viewer"))).text


async def test_calls_that_may_be_one_are_shown_and_decided_on_their_page(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        one = {"url": "https://razpisi.example/a", "reference": None, "title": "Razpis"}
        await given(system, reading("gov.si", "a", **one))
        await given(system, reading("feed:b", "b", **one))
        await given(system, reading("uradni-list", "Ob-1/27", amends=True, title="Sprememba razpisa"))

        async def suggested() -> str | None:
            buttons = (await page(system, "/funding/calls/joins", "officer")).css_first("form[action*='joins/']")
            return str(buttons.attributes["action"]) if buttons else None

        decide = str(await until(suggested))
        assert "Sprememba razpisa" in text_of(await page(system, "/funding/calls/joins"), "main table")
        headers = {**system.as_("officer"), "Accept": "text/html"}
        answer = await system.http.post(decide, data={"decision": "confirm"}, headers=headers)
        assert answer.status_code == 303
        shown = await page(system, "/funding/calls?status=")
        assert len(shown.css("main .rows > li")) == 1
        link = str(shown.css_first("main .rows h3 a").attributes["href"])  # type: ignore[union-attr]
        assert "Take the decision back" in text_of(await page(system, link, "officer"), "main form")
        assert "Take the decision back" not in text_of(await page(system, link, "viewer"), "main form")
