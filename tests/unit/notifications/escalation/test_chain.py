from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.funding import CallFacts
from contracts.values import LocalText
from services.notifications.alerts import Alert
from services.notifications.answers.asking import Chase
from services.notifications.escalation.chain import House, absence, begun, next_steps, stepped
from services.notifications.escalation.office import answer_by
from services.notifications.people.department import Department, Organisation
from services.notifications.people.person import Absence, Person

NOW = datetime(2027, 2, 19, 9, 0, tzinfo=UTC)  # a Friday, ten o'clock in Idrija
TODAY = date(2027, 2, 19)
AWAY = Absence(id="1", first=TODAY, last=TODAY + timedelta(days=10))


def person(name: str, **facts: object) -> Person:
    return Person.model_validate({"id": name, "name": name.title(), "address": f"{name}@idrija.example", **facts})


def house_of(*people: Person, head: str | None = "head", director: str | None = "director") -> House:
    department = Department(id="development", name=LocalText(sl="Razvoj", en="Development"), head=head)
    return House(
        people={each.id: each for each in people},
        departments={"development": department},
        organisation=Organisation(director=director),
    )


def alert_of(first: Person, **facts: object) -> Alert:
    call = CallFacts(call_id="call", title="Razpis", source="s")
    given = {"state": "delivered", "settled_at": NOW, "raised_at": NOW, "not_before": None, **facts}
    return Alert(alert_id="a", person=first.id, subscriptions=("s",), call=call, **given)  # type: ignore[arg-type]


OFFICER = person("officer", roles=("funding-officer",), deputy="deputy", department="development")
EVERYBODY = (OFFICER, person("deputy"), person("head"), person("director"))


def whole_chain(first: Person, house: House, asked: frozenset[str] = frozenset()) -> Chase:
    """Nobody ever answers: what the chase comes to."""
    alert, now = alert_of(first), NOW
    chase = begun(alert, first, house, now)
    assert chase is not None
    while chase.state == "waiting":
        assert chase.answer_by is not None
        now = max(now, chase.answer_by)
        steps, person = next_steps(alert.model_copy(update={"chase": chase}), first, house, asked, now)
        chase = stepped(alert, chase, steps, person, house, now)
    return chase


def test_the_deputy_then_the_head_then_the_director_then_an_alarm() -> None:
    chase = whole_chain(OFFICER, house_of(*EVERYBODY))
    assert [(step.rank, step.person) for step in chase.asked] == [
        ("deputy", "deputy"),
        ("head", "head"),
        ("director", "director"),
    ]
    assert chase.state == "unanswered"
    assert [step.at for step in chase.steps] == sorted({step.at for step in chase.steps}), "each had time to answer"


def test_who_is_away_or_has_left_is_passed_over_at_once_and_it_is_said() -> None:
    house = house_of(OFFICER, person("deputy", absences=(AWAY,)), person("head", active=False), person("director"))
    steps, asked = next_steps(alert_of(OFFICER), OFFICER, house, (), NOW)
    assert [(step.rank, step.passed_over and step.passed_over.code) for step in steps] == [
        ("deputy", "is_away"),
        ("head", "has_left"),
        ("director", None),
    ]
    assert asked is not None
    assert asked.id == "director"
    assert steps[0].passed_over is not None
    assert steps[0].passed_over.evidence == "2027-02-19/2027-03-01"


def test_who_stands_in_for_a_deputy_who_is_away_is_asked_next_and_a_circle_ends() -> None:
    away = person("deputy", absences=(AWAY.model_copy(update={"deputy": "second"}),), deputy="officer")
    house = house_of(OFFICER, away, person("second"), *EVERYBODY[2:])
    steps, asked = next_steps(alert_of(OFFICER), OFFICER, house, (), NOW)
    assert [(step.rank, step.person) for step in steps] == [("deputy", "deputy"), ("deputy", "second")]
    assert asked is not None
    circle = house_of(OFFICER, away, person("second", active=False, deputy="deputy"), *EVERYBODY[2:])
    steps, asked = next_steps(alert_of(OFFICER), OFFICER, circle, (), NOW)
    assert [step.person for step in steps] == ["deputy", "second", "head"]


def test_who_is_away_is_not_waited_for_and_another_may_stand_in_these_days() -> None:
    away = OFFICER.model_copy(update={"absences": (AWAY.model_copy(update={"deputy": "head"}),)})
    house = house_of(away, *EVERYBODY[1:])
    waiting = alert_of(away, state="gathering", settled_at=None)
    chase = begun(waiting, away, house, NOW)
    assert chase is not None
    assert chase.answer_by == NOW, "even before the mail left"
    _, asked = next_steps(waiting.model_copy(update={"chase": chase}), away, house, (), NOW)
    assert asked is not None
    assert asked.id == "head"
    back = NOW + timedelta(days=11)
    assert absence(away, back) is None


