"""The states of an application, one row each: where it may go, under which conditions, and where it may be put back.

The rows follow Jems (Interreg), whose 24 states are the fullest public model, seen from the applicant's desk: the
decision to apply comes before them, the lesson of a refusal and the own withdrawal after them. Codes are stable;
their names for people are in `words.py`. Whatever a row does not name is not allowed.
"""

from __future__ import annotations

from dataclasses import dataclass

STAGES = ("deciding", "preparing", "assessment", "contract", "carrying_out", "over")
FIRST = "considered"


@dataclass(frozen=True, slots=True)
class Move:
    """One way on: its code, the state it leads to, and the guards that must let it pass (`guards.py`)."""

    code: str
    to: str
    guards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """One state. `step`: the step of a two-stage call it belongs to, 2 for the whole of a single-stage call."""

    code: str
    stage: str
    step: int | None
    moves: tuple[Move, ...]
    reverts: tuple[str, ...]

    def move(self, code: str) -> Move | None:
        return next((move for move in self.moves if move.code == code), None)


def _row(code: str, stage: str, step: int | None, moves: str, reverts: str = "") -> State:
    """`moves` is one line per move: code > target, then its guards."""
    return State(code, stage, step, tuple(map(_move, moves.strip().splitlines())), tuple(reverts.split()))


def _move(line: str) -> Move:
    code, _, to, *guards = line.split()
    return Move(code, to, tuple(guards))


_WITHDRAW = "withdraw > withdrawn why"

ROWS = (
    _row(
        "considered",
        "deciding",
        None,
        """
        decide_go > go_decided reasons call_stands
        decide_no_go > no_go reasons
        """,
    ),
    _row(
        "go_decided",
        "deciding",
        None,
        f"""
        start_step1 > step1_draft two_stage call_stands
        start > draft single_stage call_stands
        {_WITHDRAW}
        """,
        "considered",
    ),
    _row("no_go", "over", None, "reconsider > considered why", "considered"),
    _row(
        "step1_draft",
        "preparing",
        1,
        f"submit_step1 > step1_submitted call_stands before_deadline checklist\n{_WITHDRAW}",
        "go_decided",
    ),
    _row(
        "step1_submitted",
        "assessment",
        1,
        f"""
        find_eligible > step1_eligible
        find_ineligible > step1_ineligible
        return_to_us > returned_to_applicant why
        {_WITHDRAW}
        """,
        "step1_draft returned_to_applicant",
    ),
    _row(
        "step1_eligible",
        "assessment",
        1,
        f"""
        approve_step1 > step1_approved
        approve_step1_with_conditions > step1_approved_with_conditions conditions
        not_approve_step1 > step1_not_approved
        {_WITHDRAW}
        """,
        "step1_submitted",
    ),
    _row("step1_ineligible", "assessment", 1, "record_rejection > rejected score lessons", "step1_submitted"),
    _row("step1_approved", "preparing", 2, f"start_step2 > draft call_stands\n{_WITHDRAW}", "step1_eligible"),
    _row(
        "step1_approved_with_conditions",
        "preparing",
        2,
        f"start_step2 > draft call_stands\n{_WITHDRAW}",
        "step1_eligible",
    ),
    _row("step1_not_approved", "assessment", 1, "record_rejection > rejected score lessons", "step1_eligible"),
    _row(
        "draft",
        "preparing",
        2,
        f"submit > submitted call_stands before_deadline checklist\n{_WITHDRAW}",
        "go_decided step1_approved step1_approved_with_conditions",
    ),
    _row(
        "submitted",
        "assessment",
        2,
        f"""
        find_eligible > eligible
        find_ineligible > ineligible
        return_to_us > returned_to_applicant why
        {_WITHDRAW}
        """,
        "draft returned_to_applicant",
    ),
    _row(
        "eligible",
        "assessment",
        2,
        f"""
        approve > approved
        approve_with_conditions > approved_with_conditions conditions
        not_approve > not_approved
        return_to_us > returned_to_applicant why
        {_WITHDRAW}
        """,
        "submitted",
    ),
    _row("ineligible", "assessment", 2, "record_rejection > rejected score lessons", "submitted"),
    _row(
        "returned_to_applicant",
        "preparing",
        None,
        f"""
        resubmit_step1 > step1_submitted came_from_step1 answer_in_time
        resubmit > submitted came_from_step2 answer_in_time
        {_WITHDRAW}
        """,
        "step1_submitted submitted eligible",
    ),
    _row(
        "approved",
        "contract",
        2,
        f"""
        contract > contracted contract
        request_change > modification_precontracting why
        {_WITHDRAW}
        """,
        "eligible conditions_submitted modification_precontracting_submitted",
    ),
    _row(
        "approved_with_conditions",
        "contract",
        2,
        f"submit_conditions > conditions_submitted answer_in_time\n{_WITHDRAW}",
        "eligible",
    ),
    _row("not_approved", "assessment", 2, "record_rejection > rejected score lessons", "eligible conditions_submitted"),
    _row(
        "conditions_submitted",
        "contract",
        2,
        f"""
        approve > approved
        not_approve > not_approved
        return_for_conditions > returned_for_conditions why
        {_WITHDRAW}
        """,
        "approved_with_conditions returned_for_conditions",
    ),
    _row(
        "returned_for_conditions",
        "contract",
        2,
        f"submit_conditions > conditions_submitted answer_in_time\n{_WITHDRAW}",
        "conditions_submitted",
    ),
    _row(
        "modification_precontracting",
        "contract",
        2,
        f"submit_change > modification_precontracting_submitted\n{_WITHDRAW}",
        "approved modification_precontracting_submitted",
    ),
    _row(
        "modification_precontracting_submitted",
        "contract",
        2,
        f"""
        approve > approved
        return_change > modification_precontracting why
        {_WITHDRAW}
        """,
        "modification_precontracting",
    ),
    _row(
        "contracted",
        "carrying_out",
        None,
        f"""
        begin_reporting > reporting
        request_change > in_modification why
        {_WITHDRAW}
        """,
        "approved modification_submitted modification_rejected",
    ),
    _row(
        "in_modification",
        "carrying_out",
        None,
        f"submit_change > modification_submitted\n{_WITHDRAW}",
        "contracted reporting modification_submitted modification_rejected",
    ),
    _row(
        "modification_submitted",
        "carrying_out",
        None,
        f"""
        accept_change > contracted
        reject_change > modification_rejected why
        return_change > in_modification why
        {_WITHDRAW}
        """,
        "in_modification",
    ),
    _row(
        "modification_rejected",
        "carrying_out",
        None,
        f"""
        carry_on > contracted
        request_change > in_modification why
        {_WITHDRAW}
        """,
        "modification_submitted",
    ),
    _row(
        "reporting",
        "carrying_out",
        None,
        f"""
        request_change > in_modification why
        close > closed tasks_done
        {_WITHDRAW}
        """,
        "contracted",
    ),
    _row("closed", "over", None, "", "reporting"),
    _row("rejected", "over", None, "", "step1_ineligible step1_not_approved ineligible not_approved"),
)
_WITHDRAWABLE = tuple(row.code for row in ROWS if row.move("withdraw"))
STATES: dict[str, State] = {
    row.code: row for row in (*ROWS, State("withdrawn", "over", None, moves=(), reverts=_WITHDRAWABLE))
}
OVER = tuple(code for code, state in STATES.items() if state.stage == "over")
