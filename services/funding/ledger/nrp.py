"""Who may change a project of the development programme (NRP): the mayor up to a share, above it the council.

The share is what the municipality's own budget ordinance says, and is read from the dated parameter
`nrp_mayor_may_raise`; one ordinance in use says 20 %.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from contracts.values import LocalText, Money, Value


class Verdict(Value):
    """Who decides on a change of a project from its adopted to a new amount, and up to where the mayor may."""

    decides: Literal["nobody", "mayor", "council"]
    raised_by: Decimal | None = None
    mayor_up_to: Money
    text: LocalText


def judge(adopted: Money, wanted: Money, may_raise: Decimal) -> Verdict:
    """The verdict on one project's amount in one year, measured from what the council adopted, not from later changes.

    Exactly the allowed share is still the mayor's; lowering is, too.
    """
    limit = adopted.times(1 + may_raise)
    share = (wanted.amount - adopted.amount) / adopted.amount if adopted.amount else None
    percent = f"{may_raise * 100:.4g}".replace(".", ",")
    if wanted.amount == adopted.amount:
        decides, text = "nobody", LocalText(sl="Znesek ostane, kot je sprejet.", en="The amount stays as adopted.")
    elif wanted.amount <= limit.amount:
        decides, text = (
            "mayor",
            LocalText(
                sl=f"Župan sme projekt povečati do {percent} % sprejetega zneska.",
                en=f"The mayor may raise a project by up to {may_raise * 100:.4g} % of the adopted amount.",
            ),
        )
    else:
        decides, text = (
            "council",
            LocalText(
                sl=f"Povečanje presega {percent} % sprejetega zneska, zato odloča občinski svet.",
                en=f"The rise is beyond {may_raise * 100:.4g} % of the adopted amount, so the council decides.",
            ),
        )
    return Verdict(decides=decides, raised_by=share, mayor_up_to=limit, text=text)
