"""What devices measure, in people's words."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from babel.numbers import format_decimal

from contracts.values import LocalText
from services.notifications.matters.telling import both, plain

_PROPERTIES: Final = {
    "pm10": LocalText(sl="delci PM10", en="PM10 particles"),
    "pm2_5": LocalText(sl="delci PM2,5", en="PM2.5 particles"),
    "no2": LocalText(sl="dušikov dioksid", en="nitrogen dioxide"),
    "o3": LocalText(sl="ozon", en="ozone"),
    "so2": LocalText(sl="žveplov dioksid", en="sulphur dioxide"),
    "co2": LocalText(sl="ogljikov dioksid", en="carbon dioxide"),
    "temperature": LocalText(sl="temperatura", en="temperature"),
    "humidity": LocalText(sl="relativna vlažnost", en="relative humidity"),
    "pressure": LocalText(sl="zračni tlak", en="air pressure"),
    "noise": LocalText(sl="hrup", en="noise"),
    "water_level": LocalText(sl="vodostaj", en="water level"),
    "visitors": LocalText(sl="obiski", en="visits"),
}
_UNITS: Final = {
    "ug/m3": "µg/m³",
    "mg/m3": "mg/m³",
    "m3/s": "m³/s",
    "Cel": "°C",
    "%RH": "%",
    "1": "",
}


def property_words(code: str) -> LocalText:
    """One that nobody has named is called by its code."""
    return _PROPERTIES.get(code) or plain(code.replace("_", " "))


def value_words(value: Decimal, unit: str) -> LocalText:
    """'12,4 µg/m³' or '12.4 µg/m³', as exactly as it was measured."""
    pattern = "#,##0." + "#" * 9
    return both(lambda language: f"{format_decimal(value, pattern, language)} {_UNITS.get(unit, unit)}".strip())