def test_a_mail_that_failed_is_nobodys_time_to_answer() -> None:
    chase = begun(alert_of(OFFICER, state="failed"), OFFICER, house_of(*EVERYBODY), NOW)
    assert chase is not None
    assert chase.answer_by == NOW


def test_a_near_deadline_leaves_time_for_everybody() -> None:
    alert = alert_of(OFFICER)
    assert alert.call is not None
    near = alert.model_copy(update={"call": alert.call.model_copy(update={"deadline": NOW + timedelta(hours=4)})})
    chase = begun(near, OFFICER, house_of(*EVERYBODY), NOW)
    assert chase is not None
    assert chase.answer_by == NOW + timedelta(hours=1)
    over = begun(near, OFFICER, house_of(*EVERYBODY), NOW + timedelta(hours=5))
    assert over is not None
    assert over.state == "ended"


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"kind": "call_matched"}, "waiting"),
        ({"kind": "call_changed", "urgent": True}, "waiting"),
        ({"kind": "call_changed"}, "ended"),
        ({"kind": "call_closed"}, "ended"),
        ({"state": "withheld"}, "ended"),
    ],
)
def test_only_what_wants_a_decision_is_chased(facts: dict[str, object], state: str) -> None:
    chase = begun(alert_of(OFFICER, **facts), OFFICER, house_of(*EVERYBODY), NOW)
    assert chase is not None
    assert chase.state == state


def test_an_answer_ends_it_and_taking_it_back_begins_anew() -> None:
    house = house_of(*EVERYBODY)
    alert = alert_of(OFFICER)
    alert = alert.model_copy(update={"chase": begun(alert, OFFICER, house, NOW)})
    decided = alert.decide("apply", by="officer", now=NOW)
    assert decided.chase is not None
    assert decided.chase.state == "ended"
    later = NOW + timedelta(days=3)
    back = decided.undo(by="officer", now=later)
    assert back.chase is None
    again = begun(back, OFFICER, house, later)
    assert again is not None
    assert again.since == later, "the time before it was decided does not count"


names = st.sampled_from(["officer", "deputy", "head", "director", "coordinator", "nobody-known", None])
flags = st.fixed_dictionaries({"active": st.booleans(), "absences": st.sampled_from([(), (AWAY,)]), "deputy": names})


@given(
    deputy=names,
    head=names,
    director=names,
    states=st.lists(flags, min_size=5, max_size=5),
    asked=st.frozensets(st.sampled_from(["deputy", "head", "coordinator"])),
)
def test_nobody_is_asked_twice_and_the_chain_always_ends_in_an_alarm(
    deputy: str | None, head: str | None, director: str | None, states: list[dict[str, object]], asked: frozenset[str]
) -> None:
    who = ("officer", "deputy", "head", "director", "coordinator")
    people = {name: person(name, **state) for name, state in zip(who, states, strict=True)}
    first = people["officer"].model_copy(
        update={"deputy": deputy, "department": "development", "roles": ("funding-officer",)}
    )
    house = house_of(first, *list(people.values())[1:], head=head, director=director)
    chase = whole_chain(first, house, asked)
    assert chase.state == "unanswered"
    told = [step.person for step in chase.asked]
    assert len(told) == len(set(told))
    assert not {"officer", *asked} & set(told)
    assert list(dict.fromkeys(step.rank for step in chase.steps)) == ["deputy", "head", "director"]
    assert all(people[name or ""].active for name in told)
    assert all(absence(people[step.person or ""], step.at) is None for step in chase.asked)


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2027-02-19T09:00+00:00", 4, "2027-02-19T13:00+00:00"),
        ("2027-02-19T09:00+00:00", 8, "2027-02-22T09:00+00:00"),  # over the weekend
        ("2027-02-05T14:00+00:00", 8, "2027-02-09T14:00+00:00"),  # 8 February is Prešeren Day
        ("2027-02-20T12:00+00:00", 1, "2027-02-22T08:00+00:00"),  # told on a Saturday
        ("2027-03-26T14:00+00:00", 2, "2027-03-30T07:00+00:00"),  # Easter Monday, and clocks go forward
    ],
)
def test_working_hours_skip_nights_weekends_and_holidays(since: str, hours: int, until: str) -> None:
    reached = answer_by(datetime.fromisoformat(since), hours, OFFICER.clock)
    assert reached == datetime.fromisoformat(until)
