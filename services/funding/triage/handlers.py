"""What triage hears: decisions made in the inbox, and its own, to learn from them."""

from __future__ import annotations

from contracts.funding import MatchDecidedV1
from contracts.notifications import AlertAcknowledgedV1
from kit.bus.handlers import Permanent, handles
from kit.http.problems import Problem
from kit.store import Work
from services.funding.triage import commands
from services.funding.triage.decisions import CHOICES, Decision


@handles(AlertAcknowledgedV1, latest=True)
async def decide_as_in_the_inbox(event: AlertAcknowledgedV1, work: Work) -> None:
    """A decision in the inbox, by somebody who may decide, is the same decision on the board."""
    if event.via != "inbox" or event.call_id is None:
        return
    if event.decision == "undone":
        await commands.undo(await commands.fits_by_inbox(event.call_id, work), event.person, work, via="inbox")
        return
    if event.decision not in CHOICES:
        return
    decided = await commands.fits_by_inbox(event.call_id, work)
    fits = [*await commands.open_fits(event.call_id, work), *decided]
    if not fits:
        return
    decision = Decision(
        choice=event.decision,
        by=event.person,
        at=work.now,
        via="inbox",
        reason_code=event.reason_code or ("other" if event.decision == "not_for_us" else None),
        words=event.reason or None,
        department=event.reason if event.decision == "hand_over" else None,
        remind_on=event.remind_on,
    )
    try:
        await commands.decide(fits, decision, work)
    except Problem as problem:
        raise Permanent("undecidable", f"{problem.detail} ({event.alert_id})") from None


@handles(MatchDecidedV1)
async def learn_from_decisions(event: MatchDecidedV1, work: Work) -> None:
    """Fits that are like the one decided on are judged again with what was learnt."""
    if event.decision in ("not_for_us", "undone", "reopened", "apply"):
        await commands.learn(event.match_id, work)
