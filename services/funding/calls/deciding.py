"""Carries out what a person decided on two calls that may be one: both calls, their names, and their versions."""

from __future__ import annotations

from collections.abc import Callable

from kit.http.problems import Problem
from kit.store import Work
from services.funding.calls.call import Call
from services.funding.calls.joins import Changes, Join, Undecidable
from services.funding.calls.store import CALLS, JOINS, NAMES, keep


async def confirm(join_id: str, by: str, work: Work) -> Join:
    """The two are one from now on. Raises Problem 404, or 409 when that cannot be decided now."""
    join = await _join(join_id, work)
    await _carry_out(join, lambda stays, goes: join.confirm(stays, goes, by=by, now=work.now), by, work)
    for name in await work.find(NAMES, {"call_id": join.goes}):
        work.put(NAMES, {**name, "call_id": join.stays})
    return work.save(JOINS, join)


async def refuse(join_id: str, by: str, work: Work) -> Join:
    """The two are two calls. Raises Problem 404 or 409."""
    join = await _join(join_id, work)
    try:
        join.refuse(by=by, now=work.now)
    except Undecidable as reason:
        raise Problem(409, str(reason)) from None
    return work.save(JOINS, join)


async def undo(join_id: str, by: str, work: Work) -> Join:
    """As if nothing had been decided. Raises Problem 404 or 409."""
    join = await _join(join_id, work)
    moved = set(join.moved)
    await _carry_out(join, lambda stays, goes: join.undo(stays, goes, by=by, now=work.now), by, work)
    for name in await work.find(NAMES, {"call_id": join.stays}) if moved else ():
        if (name["source"], name["key"]) in moved:
            work.put(NAMES, {**name, "call_id": join.goes})
    return work.save(JOINS, join)


async def _carry_out(join: Join, decide: Callable[[Call, Call], Changes], by: str, work: Work) -> None:
    calls = [await work.load(CALLS, call_id) for call_id in (join.stays, join.goes)]
    stays, goes = calls
    if stays is None or goes is None:
        raise Problem(409, "one of the two calls is not known any more")
    try:
        changes = decide(stays, goes)
    except Undecidable as reason:
        raise Problem(409, str(reason)) from None
    for call, changed in zip((stays, goes), changes, strict=True):
        if changed or call.events:
            keep(call, changed, work, by=by)


async def _join(join_id: str, work: Work) -> Join:
    join = await work.load(JOINS, join_id)
    if join is None:
        raise Problem(404, f"there is no suggestion {join_id}")
    return join


DECISIONS = {"confirm": confirm, "refuse": refuse, "undo": undo}
