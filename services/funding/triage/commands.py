"""Deciding in the store: one decision on one fit or on all fits of a call, its lesson, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable

from kit.http.problems import Problem
from kit.store import Work
from services.funding.judging import judge_again
from services.funding.matches import StoredMatch
from services.funding.offers import LJUBLJANA
from services.funding.prepared import offer_of
from services.funding.store import CALLS, MATCHES, matches_of
from services.funding.triage.decisions import Decision, NotDecided, checked
from services.funding.triage.learning import Lesson
from services.funding.triage.store import forget_lesson, keep_lesson

MOST_ALIKE = 500


async def open_fits(call_id: str, work: Work) -> list[str]:
    """The ids of a call's fits that nobody has decided on."""
    return sorted(await matches_of({"call_id": call_id, "fits": True, "decision": None}, work))


async def fits_by_inbox(call_id: str, work: Work) -> list[str]:
    """The ids of a call's fits whose decision came from the inbox: what is decided there anew holds for them, too."""
    return sorted(await matches_of({"call_id": call_id, "fits": True, "decision.via": "inbox"}, work))


async def decide(match_ids: Iterable[str], decision: Decision, work: Work) -> list[StoredMatch]:
    """Decide alike on several fits of one call. Raises Problem naming the field when something is missing."""
    matches = await _loaded(match_ids, work)
    try:
        decision = checked(decision, work.now.astimezone(LJUBLJANA).date())
        return [await _decide(each, decision, matches, work) for each in matches.values()]
    except NotDecided as missing:
        raise Problem.at(missing.field, str(missing), missing.mend) from None


async def _decide(match: StoredMatch, decision: Decision, together: dict[str, StoredMatch], work: Work) -> StoredMatch:
    call = await work.load(CALLS, match.call_id)
    offer = offer_of(call, work.now) if call else None
    held = decision.model_copy(update={"decisive": dict(offer.decisive) if offer else {}})
    decided = match.decide(held, undecided=await _undecided(match, together, work))
    if decided is match:
        return match
    if decision.choice == "not_for_us" and decision.reason_code and offer:
        lesson = Lesson(
            match_id=match.match_id,
            reason_code=decision.reason_code,
            activity_id=match.activity_id,
            action_number=match.action_number,
            programme=offer.facts.programme,
            funder=offer.facts.funder,
            themes=match.themes,
            co_financing_rate=offer.facts.co_financing_rate,
            call_title=match.call_title,
            at=work.now,
        )
        keep_lesson(lesson, work)
    elif match.put_aside:
        forget_lesson(match.match_id, work)
    return work.save(MATCHES, decided)


async def undo(match_ids: Iterable[str], by: str, work: Work, *, via: str = "board") -> list[StoredMatch]:
    """Take decisions back, with what was learnt from them."""
    matches = await _loaded(match_ids, work)
    undone = []
    for match in matches.values():
        back = match.undo(by, work.now, undecided=await _undecided(match, {}, work) + 1, via=via)
        if back is not match:
            forget_lesson(match.match_id, work)
            back = work.save(MATCHES, back)
        undone.append(back)
    return undone


async def remind(match_id: str, work: Work) -> None:
    """Put a fit back on the board when the day has come that somebody asked to be reminded on."""
    match = await work.load(MATCHES, match_id)
    if match is not None:
        today = work.now.astimezone(LJUBLJANA).date()
        back = match.remind(today, work.now, undecided=await _undecided(match, {}, work) + 1)
        if back is not match:
            work.save(MATCHES, back)


async def learn(match_id: str, work: Work) -> None:
    """Judge the undecided fits again that a lesson of this match may lower, or lowered."""
    match = await work.load(MATCHES, match_id)
    if match is None:
        return
    alike = [{name: value} for name in ("programme", "funder", "action_number") if (value := getattr(match, name))]
    query = {"fits": True, "decision": None, "$or": alike}
    found = await work.find(MATCHES, query, limit=MOST_ALIKE)
    await judge_again({each["_id"]: MATCHES.to_aggregate(each) for each in found}, work)


async def _loaded(match_ids: Iterable[str], work: Work) -> dict[str, StoredMatch]:
    wanted = list(dict.fromkeys(match_ids))
    matches = await matches_of({"_id": {"$in": wanted}}, work)
    for match_id in wanted:
        if match_id not in matches:
            raise Problem(404, f"there is no match {match_id}")
    return matches


async def _undecided(match: StoredMatch, together: dict[str, StoredMatch], work: Work) -> int:
    return len(set(await open_fits(match.call_id, work)) - {match.match_id, *together})
