"""What a person types into the ledger's forms, as exact values: '1.250.000,50', '85 %', '31. 12. 2027'."""

from __future__ import annotations

import re
from decimal import Decimal

from contracts.values import Money, PartialDate
from services.funding.ledger.refusal import Refused
from services.funding.ledger.totals import CENT
from services.funding.sources.amounts import UnreadableAmount, read_number

_EURO = re.compile(r"\s*(?:€|EUR)\s*", re.IGNORECASE)
_OTHER_CURRENCY = re.compile(r"[A-Z]{3}|[$£]")
_DAY = re.compile(r"^(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})$")
_MONTH = re.compile(r"^(\d{1,2})\.?\s*[/.]\s*(\d{4})$")


def typed_amount(text: str, field: str) -> Money | None:
    """An amount in euros as a Slovenian types it; None for an empty field, which is unknown and not zero."""
    plain = _EURO.sub("", text.strip()).strip()
    if not plain:
        return None
    if _OTHER_CURRENCY.search(plain):
        raise Refused.at(
            field,
            f"“{text.strip()}” is not in euros",
            "write the amount in euros, such as 1.250.000,50",
            f"»{text.strip()}« ni v evrih. Vpišite znesek v evrih, na primer 1.250.000,50.",
        )
    if plain.startswith(("-", "−", "–")):
        raise Refused.at(
            field,
            f"“{text.strip()}” is below zero",
            "write an amount of zero or more, such as 34.500,00",
            f"»{text.strip()}« je manj kot nič. Vpišite znesek, ki ni negativen, na primer 34.500,00.",
        )
    try:
        return Money(amount=read_number(plain).quantize(CENT))
    except (UnreadableAmount, ValueError):
        raise Refused.at(
            field,
            f"“{text.strip()}” may mean two amounts or none",
            "write it as 1.250.000,50 or 1250000",
            f"»{text.strip()}« lahko pomeni dva zneska ali nobenega. Vpišite ga kot 1.250.000,50 ali 1250000.",
        ) from None


def typed_share(text: str, field: str) -> Decimal | None:
    """A share in per cent ('85', '85 %', '72,5') as a number from 0 to 1; None for an empty field."""
    plain = text.replace("%", "").strip()
    if not plain:
        return None
    try:
        share = read_number(plain) / 100
    except UnreadableAmount:
        raise Refused.at(
            field,
            f"“{text.strip()}” is no share in per cent",
            "write it as 85 or 72,5",
            f"»{text.strip()}« ni delež v odstotkih. Vpišite ga kot 85 ali 72,5.",
        ) from None
    if share > 1:
        raise Refused.at(
            field,
            f"{plain} % is more than 100 %",
            "write a share from 0 to 100 per cent",
            f"{plain} % je več kot 100 %. Vpišite delež od 0 do 100 odstotkov.",
        )
    return share


def typed_number(text: str, field: str) -> Decimal:
    """A plain number such as '1,12' or '60', with as many decimals as were typed."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except ArithmeticError:
        raise Refused.at(
            field,
            f"“{text.strip()}” is no number",
            "write it as 1,12 or 60",
            f"»{text.strip()}« ni število. Vpišite ga kot 1,12 ali 60.",
        ) from None
    if not number.is_finite() or number < 0:
        raise Refused.at(
            field,
            f"“{text.strip()}” cannot be used",
            "write a number of zero or more",
            f"Število »{text.strip()}« ni uporabno. Vpišite število, ki ni negativno.",
        )
    return number


def typed_date(text: str, field: str) -> PartialDate | None:
    """'2027', '5/2027', '31. 12. 2027' or the ISO form of each, as precise as it was typed; None for an empty field."""
    plain = text.strip()
    if not plain:
        return None
    if day := _DAY.match(plain):
        plain = f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}"
    elif month := _MONTH.match(plain):
        plain = f"{month[2]}-{int(month[1]):02}"
    try:
        return PartialDate(value=plain)
    except ValueError:
        raise Refused.at(
            field,
            f"“{text.strip()}” is no date",
            "write the day, the month or the year: 31. 12. 2027, 12/2027, 2027",
            f"»{text.strip()}« ni datum. Vpišite dan, mesec ali leto: 31. 12. 2027, 12/2027, 2027.",
        ) from None
