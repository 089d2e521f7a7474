"""A call as a CommonGrants opportunity (protocol 0.4, OpportunityBase). What is not known is left out.

Times in the protocol have no zone, so each event says whose clock it means. A withdrawn call and one of unknown
status have a custom status of that name, because the protocol knows neither.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from contracts.funding import CallStatus, deadline_to_meet
from contracts.values import Money, PartialDate
from services.funding.applicant_names import named
from services.funding.calls import Call
from services.funding.common_grants.ids import uuid_of
from services.funding.sources.parsed_call import Deadline

ZONE = "Europe/Ljubljana"
STATUS: dict[CallStatus, str] = {"forecast": "forecasted", "open": "open", "closed": "closed"}
_APPLICANTS = {
    "government_municipal": "government_municipal",
    "government_state": "government_state",
    "individual": "individual",
    "unrestricted": "unrestricted",
}


def opportunity(call: Call, now: datetime) -> dict[str, Any]:
    """The opportunity's JSON."""
    return _known(
        id=str(uuid_of(call.call_id)),
        title=call.title,
        status=_status(call),
        description=call.description or call.title,
        funding=_funding(call),
        keyDates=_key_dates(call, now),
        acceptedApplicantTypes=[_applicant(code) for code in call.eligible_applicants] or None,
        source=call.url if (call.url or "").startswith(("https://", "http://")) else None,
        customFields=_custom_fields(call),
        createdAt=call.first_seen_at.isoformat(),
        lastModifiedAt=call.last_changed_at.isoformat(),
    )


def _status(call: Call) -> dict[str, Any]:
    value = STATUS.get(call.status)
    custom = None if value else call.status
    return _known(value=value or "custom", customValue=custom, description=call.status_phrase)


def _funding(call: Call) -> dict[str, Any] | None:
    funding = _known(
        totalAmountAvailable=_money(call.budget),
        minAwardAmount=_money(call.min_amount),
        maxAwardAmount=_money(call.max_amount),
    )
    if call.until_funds_run_out:
        funding["details"] = "Open until the money runs out."
    return funding or None


def _money(money: Money | None) -> dict[str, str] | None:
    return None if money is None else {"amount": f"{money.amount:.2f}", "currency": money.currency}


def _key_dates(call: Call, now: datetime) -> dict[str, Any] | None:
    closes = deadline_to_meet(call.deadlines, now)
    others = {
        f"deadline{number}": _deadline(each, f"Deadline {number}")
        for number, each in enumerate(call.deadlines, start=1)
        if each is not closes
    }
    if closes is not None:
        close: dict[str, Any] | None = _deadline(closes, "Deadline")
    elif call.until_funds_run_out or call.deadline_phrase:
        details = call.deadline_phrase or "until the money runs out"
        close = {"eventType": "other", "name": "Deadline", "details": details}
    else:
        close = None
    return _known(postDate=_opens(call.opens), closeDate=close, otherDates=others or None) or None


def _opens(opens: PartialDate | None) -> dict[str, Any] | None:
    if opens is None:
        return None
    if opens.precision == "day":
        return {"eventType": "singleDate", "name": "Opens", "date": opens.value}
    return {"eventType": "other", "name": "Opens", "details": opens.phrase or opens.value}


def _deadline(deadline: Deadline, name: str) -> dict[str, Any]:
    local = deadline.at.astimezone(ZoneInfo(ZONE))
    kinds = {"stage": "one of several stages", "cut_off": "one of several cut-off dates"}
    about = "; ".join(filter(None, [kinds.get(deadline.kind), f"time of {ZONE}"]))
    event = {"eventType": "singleDate", "name": name, "description": about, "date": f"{local:%Y-%m-%d}"}
    return event | ({"time": f"{local:%H:%M:%S}"} if deadline.hour_stated else {})


def _applicant(code: str) -> dict[str, str]:
    known = _APPLICANTS.get(code)
    return {"value": known} if known else {"value": "custom", "customValue": code, "description": named(code).en}


def _custom_fields(call: Call) -> dict[str, Any] | None:
    """The protocol's own catalogue of custom fields, as far as we know them."""
    fields: dict[str, Any] = {}
    if call.co_financing_rate is not None:
        own = (1 - call.co_financing_rate) * 100
        fields["costSharing"] = {
            "name": "costSharing",
            "fieldType": "object",
            "value": {
                "isRequired": own > 0,
                "percentage": _number(own),
                "details": "the applicant's share of the cost",
            },
        }
    texts = {"agency": call.funder, "programme": call.programme, "officialReference": call.reference}
    for name, text in texts.items():
        if text:
            fields[name] = {"name": name, "fieldType": "string", "value": text}
    if call.documents:
        value = [{"name": each.title or each.url, "downloadUrl": each.url} for each in call.documents]
        fields["attachments"] = {"name": "attachments", "fieldType": "array", "value": value}
    return fields or None


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _known(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
