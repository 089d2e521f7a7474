"""Amounts as forms take them: none is below nought."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from contracts.values import Money


def _not_negative(amount: Money) -> Money:
    if amount.amount < 0:
        raise ValueError("it is below zero; write zero or more, or leave it out while it is not known")
    return amount


NotNegative = Annotated[Money, AfterValidator(_not_negative)]
