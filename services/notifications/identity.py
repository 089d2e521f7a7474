"""What makes two alerts the same alert, so that the same thing cannot be told twice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID, uuid5

from contracts.funding import CallFacts
from contracts.values import Money
from services.notifications.kinds import AlertKind

_ALERTS = UUID("7f0b1d5e-6c55-5a0e-9d1c-3d6c1f4e8a21")


def call_version(call: CallFacts) -> str:
    """A fingerprint of the facts on which an applicant decides; other words in a title do not change it.

    Status, deadline, rate, amounts, who may apply and where: when one of them moves, the call is worth
    telling again, even to somebody who had put it aside.
    """
    facts = {
        "status": call.status,
        "deadline": call.deadline and call.deadline.astimezone(UTC).isoformat(),
        "rate": _number(call.co_financing_rate),
        "least": _money(call.min_amount),
        "most": _money(call.max_amount),
        "applicants": sorted({applicant.casefold() for applicant in call.eligible_applicants}),
        "territory": call.territory,
    }
    return sha256(_canonical(facts)).hexdigest()[:12]


def alert_id_for(kind: AlertKind, person: str, call: CallFacts) -> str:
    """The one id an alert of this kind, person and version of a call can have."""
    return str(uuid5(_ALERTS, _canonical([kind, person, call.call_id, call_version(call)]).decode()))


def silence_id_for(subscription_id: str, match_id: str, call: CallFacts, code: str) -> str:
    """The one id of a subscription not being told of a match for one reason."""
    return str(uuid5(_ALERTS, _canonical([subscription_id, match_id, call_version(call), code]).decode()))


def change_alert_id(kind: AlertKind, person: str, call_id: str, sequence: int, fields: Iterable[str] = ()) -> str:
    """The one id an alert of a person about the change that made a call's version `sequence` can have.

    A change and a reopening of one version are one thing. `fields`: those that a first mail about it did not tell.
    """
    what = "call_changed" if kind == "call_reopened" else kind
    return str(uuid5(_ALERTS, _canonical([what, person, call_id, sequence, *sorted(fields)]).decode()))


def change_silence_id(subscription_id: str, kind: AlertKind, call_id: str, sequence: int, code: str) -> str:
    """The one id of a subscription not being told of a call's change for one reason."""
    return str(uuid5(_ALERTS, _canonical([subscription_id, kind, call_id, sequence, code]).decode()))


def matter_alert_id(kind: AlertKind, person: str, about: str, about_id: str, occasion: str) -> str:
    """The one id an alert of a person about one occasion of a matter can have."""
    return str(uuid5(_ALERTS, _canonical(["matter", kind, person, about, about_id, occasion]).decode()))


def matter_silence_id(asked_by: str, kind: AlertKind, about: str, about_id: str, occasion: str, code: str) -> str:
    """The one id of not being told of one occasion of a matter for one reason."""
    return str(uuid5(_ALERTS, _canonical([asked_by, kind, about, about_id, occasion, code]).decode()))


def reminder_id(person: str, call_id: str, deadline: datetime, days: int) -> str:
    """The one id of a person's reminder so many days before one deadline of a call, whether it is told or left out."""
    when = deadline.astimezone(UTC).isoformat()
    return str(uuid5(_ALERTS, _canonical(["deadline_near", person, call_id, when, days]).decode()))


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _number(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _money(money: Money | None) -> str | None:
    return None if money is None else f"{_number(money.amount)} {money.currency}"
