"""Amounts, days and dates inside a reason, said in both languages."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date

from contracts.values import LocalText, Money, PartialDate

_SWAPPED = str.maketrans(",.", ".,")
_DAYS_SL = {1: "1 dan", 2: "2 dneva", 3: "3 dni", 4: "4 dni"}


def amount(money: Money) -> LocalText:
    """`80.500 €` and `€80,500`; cents only when there are any; another currency by its code."""
    whole = money.amount == money.amount.to_integral_value()
    english = f"{money.amount:,.0f}" if whole else f"{money.amount:,.2f}"
    slovenian = english.translate(_SWAPPED)
    if money.currency == "EUR":
        return LocalText(sl=f"{slovenian}\xa0€", en=f"€{english}")
    return LocalText(sl=f"{slovenian}\xa0{money.currency}", en=f"{money.currency}\xa0{english}")


def days(count: int) -> LocalText:
    """A number of days up to a hundred, as the object of "there are still": `2 dneva`, `5 dni`."""
    return LocalText(sl=_DAYS_SL.get(count, f"{count} dni"), en="1 day" if count == 1 else f"{count} days")


def day(value: dt.date) -> LocalText:
    """`31. 5. 2028` and `31 May 2028`"""
    return LocalText(sl=f"{value.day}. {value.month}. {value.year}", en=format_date(value, "d MMMM y", locale="en"))


def date(partial: PartialDate) -> LocalText:
    """A date as precisely as it is known: `2028`, `5. 2028` and `May 2028`, `31. 5. 2028` and `31 May 2028`."""
    last = partial.last_day()
    match partial.precision:
        case "year":
            return LocalText(sl=partial.value, en=partial.value)
        case "month":
            return LocalText(sl=f"{last.month}. {last.year}", en=format_date(last, "MMMM y", locale="en"))
        case _:
            return day(last)
