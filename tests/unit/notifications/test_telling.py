"""Who hears of a matter, once, and the reason of everybody who does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.examples import EXAMPLES
from contracts.registry import Event
from contracts.values import LocalText, PartialDate
from services.notifications.alerts import Alert
from services.notifications.fits import Choice
from services.notifications.kinds import KINDS
from services.notifications.matters import (
    of_applications,
    of_devices,
    of_house,
    of_money,
    of_plan,
    of_risks,
    of_thresholds,
)
from services.notifications.matters.judging import ended, judge_telling
from services.notifications.matters.telling import Ending, Telling
from services.notifications.people.person import Person
from services.notifications.subscriptions import Subscription
from tests.unit.notifications.test_matters import matter

AT = datetime(2027, 2, 19, 7, 0, tzinfo=UTC)


def telling(occasion: str = "1", **changes: Any) -> Telling:
    return Telling.model_validate({"kind": "task_due", "matter": matter(), "occasion": occasion} | changes)


@pytest.fixture
def asked(officer: Person) -> Subscription:
    return Subscription(id="tasks", person=officer.id, kinds=("task_due",))


def sent(alert: Alert, now: datetime) -> Alert:
    later = now + timedelta(seconds=1)
    return alert.sending(later).delivered("<1@x>", later)


def test_whoever_asks_is_told_once(officer: Person, asked: Subscription, now: datetime) -> None:
    (alert,), silences = judge_telling(telling(), officer, [asked], [], now)
    assert (alert.kind, alert.subscriptions, alert.mandatory, silences) == ("task_due", ("tasks",), False, [])
    again = judge_telling(telling(), officer, [asked], [alert], now)
    assert again.alerts == []
    assert [silence.reason.code for silence in again.silences] == ["already_told"]


def test_whom_it_concerns_needs_no_subscription_and_cannot_switch_it_off(
    officer: Person, asked: Subscription, now: datetime
) -> None:
    (alert,), _ = judge_telling(telling(), officer, [], [], now, concerned=True)
    assert (alert.subscriptions, alert.mandatory) == ((), True)
    off = asked.model_copy(update={"enabled": False})
    assert judge_telling(telling(), officer, [off], [], now, concerned=True).alerts
    silent = judge_telling(telling(), officer, [off], [], now)
    assert [silence.reason.code for silence in silent.silences] == ["subscription_off"]
    assert judge_telling(telling(kind="application_state"), officer, [off], [], now).alerts, "a mandatory kind"


@pytest.mark.parametrize(
    ("changes", "person", "kind_of_call", "code"),
    [
        ({"by": "mateja"}, {}, {"concerned": True}, "own_doing"),
        ({}, {"active": False}, {"concerned": True}, "person_left"),
        ({}, {}, {"concerned": True, "history": True}, "before_it_began"),
    ],
)
def test_why_somebody_it_concerns_is_not_told(
    officer: Person, now: datetime, changes: Any, person: Any, kind_of_call: Any, code: str
) -> None:
    verdict = judge_telling(telling(**changes), officer.model_copy(update=person), [], [], now, **kind_of_call)
    assert verdict.alerts == []
    assert [(silence.reason.code, silence.about_id) for silence in verdict.silences] == [(code, "application-1")]


def test_what_lasts_is_told_once_counted_and_closed(officer: Person, asked: Subscription, now: datetime) -> None:
    (first,), _ = judge_telling(telling(lasting=True), officer, [asked], [], now)
    told = sent(first, now)
    (counted,), silences = judge_telling(telling("2", lasting=True), officer, [asked], [told], now)
    assert counted.matter is not None
    assert (counted.alert_id, counted.matter.times, counted.state) == (told.alert_id, 2, "delivered")
    assert [silence.reason.code for silence in silences] == ["goes_on"]
    ending = Ending(
        kind="task_due", type="application", id="application-1", what=LocalText(sl="Mimo.", en="Over."), at=now
    )
    (over,) = ended(ending, [counted], now)
    assert (over.unanswered, over.state, over.over and over.over.text.en) == (False, "delivered", "Over.")
    (anew,), _ = judge_telling(telling("3", lasting=True), officer, [asked], [over], now)
    assert anew.alert_id != first.alert_id


def test_what_is_over_before_its_mail_left_stays_behind(officer: Person, asked: Subscription, now: datetime) -> None:
    (unsent,), _ = judge_telling(telling(lasting=True), officer, [asked], [], now)
    ending = Ending(
        kind="task_due", type="application", id="application-1", what=LocalText(sl="Mimo.", en="Over."), at=now
    )
    (over,) = ended(ending, [unsent], now)
    assert over.state == "withheld"


def test_several_changes_before_the_mail_left_make_one_mail(
    officer: Person, asked: Subscription, now: datetime
) -> None:
    (first,), _ = judge_telling(telling(), officer, [asked], [], now)
    newer = telling("2", matter=matter(what=LocalText(sl="Novo.", en="New.")))
    (joined,), silences = judge_telling(newer, officer, [asked], [first], now)
    assert joined.matter is not None
    assert (joined.alert_id, joined.matter.what.en, joined.matter.times) == (first.alert_id, "New.", 2)
    assert [silence.reason.code for silence in silences] == ["joined_unsent_mail"]


def test_newer_news_takes_the_place_of_what_was_told(officer: Person, asked: Subscription, now: datetime) -> None:
    (first,), _ = judge_telling(telling(), officer, [asked], [], now)
    (replaced, newer), _ = judge_telling(telling("2"), officer, [asked], [sent(first, now)], now)
    assert (replaced.unanswered, replaced.over and replaced.over.code, newer.unanswered) == (False, "newer_news", True)


@pytest.mark.parametrize(("choice", "told_again"), [("taken", False), ("seen", True)])
def test_a_reminder_stops_when_somebody_takes_care(
    officer: Person, asked: Subscription, now: datetime, choice: Choice, told_again: bool
) -> None:
    due = matter(due=PartialDate(value="2027-03-01"))
    (first,), _ = judge_telling(telling("7", matter=due, reminder=True), officer, [asked], [], now)
    decided = sent(first, now).decide(choice, by=officer.id, now=now)
    verdict = judge_telling(telling("3", matter=due, reminder=True), officer, [asked], [decided], now)
    assert bool(verdict.alerts) is told_again
    moved = matter(due=PartialDate(value="2027-04-01"))
    assert judge_telling(telling("3", matter=moved, reminder=True), officer, [asked], [decided], now).alerts


def test_a_part_of_the_plan_is_asked_for(officer: Person, asked: Subscription, now: datetime) -> None:
    narrowed = asked.model_copy(update={"actions": ("2.1",)})
    inside, outside = telling(actions=("2.1",)), telling(actions=("3.4",), activities=("3.4.1",))
    assert judge_telling(inside, officer, [narrowed], [], now).alerts
    (silence,) = judge_telling(outside, officer, [narrowed], [], now).silences
    assert (silence.reason.code, silence.reason.evidence) == ("other_activity", "3.4.1")


def test_every_event_is_told_in_both_languages_and_leads_somewhere() -> None:
    def example(name: str) -> Any:
        return EXAMPLES[f"cinnabar.{name}.v1"]

    need = example("actions.need.changed")
    known = of_plan.known_from(need, 1)
    dearer = need.model_copy(update={"estimated": None})
    said: list[Telling | Ending | None] = [
        of_applications.of_opening(example("funding.application.opened"), AT, "1"),
        of_applications.of_state(example("funding.application.state_changed"), AT, "2"),
        of_applications.of_task(example("funding.application.task_due"), AT),
        of_applications.of_replan(example("funding.application.replanned"), AT, "3"),
        of_plan.of_need(known, of_plan.known_from(dearer, 2), dearer, AT),
        of_plan.of_stage(example("actions.activity.status_changed"), known, AT, "1"),
        of_plan.of_overdue(example("actions.activity.overdue"), AT),
        of_plan.of_decision(example("actions.decision.recorded"), AT),
        of_risks.of_review_due(example("actions.risk.review_due"), AT),
        of_risks.of_review(example("actions.risk.reviewed"), AT, "2"),
        of_plan.of_revision(example("funding.strategy.revised"), AT),
        of_money.of_commitment(example("funding.commitment.made"), AT),
        of_money.of_withdrawal(example("funding.commitment.withdrawn"), AT, "1"),
        of_money.of_obligation(example("funding.obligation.changed"), AT, "1"),
        of_house.of_failure(example("funding.source.failed"), "1"),
        of_devices.of_registration(example("sensors.device.registered"), AT),
        of_devices.of_silence(example("sensors.device.silent"), [known], AT),
        of_devices.of_malfunction(example("sensors.device.malfunctioned"), [known], AT),
        of_devices.of_recovery(example("sensors.device.recovered"), [known]),
        of_thresholds.of_exceedance(example("sensors.threshold.exceeded"), [known], AT),
        of_thresholds.of_clearing(example("sensors.threshold.cleared"), [known], AT),
        of_house.of_failing_webhook(example("notifications.webhook.failing"), "1"),
        of_house.of_disabled_webhook(example("notifications.webhook.disabled"), AT, "1"),
    ]
    for each in said:
        assert isinstance(each, Telling)
        about = each.matter
        assert each.kind in KINDS
        assert about.what.sl != about.what.en and about.why.sl != about.why.en
        assert all(one.label.sl and one.value.en for one in about.facts)


def test_a_need_that_is_imported_again_unchanged_is_no_news() -> None:
    need = EXAMPLES["cinnabar.actions.need.changed.v1"]
    known = of_plan.known_from(need, 1)  # type: ignore[arg-type]
    assert of_plan.of_need(None, known, need, AT) is None  # type: ignore[arg-type]
    assert of_plan.of_need(known, known.model_copy(update={"sequence": 2}), need, AT) is None  # type: ignore[arg-type]
    assert isinstance(need, Event)
