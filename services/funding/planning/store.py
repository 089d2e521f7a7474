"""What backward planning stores: the council calendar. Its parameters are those of the whole service."""

from __future__ import annotations

from typing import Any

from contracts.values import PartialDate
from kit.store import Aggregates, Collection
from services.funding.ledger.store import PARAMETERS
from services.funding.parameters import DatedValue, Parameter
from services.funding.planning.council import CALENDAR, CouncilCalendar
from services.funding.planning.parameters import NAMES, overlaid
from services.funding.planning.plan import Procedure

COUNCIL = Aggregates("council_calendars", of=CouncilCalendar, key="calendar_id")
# Where release 0.3.0 kept the parameters of the procedure; read as long as nobody records a value anew.
_EARLIER = Collection("planning_parameters")

ALL: list[Collection] = [COUNCIL, _EARLIER]


async def council_calendar(database: Any) -> CouncilCalendar:
    """The calendar as it stands; an empty one while nobody has entered any date."""
    document = await database[COUNCIL.name].find_one({"_id": CALENDAR})
    return CouncilCalendar() if document is None else COUNCIL.to_aggregate(document)


async def parameters_known(database: Any) -> dict[str, Parameter]:
    """Every parameter of the procedure: the municipality's own, and the shipped ones it has not replaced."""
    earlier = await database[_EARLIER.name].find({}).to_list(None)
    own = await database[PARAMETERS.name].find({"code": {"$in": [*NAMES]}}).to_list(None)
    return overlaid([*map(_of_0_3_0, earlier), *map(PARAMETERS.to_aggregate, own)])


def _of_0_3_0(document: dict[str, Any]) -> Parameter:
    """A stored parameter of that release, which kept of its values neither an id nor when they were recorded."""
    code = document["_id"]
    values = [
        DatedValue(
            value_id=f"{code}-{each['valid_from']}",
            number=each["value"],
            valid_from=PartialDate(value=each["valid_from"]),
            valid_to=PartialDate(value=each["valid_until"]) if each["valid_until"] else None,
            source=each["source"],
            confirmed=each["confirmed"],
            recorded_by=document["set_by"],
        )
        for each in document["values"]
    ]
    return Parameter(parameter_id=code, code=code, values=values)


async def procedure_of(database: Any) -> Procedure:
    """The municipality's procedure as it stands."""
    return Procedure(await parameters_known(database), await council_calendar(database))
