"""What was decided about funding since a moment: about calls that fit, and in applications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contracts.values import LocalText
from services.funding.applications.application import Application
from services.funding.applications.records import HistoryEntry
from services.funding.applications.store import APPLICATIONS
from services.funding.applications.words import STATE_NAMES, named
from services.funding.matches import StoredMatch
from services.funding.store import MATCHES
from services.funding.strategy.content import LogEntry
from services.funding.triage.decisions import Decision
from services.funding.triage.reasons import REASONS

_CHOICES = {
    "apply": LocalText(sl="prijavimo se", en="we apply"),
    "not_for_us": LocalText(sl="ni za nas", en="not for us"),
    "hand_over": LocalText(sl="predano", en="handed over"),
    "remind_me": LocalText(sl="opomnik", en="reminder"),
}


async def decided_since(database: Any, since: datetime | None) -> list[LogEntry]:
    """Every decision after `since`, or ever; those that were undone since are left out."""
    query: dict[str, Any] = {"decision.at": {"$gt": since}} if since else {"decision": {"$ne": None}}
    matches = [MATCHES.to_aggregate(each) async for each in database[MATCHES.name].find(query)]
    told = [_of_match(each, each.decision) for each in matches if each.decision and each.decision.choice != "remind_me"]
    moved = {"history.at": {"$gt": since}} if since else {}
    applications = [APPLICATIONS.to_aggregate(each) async for each in database[APPLICATIONS.name].find(moved)]
    return told + [
        _of_application(application, entry)
        for application in applications
        for entry in application.history
        if since is None or entry.at > since
    ]


def _of_match(match: StoredMatch, decision: Decision) -> LogEntry:
    choice, reason = _CHOICES[decision.choice], REASONS.get(decision.reason_code or "")
    details = [each for each in (decision.department, decision.words) if each]

    def said(language: str) -> str:
        because = [reason.words.in_language(language)] if reason else []
        tail = "; ".join([*because, *details])
        head = f"{match.call_title} ↔ {match.activity_number} {match.activity_title.in_language(language)}"
        return f"{head}: {choice.in_language(language)}" + (f" ({tail})" if tail else "")

    return LogEntry(at=decision.at, kind="match", text=LocalText(sl=said("sl"), en=said("en")), by=decision.by)


def _of_application(application: Application, entry: HistoryEntry) -> LogEntry:
    state = named(STATE_NAMES, entry.after)
    tail = f" ({entry.why})" if entry.why else ""
    text = LocalText(sl=f"{application.title}: {state.sl}{tail}", en=f"{application.title}: {state.en}{tail}")
    return LogEntry(at=entry.at, kind="application", text=text, by=entry.by)
