"""What is known of those who apply for a call: who leads the applications, and the call as it was last heard of."""

from __future__ import annotations

from contracts.funding import CallFacts
from kit.store import Work
from services.notifications.calendars.store import DATES
from services.notifications.people.person import Person
from services.notifications.people.store import named
from services.notifications.subscriptions.history import HEARD


async def applicants(call_id: str, work: Work) -> tuple[list[Person], CallFacts | None]:
    """Who leads or opened an application for a call that is still under way, and the call; nobody, and None."""
    found = await work.find(DATES, {"about": "application", "call_id": call_id, "over": None})
    if not found:
        return [], None
    people = {name for each in found for name in each["people"]}
    departments = {each["department"] for each in found if each["department"]}
    heard = await work.find(HEARD, {"call_id": call_id}, sort=[("at", -1)], limit=1)
    if heard:
        call = CallFacts.model_validate(heard[0]["call"])
    else:
        call = CallFacts(call_id=call_id, title=found[0]["title"], source="")
    return await named(work, people=sorted(people), departments=sorted(departments)), call
