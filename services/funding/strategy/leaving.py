"""Why a call of the last revision is no opportunity any more, in words."""

from __future__ import annotations

from contracts.values import LocalText
from services.funding.calls import Call
from services.funding.matches import StoredMatch
from services.funding.triage.reasons import REASONS

_STATUS = {
    "closed": LocalText(sl="Razpis je zaključen.", en="The call is closed."),
    "withdrawn": LocalText(sl="Razpis je preklican.", en="The call was withdrawn."),
}


def why_gone(call: Call | None, put_aside: StoredMatch | None) -> LocalText:
    """`put_aside`: a fit of the call that somebody decided against, if there is one."""
    if call is None:
        return LocalText(sl="Razpis ni več znan.", en="The call is not known any more.")
    if call.joined_into:
        return LocalText(sl="Razpis se nadaljuje pod drugo objavo.", en="The call goes on under another publication.")
    if call.status in _STATUS:
        return _STATUS[call.status]
    if put_aside is not None and put_aside.decision is not None:
        reason = REASONS.get(put_aside.decision.reason_code or "")
        words = put_aside.decision.words or ""
        sl, en = (reason.words.sl, reason.words.en) if reason else (words, words)
        return LocalText(sl=f"Odločeno, da ni za nas: {sl}", en=f"Decided that it is not for us: {en}")
    return LocalText(sl="Ne ustreza nobeni aktivnosti več.", en="It fits no activity any more.")
