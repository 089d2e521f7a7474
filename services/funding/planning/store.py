"""What backward planning stores: the council calendar and the parameters the municipality set itself."""

from __future__ import annotations

from typing import Any

from kit.store import Aggregates, Collection
from services.funding.planning.council import CALENDAR, CouncilCalendar
from services.funding.planning.parameters import Parameter, overlaid
from services.funding.planning.plan import Procedure

COUNCIL = Aggregates("council_calendars", of=CouncilCalendar, key="calendar_id")
PARAMETERS = Aggregates("planning_parameters", of=Parameter, key="code")

ALL: list[Collection] = [COUNCIL, PARAMETERS]


async def council_calendar(database: Any) -> CouncilCalendar:
    """The calendar as it stands; an empty one while nobody has entered any date."""
    document = await database[COUNCIL.name].find_one({"_id": CALENDAR})
    return CouncilCalendar() if document is None else COUNCIL.to_aggregate(document)


async def parameters_known(database: Any) -> dict[str, Parameter]:
    """Every parameter: the municipality's own, and the shipped ones it has not replaced."""
    documents = await database[PARAMETERS.name].find({}).to_list(None)
    return overlaid([PARAMETERS.to_aggregate(document) for document in documents])


async def procedure_of(database: Any) -> Procedure:
    """The municipality's procedure as it stands."""
    return Procedure(await parameters_known(database), await council_calendar(database))
