"""The table of states, and what an application does with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funding.applications import history, words
from services.funding.applications.application import Application
from services.funding.applications.guards import GUARDS
from services.funding.applications.moves import NotAllowed
from services.funding.applications.shown import choice, state_table
from services.funding.applications.states import FIRST, STAGES, STATES
from tests.unit.funding.applications.conftest import DEADLINE, NOW, SECOND, SINGLE, TWO_STAGE, complete, form

Opened = Callable[..., Application]
WON = ("decide_go", "start", "submit", "find_eligible", "approve", "contract")
LOST = ("decide_go", "start", "submit", "find_eligible", "not_approve")
STEPS = ("step1_", "")
# The 24 states of Jems, by the codes they have here.
JEMS = {
    *(f"{step}{state}" for step in ("step1_", "") for state in ("draft", "submitted", "eligible", "ineligible")),
    *(
        f"{step}{state}"
        for step in ("step1_", "")
        for state in ("approved", "approved_with_conditions", "not_approved")
    ),
    *("conditions_submitted", "returned_to_applicant", "returned_for_conditions", "contracted", "closed"),
    *("modification_precontracting", "modification_precontracting_submitted"),
    *("in_modification", "modification_submitted", "modification_rejected"),
}


def sentence(application: Application, **facts: object) -> str:
    with pytest.raises(NotAllowed) as refused:
        application.make(form(**facts), by="officer", now=NOW)
    (obstacle,) = refused.value.obstacles
    return f"{obstacle.field}: {obstacle.text.en} {obstacle.mend.en}"


def test_the_table_is_closed_and_every_word_of_it_is_known() -> None:
    for state in STATES.values():
        assert state.stage in STAGES
        assert state.code in words.STATE_NAMES
        assert set(state.reverts) <= STATES.keys()
        for move in state.moves:
            assert move.to in STATES
            assert move.code in words.MOVE_NAMES
            assert set(move.guards) <= GUARDS.keys()
    assert set(words.STATE_NAMES) == STATES.keys()
    assert STATES.keys() >= JEMS


def test_a_state_is_put_back_only_to_one_that_leads_to_it() -> None:
    leads_to = {(state.code, move.to) for state in STATES.values() for move in state.moves}
    put_back = {(target, state.code) for state in STATES.values() for target in state.reverts}
    assert put_back - leads_to == set()


def test_every_state_is_reached() -> None:
    reached, found = {FIRST}, [FIRST]
    while found:
        for move in STATES[found.pop()].moves:
            if move.to not in reached:
                reached.add(move.to)
                found.append(move.to)
    assert reached == STATES.keys()


@given(st.lists(st.integers(min_value=0, max_value=9), max_size=40), st.booleans())
def test_whatever_is_tried_the_history_replays_to_the_state(tries: list[int], two_stage: bool) -> None:
    terms = TWO_STAGE if two_stage else SINGLE
    application = Application.opened(by="o", now=NOW, application_id="a", call_id="c", title="t", terms=terms)
    for number, pick in enumerate(tries):
        moves = STATES[application.state].moves
        before, entries = application.state, len(application.history)
        try:
            if pick == 9 or not moves:
                application.revert("pomota", by="o", now=NOW)
            else:
                application.make(complete(moves[pick % len(moves)].code), by="o", now=NOW)
        except NotAllowed:
            assert (application.state, len(application.history)) == (before, entries), f"try {number} left a trace"
        assert application.state in STATES
        assert history.replay(application.history) == application.state
        assert len(application.events) == len(application.history)


def test_a_forged_history_does_not_replay(opened: Opened) -> None:
    application = opened(SINGLE, *WON)
    forged = [entry for entry in application.history if entry.after != "eligible"]
    with pytest.raises(ValueError, match="approve began at eligible"):
        history.replay(forged)


def test_every_move_is_refused_unless_its_row_names_it(opened: Opened) -> None:
    draft = opened(SINGLE, "decide_go", "start")
    assert sentence(draft, move="contract") == (
        "move: From “in preparation” the move contract is not allowed. allowed are: submit, withdraw"
    )
    assert "allowed are: none" in sentence(opened(SINGLE, "decide_go", "withdraw"), move="start")


def test_a_decision_needs_a_reason_that_is_known(opened: Opened) -> None:
    assert sentence(opened(), move="decide_no_go").startswith("reasons: The decision gives no reason.")
    wrong = sentence(opened(), move="decide_no_go", reasons=["bored"])
    assert wrong.startswith("reasons: There is no reason bored. choose from not_our_goals, no_capacity")
    declined = opened(SINGLE, "decide_no_go")
    assert declined.decision is not None
    assert (declined.decision.go, declined.decision.reasons) == (False, ["no_own_share"])


def test_submitting_after_the_deadline_names_it(opened: Opened) -> None:
    draft = opened(SINGLE, "decide_go", "start")
    late = DEADLINE + timedelta(seconds=1)
    with pytest.raises(NotAllowed) as refused:
        draft.make(form("submit", override="x"), by="officer", now=late)
    assert [each.text.en for each in refused.value.obstacles] == ["The deadline passed on 31 March 2027, 12:00."]
    draft.make(form("submit", override="x", happened_at=DEADLINE.isoformat()), by="officer", now=late)
    assert (draft.state, draft.history[-1].happened_at, draft.history[-1].at) == ("submitted", DEADLINE, late)


def test_two_stages_have_their_own_deadlines(opened: Opened) -> None:
    first = opened(TWO_STAGE, "decide_go")
    assert "begin with step 1" in sentence(first, move="start")
    first.make(form("start_step1"), by="officer", now=NOW)
    assert first.deadline(NOW) == DEADLINE
    for move in ("submit_step1", "find_eligible", "approve_step1"):
        first.make(complete(move), by="officer", now=NOW)
    assert first.deadline(NOW) == SECOND
    first.make(form("start_step2"), by="officer", now=DEADLINE + timedelta(days=1))
    first.make(complete("submit"), by="officer", now=SECOND)
    assert first.state == "submitted"
    assert "two stages" in sentence(opened(SINGLE, "decide_go"), move="start_step1")


def test_mandatory_documents_hold_the_submission_back(opened: Opened) -> None:
    document = {"document_id": "form", "title": {"sl": "Obrazec", "en": "Form"}, "grounds": "call", "mandatory": True}
    draft = opened(SINGLE, "decide_go", "start", documents=[document])
    assert sentence(draft, move="submit").startswith("override: Mandatory documents are not ready: Form.")
    draft.make(form("submit", override="financer dovoli dopolnitev"), by="officer", now=NOW)
    assert draft.history[-1].overridden == "financer dovoli dopolnitev"


def test_a_contract_needs_its_number_and_day(opened: Opened) -> None:
    approved = opened(SINGLE, *WON[:-1])
    assert sentence(approved, move="contract").startswith("contract_number:")
    assert sentence(approved, move="contract", contract_number="1").startswith("contract_signed_on:")
    approved.make(complete("contract"), by="officer", now=NOW)
    assert approved.contract is not None
    assert approved.contract.number == "C1234-27"
    assert approved.contract.granted is None, "nobody entered it, so it is not zero"


def test_a_rejection_keeps_its_score_and_lessons(opened: Opened) -> None:
    lost = opened(SINGLE, *LOST)
    assert sentence(lost, move="record_rejection", lessons="x").startswith("score:")
    assert sentence(lost, move="record_rejection", no_score="financer ga ne objavi").startswith("lessons:")
    lost.make(complete("record_rejection"), by="officer", now=NOW)
    assert lost.outcome is not None
    assert str(lost.outcome.score) == "62.5"
    assert lost.events[-1].model_dump()["lessons"] == "prej zbrati izjave"


def test_a_returned_application_goes_back_to_the_step_it_came_from(opened: Opened) -> None:
    answer_by = NOW + timedelta(days=8)
    returned = opened(TWO_STAGE, "decide_go", "start_step1", "submit_step1")
    returned.make(form("return_to_us", why="manjka izjava", answer_by=answer_by.isoformat()), by="o", now=NOW)
    assert returned.deadline(NOW) == answer_by
    assert "use the other" in sentence(returned, move="resubmit")
    with pytest.raises(NotAllowed, match="The funder's deadline passed on 9 March 2027, 10:00"):
        returned.make(form("resubmit_step1"), by="o", now=answer_by + timedelta(minutes=1))
    returned.make(form("resubmit_step1"), by="o", now=answer_by)
    assert returned.state == "step1_submitted"
    returned.revert("prehitro zabeleženo", by="o", now=NOW)
    assert returned.deadline(NOW) == answer_by, "taking it back brings the funder's date back"


def test_a_revert_goes_one_step_back_and_is_recorded(opened: Opened) -> None:
    won = opened(SINGLE, *WON)
    assert won.revert_target() == "approved"
    with pytest.raises(NotAllowed):
        won.revert(" ", by="officer", now=NOW)
    won.revert("napačna številka", by="coordinator", now=NOW)
    assert (won.state, won.contract) == ("approved", None)
    entry = won.history[-1]
    assert (entry.kind, entry.before, entry.after) == ("revert", "contracted", "approved")
    assert entry.why == "napačna številka"
    won.revert("še ni odločeno", by="officer", now=NOW)
    assert won.state == "eligible"
    with pytest.raises(NotAllowed, match="cannot be taken back"):
        opened().revert("x", by="officer", now=NOW)


def test_a_withdrawn_call_takes_no_submission(opened: Opened) -> None:
    draft = opened(SINGLE, "decide_go", "start")
    assert not draft.follow(SINGLE.model_copy(update={"status": "withdrawn"}), NOW), "the deadline did not move"
    assert "The funder has withdrawn the call." in sentence(draft, move="submit")
    offered = choice(draft, STATES["draft"].moves[0], NOW)
    assert offered["not_now"] == [GUARDS["call_stands"](draft, form("submit"), NOW).text]  # type: ignore[union-attr]


def test_what_a_move_asks_for_is_told(opened: Opened) -> None:
    approved = opened(SINGLE, *WON[:-1])
    offers = {move.code: choice(approved, move, NOW) for move in STATES["approved"].moves}
    assert offers["contract"]["needs"] == ["contract_number", "contract_signed_on", "granted"]
    assert offers["withdraw"]["needs"] == ["why"]
    assert {row["code"] for row in state_table()} == STATES.keys()


def test_what_happens_tomorrow_cannot_be_recorded_today(opened: Opened) -> None:
    tomorrow = (NOW + timedelta(days=1)).isoformat()
    assert sentence(opened(), move="decide_go", reasons=["will_apply"], happened_at=tomorrow).startswith("happened_at:")
