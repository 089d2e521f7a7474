"""What was won, as grants of the 360Giving Data Standard: https://standard.threesixtygiving.org (version 1.4).

A grant needs an amount and the day it was awarded; a contract without them is left out, and the package says so.
Optional fields that are not known are not given. Nobody's name is: neither who recorded it nor who answers for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from contracts.values import Money
from services.funding.ledger.rows import SettledRow
from services.funding.obligations.awards import Award
from services.funding.obligations.commitments import Commitment

VERSION = "1.4"
_FUNDERS = {"eu", "state"}


@dataclass(frozen=True, slots=True)
class Publisher:
    """The municipality: its code, its name, and the address its pages stand at."""

    code: str
    name: str
    site: str


@dataclass(frozen=True, slots=True)
class Won:
    """A contract with what the other parts know of it.

    `granted`: what the application's contract says. `asked`: what the financing asks of the EU and the State.
    `state`: that of the application; None without one. `commitments`: those that name the contract.
    """

    award: Award
    granted: Money | None = None
    asked: Sequence[SettledRow] = ()
    state: str | None = None
    commitments: Sequence[Commitment] = ()

    @property
    def amount(self) -> Money | None:
        return self.award.amount or self.granted


def package(won: Iterable[Won], publisher: Publisher, now: datetime) -> dict[str, Any]:
    """The data package: every grant that can be stated, and what was left out with its reason."""
    grants, left_out = [], []
    for each in won:
        reason = _lacking(each)
        if reason is None and each.amount is not None:
            grants.append(_grant(each, each.amount, publisher))
        else:
            left_out.append({"id": _grant_id(each.award, publisher), "reason": reason})
    return {
        "version": VERSION,
        "title": f"{publisher.name}: grants received",
        "issued": f"{now:%Y-%m-%d}",
        "publisher": {"name": publisher.name, "website": publisher.site},
        "grants": grants,
        "leftOut": left_out,
    }


def _lacking(won: Won) -> str | None:
    if won.state not in (None, "contracted", "reporting", "closed"):
        return "its application is not under contract"
    if won.amount is None:
        return "the amount awarded is not known"
    if won.award.signed_on.precision != "day":
        return "the day of the contract is not known"
    return None


def _grant(won: Won, amount: Money, publisher: Publisher) -> dict[str, Any]:
    award = won.award
    grant: dict[str, Any] = {
        "id": _grant_id(award, publisher),
        "title": award.title[:140],
        "description": award.title if not award.contract_reference else f"{award.title} ({award.contract_reference})",
        "currency": amount.currency,
        "amountAwarded": _number(amount.amount),
        "awardDate": award.signed_on.value,
        "fundingOrganization": [{"id": _organisation(award.funder, publisher), "name": award.funder}],
        "recipientOrganization": [{"id": _organisation(publisher.name, publisher), "name": publisher.name}],
        "plannedDates": [{"startDate": award.signed_on.value}],
    }
    if award.ends_on is not None:
        grant["plannedDates"][0]["endDate"] = award.ends_on.value
    if award.call_id is not None:
        grant["fromOpenCall"] = "Yes"
    if (asked := _asked(won.asked, amount.currency)) is not None:
        grant["amountAppliedFor"] = _number(asked)
    received = [each.received.amount for each in won.commitments if each.amount.currency == amount.currency]
    if received:
        grant["amountDisbursed"] = _number(sum(received, Decimal(0)))
    return grant


def _asked(rows: Sequence[SettledRow], currency: str) -> Decimal | None:
    """What EU and State are asked for together; None while a part of it is not known."""
    theirs = [row.amount for row in rows if row.source in _FUNDERS]
    known = [each.amount for each in theirs if each is not None and each.currency == currency]
    return sum(known, Decimal(0)) if known and len(known) == len(theirs) else None


def _grant_id(award: Award, publisher: Publisher) -> str:
    return f"cinnabar-{publisher.code}-{award.award_id}"


def _organisation(name: str, publisher: Publisher) -> str:
    """An identifier of our own, for no register's number is known here: the same name has the same one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return f"cinnabar-{publisher.code}-{re.sub(r'[^a-z0-9]+', '-', plain).strip('-')}"


def _number(amount: Decimal) -> float:
    """The standard wants JSON numbers: two decimals of any sum a city can win stand in one exactly as written."""
    return float(amount)
