"""What rules a call out for an activity, whatever else speaks for it: who, where, when, how much."""

from __future__ import annotations

from datetime import date

from contracts.values import LocalText, Reason
from services.funding import spoken, territory_names
from services.funding.applicant_names import named
from services.funding.needs import Need
from services.funding.offers import Offer
from services.funding.territory import covers


def closed_gate(offer: Offer, need: Need, today: date) -> Reason | None:
    """The first thing that rules the call out, or None. What is not known rules nothing out."""
    return _activity(need) or shut(offer, today) or _where(offer, need) or _how_much(offer, need)


def shut(offer: Offer, today: date) -> Reason | None:
    """What rules a call out for every activity: it is over, or not for a municipality. None while it may fit some."""
    return _status(offer) or _deadline(offer, today) or _who(offer)


def _activity(need: Need) -> Reason | None:
    if need.removed:
        return _reason("activity_removed", "Aktivnosti ni več v načrtu.", "The plan no longer has the activity.")
    if need.open_cost is not None and need.open_cost.amount <= 0:
        return _reason(
            "already_funded", "Aktivnost že ima ves potrebni denar.", "The activity already has all its money."
        )
    return None


def _status(offer: Offer) -> Reason | None:
    evidence = "; ".join(f"{each.says}, {each.against}" for each in offer.conflicts if each.field == "status")
    if offer.facts.status == "closed":
        return _reason("call_closed", "Razpis je zaključen.", "The call is closed.", evidence or None)
    if offer.facts.status == "withdrawn":
        return _reason("call_withdrawn", "Razpis je preklican.", "The call was withdrawn.")
    return None


def _deadline(offer: Offer, today: date) -> Reason | None:
    if offer.until_funds_run_out or offer.last_day is None or offer.last_day >= today:
        return None
    return _reason(
        "deadline_past",
        f"Rok je potekel {offer.last_day.day}. {offer.last_day.month}. {offer.last_day.year}.",
        f"The deadline passed on {offer.last_day.day} {offer.last_day:%B %Y}.",
        "; ".join(f"{each.says}, {each.against}" for each in offer.conflicts) or None,
    )


def _who(offer: Offer) -> Reason | None:
    if offer.municipality_may_apply is not False:
        return None
    may = [named(code) for code in offer.facts.eligible_applicants]
    return _reason(
        "municipality_not_eligible",
        f"Občina ni med upravičenimi prijavitelji; to so {', '.join(name.sl for name in may)}.",
        f"A municipality is not among those who may apply: {', '.join(name.en for name in may)}.",
    )


def _where(offer: Offer, need: Need) -> Reason | None:
    if covers(offer.facts.territory, need.territory) is not False:
        return None
    theirs, ours = territory_names.named(offer.facts.territory or ""), territory_names.named(need.territory)
    return _reason(
        "outside_territory",
        f"Razpis ne velja za območje aktivnosti ({ours.sl}); velja za: {theirs.sl}.",
        f"The call does not cover the place of the activity ({ours.en}), but {theirs.en}.",
    )


def _how_much(offer: Offer, need: Need) -> Reason | None:
    least, cost = offer.facts.min_amount, need.open_cost
    if least is None or cost is None or least.currency != cost.currency or cost.amount >= least.amount:
        return None
    ours, theirs = spoken.amount(cost), spoken.amount(least)
    return _reason(
        "below_minimum",
        f"Aktivnost potrebuje {ours.sl}, najmanjši znesek razpisa pa je {theirs.sl}.",
        f"The activity needs {ours.en}, and the least the call gives is {theirs.en}.",
    )


def _reason(code: str, sl: str, en: str, evidence: str | None = None) -> Reason:
    return Reason(code=code, text=LocalText(sl=sl, en=en), evidence=evidence)
