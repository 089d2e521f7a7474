"""The labelled set: calls in their sources' own formats, held against every activity of Idrija's plan by a person.

See bench/labelled/README.md. Half of the calls are to tune on, the other half is only ever measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from contracts.actions import NeedChangedV1
from services.actions.needs import planned, said
from services.actions.plan_file import read_plan
from services.funding.calls import Call
from services.funding.needs import Need
from services.funding.offers import Offer
from services.funding.sources.by_hand import ByHand
from services.funding.sources.evropskasredstva import EvropskaSredstva
from services.funding.sources.gov_si import GovSi
from services.funding.sources.gov_si_news import GovSiNews
from services.funding.sources.sedia import Sedia
from services.funding.sources.source import Payload, Source

Half = Literal["train", "held_out"]
HALVES: tuple[Half, Half] = ("train", "held_out")
FOLDER = Path(__file__).parents[1] / "labelled"
PLAN = Path(__file__).parents[2] / "examples" / "idrija" / "plan.yaml"
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

_FILES: tuple[tuple[Source, str], ...] = (
    (Sedia(), "sedia.json"),
    (GovSi(), "gov-si-[!n]*.html"),
    (GovSiNews(), "gov-si-news-*.html"),
    (EvropskaSredstva(), "evropskasredstva.html"),
    (ByHand(), "by-hand.json"),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One call and one activity, and whether they fit; `why` is None where only the line of the call speaks."""

    call: Call
    offer: Offer
    said: NeedChangedV1
    need: Need
    fits: bool
    why: str | None


def pairs(half: Half) -> list[Pair]:
    """Every call of a half with every activity. Raises ValueError where labels and calls do not agree."""
    return [pair for path in sorted((FOLDER / half).rglob("labels.yaml")) for pair in _pairs(path)]


def _pairs(path: Path) -> list[Pair]:
    calls = {call.title: call for call in _calls(path.parent)}
    labels = yaml.safe_load(path.read_text(encoding="utf-8"))
    if sorted(calls) != sorted(label["call"] for label in labels):
        raise ValueError(f"{path}: the labels and the calls speak of other titles: {sorted(calls)}")
    return [pair for label in labels for pair in _of(calls[label["call"]], label)]


def _of(call: Call, label: dict[str, dict[str, str]]) -> Iterator[Pair]:
    offer, told = Offer.of(call, NOW), {**label["fits"], **label["near_misses"]}
    if unknown := told.keys() - {event.number for event, _ in activities()}:
        raise ValueError(f"{call.title}: the plan has no activity {', '.join(sorted(unknown))}")
    for event, need in activities():
        yield Pair(call, offer, event, need, event.number in label["fits"], told.get(event.number))


def _calls(folder: Path) -> Iterator[Call]:
    for source, pattern in _FILES:
        files = sorted(folder.glob(pattern))
        payloads = [Payload(path.name, path.read_bytes()) for path in files]
        if not payloads:
            continue
        reading = source.read(payloads)
        if reading.rejected:
            raise ValueError(f"{folder}: {source.name} refuses {reading.rejected[0]}")
        yield from (Call.first_seen(each, NOW) for each in reading.calls)


@cache
def activities() -> list[tuple[NeedChangedV1, Need]]:
    """The activities of Idrija's plan, as the actions service tells them and as funding makes them ready."""
    plan = read_plan(PLAN.read_text(encoding="utf-8"), PLAN.name)
    told = [
        said(planned(plan, 1, action, each, None), "imported") for action in plan.actions for each in action.activities
    ]
    return [(event, Need.of(event)) for event in told]
