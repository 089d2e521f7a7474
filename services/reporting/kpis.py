"""The key figures: each one function, defined in its docstring and in words for readers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from contracts.values import LocalText, Value
from services.reporting.kpi_words import BECAUSE, DEFINITIONS, Definition
from services.reporting.money import MoneySum, share_of, total
from services.reporting.on_time import on_time
from services.reporting.read_model import Known

REPORTING_WITHIN = timedelta(days=30)


class Kpi(Value):
    """One key figure. A null `value` cannot be known yet, and `because` says why; it is never a hidden zero.

    `unit` is "1" for a share, a currency code, "h" for hours, or the word for what is counted. `value` is
    `numerator` divided by `denominator` where there are any. `counted` items were used, `unknown` left out.
    """

    name: str
    definition: Definition
    unit: str
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    counted: int = 0
    unknown: int = 0
    because: LocalText | None = None
    as_of: AwareDatetime


def key_figures(known: Known, now: datetime, zone: ZoneInfo) -> list[Kpi]:
    """Every key figure at `now`. `known.plan` is the approved version, or None while there is none."""
    return [
        committed_share(known, now),
        funding_committed(known, now),
        activities_on_time(known, now, zone),
        matches_per_open_call(known, now),
        hours_to_alert(known, now),
        devices_reporting(known, now),
    ]


def committed_share(known: Known, now: datetime) -> Kpi:
    """Committed divided by estimated: commitments to the plan's activities over the sum of its action budgets.

    A share, more than 1 when more is committed than estimated. `counted` and `unknown` are actions with and
    without a budget. Source: the plan's budgets; commitments recorded with the funding service.
    """
    budgets = total((each.budget for each in known.plan.actions), known.currency) if known.plan else None
    committed = _committed(known)
    estimated = known.plan.estimated if known.plan else None
    return _kpi(
        "committed_share",
        now,
        unit="1",
        value=share_of(committed.known, estimated),
        numerator=committed.known.amount if committed.known and known.plan else None,
        denominator=estimated.amount if estimated else None,
        counted=budgets.counted if budgets else 0,
        unknown=budgets.unknown if budgets else 0,
        because="no_plan" if known.plan is None else "no_estimate",
    )


def funding_committed(known: Known, now: datetime) -> Kpi:
    """Sum of the commitments to the plan's activities, from every class of source, to date.

    In the plan's currency. `counted` are the commitments added; `unknown` those in another currency, which
    are not. Money applied for does not count. Source: commitments recorded with the funding service.
    """
    committed = _committed(known)
    return _kpi(
        "funding_committed",
        now,
        unit=known.currency,
        value=committed.known.amount if committed.known and known.plan else None,
        counted=committed.counted if known.plan else 0,
        unknown=committed.unknown if known.plan else 0,
        because="no_plan" if known.plan is None else "other_currency",
    )


def activities_on_time(known: Known, now: datetime, zone: ZoneInfo) -> Kpi:
    """On time divided by due, over the activities due by the end of yesterday as the approved plan dates them.

    A share; unknown while none is due. `counted` is the number due; `unknown` those the plan gives no
    date, a gap in the plan and never late. What is left out, and when something counts as done, is said by `on_time`.
    """
    found = on_time(known.activities, now.astimezone(zone).date() - timedelta(days=1), zone)
    return _kpi(
        "activities_on_time",
        now,
        unit="1",
        value=found.share,
        numerator=Decimal(found.on_time) if found.due else None,
        denominator=Decimal(found.due) if found.due else None,
        counted=found.due,
        unknown=found.left_out.get("no_date", 0),
        because="no_plan" if known.plan is None else "none_due",
    )


def matches_per_open_call(known: Known, now: datetime) -> Kpi:
    """Fits between open calls and activities, divided by the number of open calls.

    `counted` is the number of open calls. A call past its deadline or revoked is not open; an announced one is
    not open yet. Source: calls and matches of the funding service.
    """
    opened = {call.facts.call_id for call in known.calls if call.status_at(now) == "open"}
    fits = sum(match.call_id in opened for match in known.matches)
    value = (Decimal(fits) / len(opened)).quantize(Decimal("0.01")) if opened else None
    return _kpi(
        "matches_per_open_call",
        now,
        unit="matches",
        value=value,
        numerator=Decimal(fits) if opened else None,
        denominator=Decimal(len(opened)) if opened else None,
        counted=len(opened),
        because="no_open_call",
    )


def hours_to_alert(known: Known, now: datetime) -> Kpi:
    """Median hours from the moment a call was published here to the first delivered alert about it.

    One value per call somebody was to be told of. `counted` are calls with both moments; `unknown` those
    without: no alert was delivered yet, or nobody heard the call being published.
    """
    hours = [
        _hours(each.delivered_at - each.published_at)
        for each in known.alerted
        if each.delivered_at and each.published_at
    ]
    return _kpi(
        "hours_to_alert",
        now,
        unit="h",
        value=median(hours).quantize(Decimal("0.01")) if hours else None,
        counted=len(hours),
        unknown=len(known.alerted) - len(hours),
        because="no_alert",
    )


def devices_reporting(known: Known, now: datetime) -> Kpi:
    """Devices with an observation in the last 30 days. `denominator`: every device ever heard of.

    A stock, not a share. Source: devices and readings of the sensors service.
    """
    heard = [device.heard_at for device in known.devices if device.heard_at is not None]
    reporting = sum(now - REPORTING_WITHIN <= each for each in heard)
    return _kpi(
        "devices_reporting",
        now,
        unit="devices",
        value=Decimal(reporting) if known.devices else None,
        numerator=Decimal(reporting) if known.devices else None,
        denominator=Decimal(len(known.devices)) if known.devices else None,
        counted=len(heard),
        unknown=len(known.devices) - len(heard),
        because="no_device",
    )


def _committed(known: Known) -> MoneySum:
    ids = {each.activity_id for each in known.activities}
    return total((each.amount for each in known.commitments if each.activity_id in ids), known.currency)


def _hours(duration: timedelta) -> Decimal:
    return Decimal(duration // timedelta(milliseconds=1)) / 3_600_000


def _kpi(
    name: str,
    now: datetime,
    *,
    unit: str,
    value: Decimal | None,
    because: str,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    counted: int = 0,
    unknown: int = 0,
) -> Kpi:
    return Kpi(
        name=name,
        definition=DEFINITIONS[name],
        unit=unit,
        value=value,
        numerator=numerator,
        denominator=denominator,
        counted=counted,
        unknown=unknown,
        because=BECAUSE[because] if value is None else None,
        as_of=now,
    )


def public_only(figures: Sequence[Kpi]) -> list[Kpi]:
    """The figures that rest on public things alone."""
    return [each for each in figures if each.definition.public]
