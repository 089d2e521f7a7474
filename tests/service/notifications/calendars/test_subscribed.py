"""A calendar program follows a call: its dates come, move and are cancelled, for a person and for a department."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from icalendar import Calendar, Event

from contracts.envelope import Envelope
from contracts.examples import EXAMPLES
from contracts.funding import (
    ApplicationOpenedV1,
    ApplicationReplannedV1,
    ApplicationTaskSettledV1,
    CallChangedV1,
    CallMatchedV1,
    CallPublishedV2,
    CallWithdrawnV1,
    Deadline,
    TaskMoved,
)
from contracts.registry import Event as Said
from contracts.values import LocalText, PartialDate
from kit.clock import uuid7
from kit.settings import Settings
from tests.conftest import Running, running
from tests.waiting import until

NOON = datetime.now(UTC).replace(hour=11, minute=0, second=0, microsecond=0) + timedelta(days=60)
LATER = NOON + timedelta(days=30)


def of(event: type[Said], **changes: Any) -> Any:
    return EXAMPLES[event.contract.type].model_copy(update=changes)


async def say(system: Running, event: Any, version: int) -> None:
    subject = str(getattr(event, event.contract.subject_field))
    envelope = Envelope(uuid7(), "idrija", subject, version, datetime.now(UTC), event, correlation_id=uuid7())
    await system.runtime.bus.jetstream.publish(envelope.nats_subject, envelope.encode(), stream="FUNDING")


async def link(system: Running, who: str, form: dict[str, str] | None = None, name: str = "") -> str:
    """Make a calendar on the page, and read its address there."""
    made = await system.http.post("/inbox/calendar", data=form or {}, headers=system.as_(who))
    assert made.status_code == 303, made.text
    page = await system.http.get("/inbox/calendar?lang=sl", headers=system.as_(who))
    found = re.findall(r"<h3[^>]*>([^<]*)</h3>.*?http://testserver(/inbox/calendar/[^\s<]+\.ics)<", page.text, re.S)
    return dict(found)[name or "Moji roki"]


def events(answer: httpx.Response) -> dict[str, Event]:
    assert answer.headers["content-type"].startswith("text/calendar")
    return {str(each["uid"]).partition("@")[0]: each for each in Calendar.from_ical(answer.content).walk("VEVENT")}


async def test_a_calendar_follows_a_call(settings: Settings) -> None:
    call_id = of(CallPublishedV2).call_id
    first, second = f"call:{call_id}:cut_off-1", f"call:{call_id}:cut_off-2"
    cut_offs = [Deadline(at=at, kind="cut_off", hour_stated=True) for at in (NOON, LATER)]
    async with running(settings, "notifications") as system:
        await system.http.post("/api/notifications/subscriptions", json={}, headers=system.as_("officer"))
        await say(system, of(CallPublishedV2, deadlines=cut_offs), 1)
        matched = of(CallMatchedV1)
        await say(system, matched.model_copy(update={"call": matched.call.model_copy(update={"deadline": NOON})}), 1)
        mine = await link(system, "officer")

        async def follow(path: str, uid: str, sequence: int) -> Any:
            async def shown() -> Any:
                answer = await system.http.get(path)
                event = events(answer).get(uid)
                return answer if event and int(event["sequence"]) == sequence else None

            return await until(shown)

        answer = await follow(mine, second, 0)
        assert {uid: event.decoded("dtstart") for uid, event in events(answer).items()} == {first: NOON, second: LATER}
        etag = answer.headers["etag"]
        unchanged = await system.http.get(mine, headers={"If-None-Match": etag})
        assert (unchanged.status_code, unchanged.content) == (304, b"")

        moved = [cut_offs[0], Deadline(at=LATER + timedelta(days=7), kind="cut_off", hour_stated=True)]
        await say(system, of(CallChangedV1, deadlines=moved), 2)
        answer = await follow(mine, second, 1)
        assert events(answer)[second].decoded("dtstart") == LATER + timedelta(days=7)
        assert int(events(answer)[first]["sequence"]) == 0
        assert answer.headers["etag"] != etag

        await say(system, of(ApplicationOpenedV1, call_id=call_id, lead_department="Urad za projekte"), 1)
        task = TaskMoved(task_id="diip", task_title=LocalText(sl="DIIP", en="Investment brief"))
        days = {"after": PartialDate(value=NOON.date().isoformat())}
        replanned = of(ApplicationReplannedV1, call_id=call_id, lead_department="Urad za projekte")
        await say(system, replanned.model_copy(update={"tasks": [task.model_copy(update=days)]}), 2)
        application = f"application:{replanned.application_id}"

        async def led() -> bool:
            page = await system.http.get("/inbox/calendar", headers=system.as_("coordinator"))
            return "Urad za projekte" in page.text

        await until(led)
        office = await link(system, "coordinator", {"department": "Urad za projekte"}, "Urad za projekte")
        answer = await follow(office, f"{application}:task-diip", 0)
        assert events(answer)[f"{application}:task-diip"].decoded("dtstart") == NOON.date()
        assert {first, second} <= events(answer).keys(), "the call it applies for"

        settled = of(ApplicationTaskSettledV1, call_id=call_id, lead_department="Urad za projekte", task_id="diip")
        await say(system, settled, 3)
        answer = await follow(office, f"{application}:task-diip", 1)
        done = events(answer)[f"{application}:task-diip"]
        assert str(done["status"]) == "CANCELLED", "nobody is reminded of it"
        assert str(done["summary"]).startswith("OPRAVLJENO: ")

        await say(system, of(CallWithdrawnV1), 3)
        answer = await follow(mine, second, 2)
        assert {str(events(answer)[uid]["status"]) for uid in (first, second)} == {"CANCELLED"}

        refused = await system.http.post(
            "/inbox/calendar", data={"department": "Neznani"}, headers=system.as_("officer")
        )
        assert refused.status_code == 422
        assert "Neznani" in refused.text
        viewer = await system.http.post(
            "/inbox/calendar", data={"department": "Urad za projekte"}, headers=system.as_("viewer")
        )
        assert viewer.status_code == 403

        feed = mine.removeprefix("/inbox/calendar/").partition(".")[0]
        stranger = await system.http.post(f"/inbox/calendar/{feed}/revoke", headers=system.as_("viewer"))
        assert stranger.status_code == 404
        await system.http.post(f"/inbox/calendar/{feed}/renew", headers=system.as_("officer"))
        assert (await system.http.get(mine)).status_code == 404, "the old link shows nothing"
        renewed = await link(system, "officer")
        base, officer = "/api/notifications/calendars", system.as_("officer")
        made = await system.http.post(base, json={}, headers=officer)
        assert made.json()["url"].endswith(renewed), "one that is there stays"
        (listed,) = (await system.http.get(base, headers=officer)).json()["items"]
        assert listed["url"] == made.json()["url"]
        again = await system.http.post(f"{base}/{feed}/renew", headers=officer)
        assert (await system.http.get(renewed)).status_code == 404
        renewed = again.json()["url"].removeprefix("http://testserver")
        none = await system.http.post(base, json={"department": "Neznani"}, headers=officer)
        assert (none.status_code, none.json()["errors"][0]["field"]) == (422, "department")
        assert (await system.http.head(renewed)).status_code == 200
        assert (await system.http.delete(f"{base}/{feed}", headers=system.as_("viewer"))).status_code == 404
        assert (await system.http.delete(f"{base}/{feed}", headers=officer)).status_code == 200
        assert (await system.http.get(renewed)).status_code == 404
