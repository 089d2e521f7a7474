"""Reading an application's history: where it came from, and whether every entry was allowed."""

from __future__ import annotations

from collections.abc import Sequence

from services.funding.applications.records import HistoryEntry
from services.funding.applications.states import FIRST, STATES


def path(history: Sequence[HistoryEntry]) -> list[str]:
    """The states passed through to the present one, without those that were taken back; the present is left out."""
    passed: list[str] = []
    for entry in history:
        if entry.kind == "move" and entry.before is not None:
            passed.append(entry.before)
        elif entry.kind == "revert":
            passed.pop()
    return passed


def replay(history: Sequence[HistoryEntry]) -> str:
    """The state the history leads to. Raises ValueError at the first entry the table of states does not allow."""
    state, passed = FIRST, list[str]()
    for entry in history:
        if entry.kind == "opened":
            continue
        if entry.before != state:
            raise ValueError(f"{entry.move} began at {entry.before}, but the application was at {state}")
        if entry.kind == "move":
            move = STATES[state].move(entry.move)
            if move is None or move.to != entry.after:
                raise ValueError(f"{entry.move} does not lead from {state} to {entry.after}")
            passed.append(state)
        elif not passed or passed.pop() != entry.after or entry.after not in STATES[state].reverts:
            raise ValueError(f"{state} cannot be put back to {entry.after}")
        state = entry.after
    return state
