"""What the contract of an application commits to the plan's activities, as far as that is known for certain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.values import LocalText, Money
from services.funding.ledger.rows import SettledRow
from services.funding.obligations.awards import Lacking
from services.funding.obligations.commitments import SourceClass

_OF_ROWS: dict[str, SourceClass] = {
    "eu": "eu",
    "state": "regional_national",
    "partner": "partnership",
    "private": "private",
}
# Publishers whose calls pay money of one kind only. Ministries announce both kinds.
_OF_PUBLISHERS: dict[str, SourceClass] = {
    **dict.fromkeys(("eu-portal", "evropskasredstva.si", "skp"), "eu"),
    **dict.fromkeys(("eko-sklad", "spirit", "srrs"), "regional_national"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the grant, and what kind of money it is."""

    source_class: SourceClass
    amount: Money


def shares_of(
    granted: Money | None, activities: int, rows: Sequence[SettledRow], publisher: str, *, eu_pays: bool
) -> list[Share] | Lacking:
    """The grant by kind of money, or what has to be known before a person can commit it.

    `rows` are the application's financing, empty without one; `publisher` is the source of its call, and `eu_pays`
    whether that names a contribution of the EU.
    """
    if granted is None or granted.amount <= 0:
        return _lacking("znesek v pogodbi ni znan", "the contract's amount is not known")
    if activities != 1:
        return _lacking(
            f"pogodba plača {activities} aktivnosti, in ni znano, koliko gre kateri",
            f"the contract pays for {activities} activities, and how much goes to which is not known",
        )
    external = [row for row in rows if row.source in _OF_ROWS]
    kinds = {_OF_ROWS[row.source] for row in external}
    if not external and (kind := "eu" if eu_pays else _OF_PUBLISHERS.get(publisher)):
        kinds = {kind}
    if len(kinds) == 1:
        return [Share(kinds.pop(), granted)]
    amounts = [row.amount for row in external]
    known = [each.amount for each in amounts if each is not None and each.currency == granted.currency]
    if not external or len(known) < len(amounts) or sum(known, Decimal(0)) != granted.amount:
        return _lacking(
            "ni znano, koliko plača kdo (EU, država, drugi)", "how much of it who pays (EU, State, others) is not known"
        )
    return [
        Share(kind, granted.model_copy(update={"amount": _sum_of(kind, external)}))
        for kind in dict.fromkeys(_OF_ROWS[row.source] for row in external)
    ]


def _sum_of(kind: SourceClass, rows: Sequence[SettledRow]) -> Decimal:
    return sum((row.amount.amount for row in rows if row.amount and _OF_ROWS[row.source] == kind), Decimal(0))


def _lacking(sl: str, en: str) -> Lacking:
    text = LocalText(
        sl=f"Sredstva še niso vpisana k aktivnosti: {sl}. Vpišite jih pod »Obljubljena sredstva«.",
        en=f"The money is not committed to an activity yet: {en}. Record it under “Commitments”.",
    )
    return Lacking(kind="commitment", text=text)
