"""Where a plan's numbering, names and rhythms do not agree."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from services.actions.finding import Contradiction, contradiction
from services.actions.framework import Cadence, Duty
from services.actions.plan import Plan

_ALIKE = 0.9
_DUTIES: dict[Duty, tuple[str, str]] = {
    "ulg_meeting": ("sestanki lokalne skupine URBACT", "meetings of the URBACT Local Group"),
    "report_to_administration": ("poročanje občinski upravi", "reports to the municipal administration"),
    "risk_review": ("pregled tveganj", "risk review"),
    "funding_strategy_update": ("posodobitev strategije financiranja", "update of the funding strategy"),
}


def word_contradictions(plan: Plan) -> Iterator[Contradiction]:
    """Numbers that do not run alike, names spelled in several ways, duties with two rhythms."""
    yield from _numbering(plan)
    yield from _spellings(plan)
    yield from _rhythms(plan)


def _numbering(plan: Plan) -> Iterator[Contradiction]:
    unlike = [a for a in plan.actions if len({a.number.split(".")[0], a.area, a.objective}) > 1]
    if unlike:
        rows = [f"{a.number} = SO{a.objective}, area {a.area}" for a in unlike]
        rows_sl = [f"{a.number} = SO{a.objective}, področje {a.area}" for a in unlike]
        yield contradiction(
            "numbering_differs",
            [action.number for action in unlike],
            sl=f"Področja, cilji in ukrepi niso enako oštevilčeni: {'; '.join(rows_sl)}.",
            en=f"Areas, objectives and actions are not numbered alike: {'; '.join(rows)}.",
            evidence=rows,
        )


def _spellings(plan: Plan) -> Iterator[Contradiction]:
    places = _names(plan)
    for group in _alike(list(places)):
        about = sorted({place for name in group for place in places[name]})
        listed = " / ".join(group)
        yield contradiction(
            "name_spellings",
            about,
            sl=f"Verjetno ista organizacija, zapisana na več načinov: {listed}.",
            en=f"Probably one organisation, spelled in several ways: {listed}.",
            evidence=group,
        )


def _names(plan: Plan) -> dict[str, list[str]]:
    """Every organisation's name as written -> numbers of the actions and activities that write it so."""
    places: dict[str, list[str]] = {}
    for action in plan.actions:
        members = [name for each in action.stakeholders for name in (each.group, *each.members)]
        for name in (action.owner, *members):
            places.setdefault(name, []).append(action.number)
        for activity in action.activities:
            for name in (*activity.responsible, *activity.together_with):
                places.setdefault(name, []).append(activity.number)
    return places


def _alike(names: list[str]) -> list[list[str]]:
    """Groups of names that differ a little. Only names that start alike are compared: cheap, and few false alarms."""
    groups: list[list[str]] = []
    for name in sorted(names):
        group = next((group for group in groups if any(_nearly(name, other) for other in group)), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    return [group for group in groups if len({name.casefold() for name in group}) > 1]


def _nearly(name: str, other: str) -> bool:
    name, other = name.casefold(), other.casefold()
    return name[:4] == other[:4] and SequenceMatcher(None, name, other).ratio() >= _ALIKE


def _rhythms(plan: Plan) -> Iterator[Contradiction]:
    stated = [cadence for level in plan.governance for cadence in level.cadence]
    for duty, (sl, en) in _DUTIES.items():
        same = [cadence for cadence in stated if cadence.duty == duty]
        if len({_times(cadence) for cadence in same}) > 1:
            said_sl = [f"{cadence.section}: »{cadence.phrase}«" for cadence in same]
            said_en = [f"{cadence.section}: “{cadence.phrase}”" for cadence in same]
            yield contradiction(
                "rhythm_differs",
                sorted({cadence.section for cadence in same}),
                sl=f"Kako pogosto ({sl})? {'; '.join(said_sl)}.",
                en=f"How often ({en})? {'; '.join(said_en)}.",
                evidence=[cadence.phrase for cadence in same],
            )


def _times(cadence: Cadence) -> tuple[int, int | None]:
    upper = None if cadence.at_least else cadence.up_to or cadence.times_a_year
    return cadence.times_a_year, upper
