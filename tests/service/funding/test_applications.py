"""Applications over HTTP: opened, decided, moved, planned backwards, and told on the bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.actions import NeedChangedV1
from contracts.envelope import attributes_of
from kit.service import Context
from kit.settings import Settings
from kit.store import Work
from services.funding.applications.jobs import remind_of_tasks
from services.funding.calls.intake import take_all
from services.funding.sources.parsed_call import Deadline, ParsedCall
from services.funding.store import NEEDS
from tests.conftest import Running, running
from tests.waiting import until

APPLICATIONS = "/api/funding/applications"
ACTIVITY = "plan:4.1.1"


@pytest.fixture
async def funding(settings: Settings) -> AsyncIterator[Running]:
    async with running(settings, "funding") as system:
        yield system


def due(days: int) -> datetime:
    return (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)


async def call(system: Running, *deadlines: Deadline, key: str = "303-1/2026", **facts: Any) -> str:
    """A call as a source gives it; the same key again is the same call with what it says now."""
    reading = {"title": "Javni razpis za ustvarjalne centre", "status": "open", "deadlines": list(deadlines), **facts}

    async def take(work: Work) -> Any:
        return await take_all([ParsedCall(source="gov.si", key=key, **reading)], work)

    (taken,) = await system.runtime.stores["funding"].transact(take)
    return str(taken.call_id)


async def costed(system: Running) -> None:
    need = NeedChangedV1(
        activity_id=ACTIVITY,
        number="4.1.1",
        title="Creative centre",
        plan_id="plan",
        plan_version=1,
        action_number="4.1",
        action_title="Centre",
        estimated={"amount": "600000", "vat": "included"},
    )

    async def put(work: Work) -> None:
        work.put(NEEDS, {"_id": ACTIVITY, "sequence": 1, "event": need.model_dump(mode="python")})

    await system.runtime.stores["funding"].transact(put)


async def send(to: Running, method: str, path: str, body: Any, version: int | None = None, who: str = "officer") -> Any:
    headers = to.as_(who) | ({"If-Match": f'"{version}"'} if version is not None else {})
    return await to.http.request(method, path, json=body, headers=headers)


async def listed(system: Running, path: str) -> list[dict[str, Any]]:
    answer = await system.http.get(path, headers=system.as_("officer"))
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def opened(system: Running, call_id: str, **facts: Any) -> dict[str, Any]:
    answer = await send(system, "POST", APPLICATIONS, {"call_id": call_id, **facts})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def moved(system: Running, application: dict[str, Any], *moves: dict[str, Any]) -> dict[str, Any]:
    for move in moves:
        path = f"{APPLICATIONS}/{application['id']}/moves"
        answer = await send(system, "POST", path, move, application["version"])
        assert answer.status_code == 200, answer.text
        application = answer.json()
    return application


async def said(by: Running, kind: str) -> list[dict[str, Any]]:
    rows = by.runtime.stores["funding"].database["outbox"].find({}, sort=[("created_at", 1), ("_id", 1)])
    found = [attributes_of(bytes(row["body"])) async for row in rows]
    return [data for attributes, data in found if attributes.type == f"cinnabar.funding.application.{kind}.v1"]


# Nothing is built, no land is needed, and no procurement has to be finished first.
SOFT = {"investment": False, "building_permit": False, "land": False, "procurement": False}
GO = {"move": "decide_go", "reasons": ["will_apply"], "why": "lastni delež je v proračunu"}


async def test_from_the_first_thought_to_the_contract(funding: Running) -> None:
    await costed(funding)
    deadline = due(200)
    of_the_eu = {"funder": "Ministrstvo za zgled", "eu_contribution": {"amount": "900000"}}
    call_id = await call(funding, Deadline(at=deadline), **of_the_eu)
    application = await opened(funding, call_id, activity_ids=[ACTIVITY])
    assert (application["state"], application["version"]) == ("considered", 1)
    assert application["project"]["value"]["amount"] == "600000"
    assert [move["code"] for move in application["moves"]] == ["decide_go", "decide_no_go"]

    ready = {"override": "dopolnimo po oddaji"}
    number = {"contract_number": "C-1/27", "contract_signed_on": "2026-11-01", "granted": {"amount": "80000.00"}}
    application = await moved(
        funding,
        application,
        GO,
        {"move": "start"},
        {"move": "submit", **ready},
        {"move": "find_eligible"},
        {"move": "approve"},
        {"move": "contract", **number},
    )
    assert (application["state"], application["revert_to"]) == ("contracted", "approved")
    assert application["contract"] == {"number": "C-1/27", "signed_on": "2026-11-01", "granted": {
        "amount": "80000.00", "currency": "EUR", "vat": "unknown", "phrase": None}}  # fmt: skip
    steps = [(entry["before"], entry["after"]) for entry in application["history"]]
    assert steps[:2] == [(None, "considered"), ("considered", "go_decided")]
    assert application["history"][3]["overridden"] == ready["override"]

    (told,) = await said(funding, "opened")
    assert told["activities"][0]["number"] == "4.1.1"
    changes = await said(funding, "state_changed")
    assert [(each["before"], each["after"]) for each in changes] == steps[1:]
    assert datetime.fromisoformat(changes[0]["deadline"]) == deadline
    assert (changes[-1]["contract_number"], changes[-1]["granted"]["amount"]) == ("C-1/27", "80000.00")

    (award,) = await listed(funding, f"/api/funding/awards?application={application['id']}")
    assert (award["contract_reference"], award["amount"]["amount"]) == ("C-1/27", "80000.00")
    assert award["funder"] == "Ministrstvo za zgled"
    (commitment,) = await listed(funding, f"/api/funding/commitments?activity={ACTIVITY}")
    assert (commitment["source_class"], commitment["decision_reference"]) == ("eu", "C-1/27")
    assert commitment["standing"]["amount"] == "80000.00"
    typed = {"activity_id": ACTIVITY, "amount": {"amount": "5.00"}, "source_class": "eu"}
    again = await send(funding, "POST", "/api/funding/commitments", {**typed, "decision_reference": "c-1 / 27"})
    assert (again.status_code, again.json()["errors"][0]["field"]) == (409, "decision_reference"), again.text

    path = f"{APPLICATIONS}/{application['id']}/reverts"
    back = await send(funding, "POST", path, {"why": "napačna številka"}, application["version"])
    assert (back.json()["state"], back.json()["contract"]) == ("approved", None)
    (commitment,) = await listed(funding, f"/api/funding/commitments?activity={ACTIVITY}")
    assert commitment["standing"]["amount"] == "0.00"
    assert "napačna številka" in commitment["withdrawals"][0]["reason"]

    by_hand = {**typed, "amount": number["granted"], "decision_reference": "C-2/27"}
    assert (await send(funding, "POST", "/api/funding/commitments", by_hand)).status_code == 201
    await moved(funding, back.json(), {"move": "contract", **number, "contract_number": "C-2/27"})
    (award,) = await listed(funding, f"/api/funding/awards?application={application['id']}")
    assert award["contract_reference"] == "C-2/27", "the same award goes on"
    assert "commitment" not in {each["kind"] for each in award["lacking"]}, "what was typed in is the contract's money"
    commitments = await listed(funding, f"/api/funding/commitments?activity={ACTIVITY}")
    assert sorted(each["standing"]["amount"] for each in commitments) == ["0.00", "80000.00"]


async def test_one_application_to_a_call_unless_said_otherwise(funding: Running) -> None:
    call_id = await call(funding, Deadline(at=due(90)))
    both = await asyncio.gather(*(send(funding, "POST", APPLICATIONS, {"call_id": call_id}) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [201, 409]
    first = next(answer.json() for answer in both if answer.status_code == 201)
    again = await send(funding, "POST", APPLICATIONS, {"call_id": call_id})
    assert again.status_code == 409
    assert first["id"] in again.json()["detail"]
    second = await opened(funding, call_id, another=True, title="Druga vloga")
    assert {each["id"] for each in await listed(funding, APPLICATIONS)} == {first["id"], second["id"]}


async def test_what_cannot_be_opened_is_refused_with_its_field(funding: Running) -> None:
    call_id = await call(funding, Deadline(at=due(90)))
    for body, field in (
        ({}, "call_id"),
        ({"call_id": "call-none"}, "call_id"),
        ({"match_id": "match-none"}, "match_id"),
        ({"call_id": call_id, "activity_ids": ["nowhere"]}, "activity_ids"),
        ({"call_id": call_id, "lead": "x"}, "lead"),
    ):
        answer = await send(funding, "POST", APPLICATIONS, body)
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert (error["field"], bool(error["mend"])) == (field, True)
    assert (await funding.http.get(APPLICATIONS, headers=funding.as_("viewer"))).json()["items"] == []


async def test_bad_moves_change_nothing(funding: Running) -> None:
    application = await opened(funding, await call(funding, Deadline(at=due(90))))
    path = f"{APPLICATIONS}/{application['id']}/moves"
    assert (await send(funding, "POST", path, GO)).status_code == 428, "an edit says which version it is of"
    assert (await send(funding, "POST", path, GO, 7)).status_code == 412
    assert (await send(funding, "POST", path, GO, 1, who="viewer")).status_code == 403
    assert (await funding.http.get(APPLICATIONS)).status_code == 401
    unknown = await send(funding, "POST", path, {"move": "fly"}, 1)
    assert unknown.status_code == 422
    assert unknown.json()["detail"] == (
        "From “under consideration” the move fly is not allowed: allowed are: decide_go, decide_no_go"
    )
    reasons = await send(funding, "POST", path, {"move": "decide_no_go", "reasons": ["bored"]}, 1)
    assert [error["field"] for error in reasons.json()["errors"]] == ["reasons"]
    odd = await send(funding, "POST", path, {"move": "decide_go", "happened_at": "včeraj"}, 1)
    assert [error["field"] for error in odd.json()["errors"]] == ["happened_at"]
    revert = await send(funding, "POST", f"{APPLICATIONS}/{application['id']}/reverts", {"why": "x"}, 1)
    assert "cannot be taken back" in revert.json()["detail"]
    kept = (await funding.http.get(f"{APPLICATIONS}/{application['id']}", headers=funding.as_("viewer"))).json()
    assert (kept["version"], kept["state"], len(kept["history"])) == (1, "considered", 1)


async def test_a_submission_after_the_deadline_is_refused_and_one_before_may_be_recorded(funding: Running) -> None:
    passed = due(-2)
    application = await opened(funding, await call(funding, Deadline(at=passed)))
    application = await moved(funding, application, GO, {"move": "start"})
    path = f"{APPLICATIONS}/{application['id']}/moves"
    late = await send(funding, "POST", path, {"move": "submit", "override": "x"}, application["version"])
    assert late.status_code == 422
    assert late.json()["detail"].startswith("The deadline passed on ")
    assert str(passed.year) in late.json()["detail"]
    in_time = {"move": "submit", "override": "x", "happened_at": (passed - timedelta(hours=1)).isoformat()}
    assert (await moved(funding, application, in_time))["state"] == "submitted"


async def test_a_moved_deadline_moves_the_plan_and_its_tasks(funding: Running) -> None:
    call_id = await call(funding, Deadline(at=due(200)))
    application = await opened(funding, call_id)
    facts = {"project": {**SOFT, "partners": True, "council": False}, "roles": [{"role": "lead", "person": "Maja"}]}
    path = f"{APPLICATIONS}/{application['id']}"
    application = (await send(funding, "PATCH", path, facts, application["version"])).json()
    assert application["plan"]["verdict"] == "on_time"
    application = await moved(funding, application, GO)
    tasks = {task["step"]: task for task in application["tasks"]}
    assert set(tasks) == {"own_share", "partner_letters", "application_form", "signature", "submission"}
    assert tasks["partner_letters"]["owner"] == "Maja"
    (planned,) = await said(funding, "replanned")
    assert (planned["because"], len(planned["tasks"])) == ("decision", 5)

    await call(funding, Deadline(at=due(60)))

    async def heard() -> dict[str, Any] | None:
        known = (await funding.http.get(path, headers=funding.as_("viewer"))).json()
        return known if known["deadline_moves"] else None

    after = await until(heard)
    assert after is not None
    moved_tasks = {task["step"]: task for task in after["tasks"]}
    assert moved_tasks["submission"]["due"] < tasks["submission"]["due"]
    change = moved_tasks["submission"]["changes"][-1]
    assert (change["before"], change["after"]) == (tasks["submission"]["due"], moved_tasks["submission"]["due"])
    assert (await said(funding, "replanned"))[-1]["because"] == "deadline"


async def test_a_withdrawn_call_stops_the_submission(funding: Running) -> None:
    call_id = await call(funding, Deadline(at=due(90)))
    application = await moved(funding, await opened(funding, call_id), GO, {"move": "start"})
    await call(funding, Deadline(at=due(90)), status="withdrawn")
    path = f"{APPLICATIONS}/{application['id']}"

    async def heard() -> bool:
        known = (await funding.http.get(path, headers=funding.as_("viewer"))).json()
        return bool(known["terms"]["status"] == "withdrawn")

    await until(heard)
    known = (await funding.http.get(path, headers=funding.as_("viewer"))).json()
    refused = await send(funding, "POST", f"{path}/moves", {"move": "submit", "override": "x"}, known["version"])
    assert refused.json()["detail"].startswith("The funder has withdrawn the call")


async def test_tasks_documents_partners_and_remarks(funding: Running) -> None:
    application = await opened(funding, await call(funding, Deadline(at=due(90))))
    path = f"{APPLICATIONS}/{application['id']}"
    added = await send(funding, "POST", f"{path}/tasks", {"title": "Fotografije", "due": "2027-01-15"})
    (task,) = added.json()["tasks"]
    done = await send(funding, "PATCH", f"{path}/tasks/{task['task_id']}", {"done": True, "owner": "Ana"}, 2)
    assert done.json()["tasks"][0]["done_by"] == "officer@idrija.example"
    (settled,) = await said(funding, "task_settled")
    assert (settled["state"], settled["task_id"], settled["by"]) == ("done", task["task_id"], "officer@idrija.example")
    assert (await send(funding, "PATCH", f"{path}/tasks/none", {"done": True}, 3)).status_code == 404
    no_reason = await send(funding, "PATCH", f"{path}/documents/land", {"state": "not_needed"}, 3)
    assert no_reason.status_code == 422
    script = await send(funding, "PATCH", f"{path}/documents/land", {"link": "javascript:alert(1)"}, 3)
    assert [error["field"] for error in script.json()["errors"]] == ["link"]
    too_much = {"partners": [{"name": "A", "share": "0.8"}, {"name": "B", "share": "0.3"}]}
    refused = await send(funding, "PATCH", path, too_much, 3)
    assert "add up to 110" in refused.json()["detail"]
    noted = await send(funding, "POST", f"{path}/notes", {"text": "klicali smo financerja"})
    assert noted.json()["notes"][0]["text"] == "klicali smo financerja"


async def test_every_task_is_told_once_on_each_rung(funding: Running) -> None:
    application = await opened(funding, await call(funding, Deadline(at=due(90))))
    soon = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    body = {"title": "Izjave", "due": soon, "owner": "Ana"}
    await send(funding, "POST", f"{APPLICATIONS}/{application['id']}/tasks", body)
    context = Context(funding.runtime.stores["funding"], funding.runtime.settings)
    for _ in range(3):
        await remind_of_tasks(context)
    (told,) = await said(funding, "task_due")
    assert (told["task_title"]["sl"], told["owner"], told["due"]["value"]) == ("Izjave", "Ana", soon)
    assert told["days_left"] in (4, 5, 6)


async def test_the_council_calendar_and_the_durations_move_live_plans(funding: Running) -> None:
    application = await opened(funding, await call(funding, Deadline(at=due(200))))
    path = f"{APPLICATIONS}/{application['id']}"
    facts = {"project": {**SOFT, "partners": False, "council": True}}
    application = (await send(funding, "PATCH", path, facts, 1)).json()
    assert application["plan"]["verdict"] == "unknown", "nobody has said when the council meets"
    application = await moved(funding, application, GO)

    calendar = "/api/funding/planning/council"
    habit = {"habit": {"weekday": 3, "place": -1, "months_off": [8]}}
    assert (await send(funding, "PUT", calendar, habit)).status_code == 428
    answer = await send(funding, "PUT", calendar, habit, 0)
    assert answer.json()["habit_in_words"]["sl"] == "običajno zadnji četrtek v mesecu"
    planned = (await funding.http.get(path, headers=funding.as_("viewer"))).json()
    decision = next(task for task in planned["tasks"] if task["step"] == "council_decision")
    assert datetime.fromisoformat(decision["due"]).weekday() == 3
    assert planned["plan"]["verdict"] in {"on_time", "tight"}
    assert (await said(funding, "replanned"))[-1]["because"] == "council"

    papers_days = {
        "code": "council_papers_days",
        "valid_from": {"value": "2026-01-01"},
        "source": "sklep župana 3/2026",
    }
    answer = await send(funding, "POST", "/api/funding/ledger/parameters", {**papers_days, "number": 40})
    assert [each["confirmed"] for each in answer.json()["values"]] == [False, True], answer.text
    known = await listed(funding, "/api/funding/planning/parameters")
    assert next(each for each in known if each["code"] == "council_papers_days")["value_today"] == "40"
    again = (await funding.http.get(path, headers=funding.as_("viewer"))).json()
    papers = next(step for step in again["plan"]["steps"] if step["code"] == "council_papers")
    task = next(task for task in again["tasks"] if task["step"] == "council_papers")
    assert (papers["duration"], task["start_by"]) == (40, papers["latest_start"])


async def test_a_bad_procedure_is_refused(funding: Running) -> None:
    dated = {"code": "diip_days", "valid_from": {"value": "2026-01-01"}, "source": "sklep"}
    for wrong in (
        {"number": 12.5},
        {"number": 4000},
        {},
        {"number": 1, "code": "nothing"},
        {"number": 1, "source": ""},
    ):
        answer = await send(funding, "POST", "/api/funding/ledger/parameters", {**dated, **wrong})
        assert answer.status_code == 422, answer.text
    for path, body, status in (
        ("council", {"meetings": [{"on": "2027-01-28"}, {"on": "2027-01-28"}]}, 422),
        ("council", {"meetings": [{"on": "28. 1. 2027"}]}, 422),
        ("council", {"habit": {"weekday": 9, "place": -1}}, 422),
        ("council", {"habit": {"weekday": 3, "place": 1, "months_off": [13]}}, 422),
    ):
        answer = await send(funding, "PUT", f"/api/funding/planning/{path}", body, 0)
        assert answer.status_code == status, answer.text
    council = (await funding.http.get("/api/funding/planning/council")).json()
    assert (council["version"], council["meetings"]) == (0, [])


async def test_the_pages_show_what_the_api_does(funding: Running) -> None:
    await costed(funding)
    call_id = await call(funding, Deadline(at=due(200)), title="=HYPERLINK() razpis")
    html = {**funding.as_("officer"), "accept": "text/html"}
    empty = await funding.http.get("/funding/applications", headers=html)
    assert "Vlog še ni" in empty.text
    form = {"call": call_id, "activities": ACTIVITY, "lead_department": "Gospodarstvo"}
    created = await funding.http.post("/funding/applications/new", data=form, headers=html)
    assert created.status_code == 303
    page = created.headers["location"]
    twice = await funding.http.post("/funding/applications/new", data=form, headers=html)
    assert twice.status_code == 409
    assert "Gospodarstvo" in twice.text, "what was typed is still there"
    shown = await funding.http.get(page, headers=html)
    assert shown.status_code == 200
    assert "600.000" in shown.text
    assert "Odločimo se za prijavo" in shown.text
    refused = await funding.http.post(f"{page}/moves/decide_go", data={"why": "ker", "version": "1"}, headers=html)
    assert refused.status_code == 422
    assert "Odločitev nima razloga" in refused.text
    stale = {"why": "ker", "reasons": "will_apply", "version": "9"}
    assert "medtem spremenil" in (await funding.http.post(f"{page}/moves/decide_go", data=stale, headers=html)).text
    done = await funding.http.post(f"{page}/moves/decide_go", data={**stale, "version": "1"}, headers=html)
    assert done.status_code == 303
    viewer = await funding.http.get(page, headers={**funding.as_("viewer"), "accept": "text/html"})
    assert f"{page}/moves/" not in viewer.text
    table = (await funding.http.get("/funding/applications.csv", headers=html)).text
    assert "'=HYPERLINK() razpis" in table
    days = {"value": "20", "valid_from": "2025-01-01", "source": "sklep"}
    unsaid = await funding.http.post("/funding/planning/diip_days", data=days, headers=html)
    assert (unsaid.status_code, "brez razloga" in unsaid.text) == (422, True)
    said_why = {**days, "reason": "DIIP dela zunanji izvajalec"}
    assert (await funding.http.post("/funding/planning/diip_days", data=said_why, headers=html)).status_code == 303
    for other in ("/funding/council", "/funding/planning", "/funding/planning/diip_days", f"{page}/edit"):
        assert (await funding.http.get(other, headers=html)).status_code == 200, other
    assert (await funding.http.get("/funding/applications")).status_code == 401
