"""What belongs to an application beside its state: tasks from the plan, reminders, documents, money, the table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.actions import NeedChangedV1
from contracts.values import Money
from services.funding.applications import editing, forms
from services.funding.applications.application import Application
from services.funding.applications.checklist import CallDocument, checklist
from services.funding.applications.listing import Row, as_csv, in_order
from services.funding.applications.money import summed
from services.funding.applications.moves import MoveForm
from services.funding.applications.records import Role
from services.funding.applications.reminders import remind
from services.funding.applications.terms import Date
from services.funding.applications.work_plan import plan_of, take_plan
from services.funding.planning.council import CouncilCalendar, Meeting
from services.funding.planning.plan import Plan, Procedure
from services.funding.planning.project import Project
from services.funding.planning.strip import strip_of
from services.funding.shipped_parameters import SHIPPED
from tests.unit.funding.applications.conftest import DEADLINE, NOW, SINGLE, form

Opened = Callable[..., Application]
SOFT = Project(investment=False, building_permit=False, land=False, partners=False, procurement=False, council=True)
COUNCIL = CouncilCalendar(meetings=[Meeting(on=date(2027, 3, 25))], complete_until=date(2027, 12, 31))


def planned(application: Application, council: CouncilCalendar = COUNCIL) -> Plan:
    plan = plan_of(application, Procedure(SHIPPED, council), NOW)
    assert plan is not None
    return plan


def going(opened: Opened) -> Application:
    application = opened(SINGLE, "decide_go", project=SOFT, roles=[Role(role="lead", person="Maja")])
    take_plan(application, planned(application), "decision", NOW)
    return application


def due(application: Application) -> dict[str | None, date | None]:
    return {task.step: task.due for task in application.tasks}


def test_a_decision_to_apply_makes_tasks_of_the_steps(opened: Opened) -> None:
    application = going(opened)
    assert due(application) == {
        "own_share": date(2027, 3, 10),
        "council_papers": date(2027, 3, 24),
        "council_decision": date(2027, 3, 25),
        "application_form": date(2027, 3, 25),
        "signature": date(2027, 3, 30),
        "submission": date(2027, 3, 31),
    }
    assert {task.owner for task in application.tasks if task.role == "lead"} == {"Maja"}
    considered = opened(SINGLE, project=SOFT)
    take_plan(considered, planned(considered), "project", NOW)
    assert considered.tasks == [], "before the decision nobody has anything to do"


def test_a_plan_moves_its_tasks_and_says_which(opened: Opened) -> None:
    application = going(opened)
    application.events = []
    earlier = COUNCIL.model_copy(update={"meetings": [Meeting(on=date(2027, 3, 18))]})
    take_plan(application, planned(application, earlier), "council", NOW)
    assert due(application)["council_decision"] == date(2027, 3, 18)
    (told,) = application.events
    moved = {each["task_id"]: each["after"]["value"] for each in told.model_dump()["tasks"]}
    assert moved == {"council_decision": "2027-03-18", "council_papers": "2027-03-17", "own_share": "2027-03-03"}
    take_plan(application, planned(application, earlier), "council", NOW)
    assert len(application.events) == 1, "the same plan again says nothing"


def test_a_cut_off_gone_by_moves_the_plan_to_the_next(opened: Opened) -> None:
    later = DEADLINE + timedelta(days=91)
    terms = SINGLE.model_copy(update={"dates": [Date(at=at, kind="cut_off") for at in (DEADLINE, later)]})
    application = opened(terms, "decide_go", project=SOFT.model_copy(update={"council": False}))
    take_plan(application, planned(application), "decision", NOW)
    assert due(application)["submission"] == date(2027, 3, 31)
    moment = DEADLINE + timedelta(minutes=1)
    plan = plan_of(application, Procedure(SHIPPED, COUNCIL), moment)
    assert plan is not None
    take_plan(application, plan, "time", moment)
    assert due(application)["submission"] == date(2027, 6, 30)
    assert application.tasks[-1].changes[-1].why.en == "another date or value holds from today"


def test_a_step_nobody_needs_any_more_is_dropped_and_comes_back(opened: Opened) -> None:
    application = going(opened)
    application.project = SOFT.model_copy(update={"council": False})
    take_plan(application, planned(application), "project", NOW)
    dropped = {task.step for task in application.tasks if task.dropped}
    assert dropped == {"council_papers", "council_decision"}
    application.project = SOFT
    take_plan(application, planned(application), "project", NOW)
    assert [task.step for task in application.tasks if task.dropped] == []


def test_a_due_day_set_by_hand_stays_unless_it_is_too_late(opened: Opened) -> None:
    application = going(opened)
    by_hand = editing.TaskEdit.model_validate({"due": "2027-03-05"})
    editing.change_task(application, "own_share", by_hand, by="officer", now=NOW)
    take_plan(application, planned(application), "council", NOW)
    assert due(application)["own_share"] == date(2027, 3, 5)
    earlier = COUNCIL.model_copy(update={"meetings": [Meeting(on=date(2027, 3, 18))]})
    take_plan(application, planned(application, earlier), "council", NOW)
    assert due(application)["own_share"] == date(2027, 3, 3)


def test_what_is_done_is_done_in_the_plan(opened: Opened) -> None:
    application = going(opened)
    done = editing.TaskEdit(done=True)
    editing.change_task(application, "own_share", done, by="officer", now=NOW)
    first = application.tasks[0]
    editing.change_task(application, "own_share", done, by="other", now=NOW + timedelta(days=1))
    assert application.tasks[0] == first, "done once is done"
    states = {step.code: step.state for step in planned(application).steps}
    assert states["own_share"] == "done"
    with pytest.raises(editing.Unknown):
        editing.change_task(application, "none", done, by="officer", now=NOW)


def test_reminders_climb_their_ladder_and_miss_no_rung(opened: Opened) -> None:
    application = opened()
    editing.add_task(application, editing.TaskForm.model_validate({"title": "Izjave", "due": "2027-03-20"}), "t")
    told = []
    for day in (1, 7, 8, 12, 14, 18, 19, 20, 21, 22, 27):
        application.events = []
        remind(application, date(2027, 3, day))
        told += [(day, event.model_dump()["days_left"]) for event in application.events]
    # 14 days before is 6 March: nobody ran that day, so the 7th says it.
    assert told == [(7, 13), (14, 6), (18, 2), (19, 1), (20, 0), (21, -1), (27, -7)]
    moved = editing.TaskEdit.model_validate({"due": "2027-03-28"})
    editing.change_task(application, "t", moved, by="officer", now=NOW)
    application.events = []
    remind(application, date(2027, 3, 27))
    assert len(application.events) == 1, "a moved task is told anew"


def test_forms_of_the_call_are_mandatory_and_its_texts_are_not() -> None:
    documents = {each.title.sl: each for each in checklist([
        CallDocument("Razpisna dokumentacija", "https://x.example/rd.pdf"), CallDocument("Obrazec 1: Prijava", None)
    ])}  # fmt: skip
    assert (documents["Obrazec 1: Prijava"].mandatory, documents["Razpisna dokumentacija"].mandatory) == (True, False)
    assert documents["Razpisna dokumentacija"].link == "https://x.example/rd.pdf"
    assert documents["Prijavni obrazec"].grounds == "typical"


def need(number: str, cost: str | None, committed: str | None = None) -> NeedChangedV1:
    amounts = {
        "estimated": {"amount": cost} if cost else None,
        "committed": {"amount": committed} if committed else None,
    }
    return NeedChangedV1.model_validate(
        {"activity_id": number, "number": number, "title": number, "plan_id": "p", "plan_version": 1}
        | {"action_number": "1", "action_title": "a", **amounts}
    )


def test_money_sums_or_says_that_it_cannot() -> None:
    money = summed([need("1", "100000", "20000"), need("2", "50000")], Decimal("0.8"), None)
    amounts = [money.estimated, money.open, money.from_the_call, money.own_share]
    assert [amount and amount.amount for amount in amounts] == [150_000, 130_000, 104_000, 26_000]
    capped = summed([need("1", "100000")], Decimal("0.8"), Money(amount=Decimal(60_000)))
    assert capped.own_share == Money(amount=Decimal(40_000))
    unknown = summed([need("1", "100000"), need("2", None)], Decimal("0.8"), None)
    assert (unknown.estimated, unknown.own_share) == (None, None), "an unknown cost is not zero"


def test_the_strip_runs_from_the_first_day_to_the_last(opened: Opened) -> None:
    strip = strip_of(planned(going(opened)))
    assert strip is not None
    assert (strip.first, strip.last) == (date(2027, 3, 1), date(2027, 3, 31))
    # 31 days; the submission is the last of them, and today the first.
    assert strip.bars["submission"] == (96.77, 3.23)
    assert (strip.today, strip.months) == (0.0, ())


def test_the_table_is_safe_for_a_spreadsheet_and_in_order(opened: Opened) -> None:
    later, over = opened(), opened(SINGLE, "decide_no_go")
    later.title = "=1+1"
    rows = in_order([Row(over, None, None), Row(later, None, None), Row(opened(), DEADLINE, None)])
    assert [row.deadline for row in rows] == [DEADLINE, None, None]
    assert rows[-1].application is over
    assert "'=1+1" in as_csv(rows)


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"partners": "A; partner; 60 %\nB; partner; 50 %"}, ["partners"]),
        ({"partners": "A; boss"}, ["partners"]),
        ({"value": "1.25"}, ["value"]),
        ({"value": "-5"}, ["value"]),
        ({"roles": "lead"}, ["roles"]),
        ({"title": ""}, ["title"]),
    ],
)
def test_typed_facts_are_refused_at_their_field(typed: dict[str, str], fields: list[str]) -> None:
    _, mistakes = forms.read(editing.ApplicationEdit, forms.facts_typed({"title": "x", **typed}))
    assert [name for name, _ in mistakes] == fields


def test_typed_facts_become_what_the_api_takes() -> None:
    typed = {
        "title": "x",
        "partners": "Kolektor; partner; 12,5 %",
        "value": "1.150.000,50",
        "vat": "included",
        "council": "yes",
    }
    edit, mistakes = forms.read(editing.ApplicationEdit, forms.facts_typed(typed))
    assert mistakes == []
    assert edit.partners[0].share == Decimal("0.125")
    assert edit.project.value == Money(amount=Decimal("1150000.50"), vat="included")
    assert (edit.project.council, edit.project.land) == (True, None)


def test_a_typed_moment_is_of_the_readers_zone() -> None:
    zone = ZoneInfo("Europe/Ljubljana")
    for text in ("2027-03-31 11:59", "31. 3. 2027 (11:59)"):
        move, _ = forms.read(MoveForm, forms.move_typed("submit", {"happened_at": text}, [], zone))
        assert move.happened_at < DEADLINE
    bare: Any = forms.move_typed("submit", {"happened_at": "31. 3. 2027", "answer_by": "31. 3. 2027"}, [], zone)
    assert [bare[name].isoformat()[11:19] for name in ("happened_at", "answer_by")] == ["22:00:00", "21:59:59"]
    _, mistakes = forms.read(MoveForm, forms.move_typed("submit", {"happened_at": "2027"}, [], zone))
    assert [name for name, _ in mistakes] == ["happened_at"]


def test_a_contract_of_eighty_thousand_is_not_one_of_eighty() -> None:
    raw = forms.move_typed("contract", {"granted": "80.000"}, [], ZoneInfo("Europe/Ljubljana"))
    assert raw["granted"] == {"amount": "80000.00"}
    assert form("submit", happened_at=DEADLINE).happened_at == DEADLINE
