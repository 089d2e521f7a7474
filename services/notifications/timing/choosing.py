"""A person chooses when and how they are written to; what waits for them is looked at again at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from kit.http.problems import Problem, field_error
from kit.store import Store, Work
from services.notifications.people.person import Language, Person
from services.notifications.people.store import PEOPLE, kept
from services.notifications.store import ALERTS
from services.notifications.timing.leaving import next_mail
from services.notifications.timing.wishes import DeliveryWishes

WAITING = {"state": {"$in": ["gathering", "deferred"]}, "waits": {"$ne": None}}


class DeliveryForm(DeliveryWishes):
    """Everything about when and how a person is written to."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    zone: str = Field(default="Europe/Ljubljana", description="In whose clocks the hours are meant.")
    language: Language = "sl"


async def choose(person: Person, form: DeliveryForm, work: Work) -> Person:
    """Keep what was chosen. Raises Problem naming a zone that does not exist."""
    wishes = DeliveryWishes(**form.model_dump(exclude={"zone", "language"}))
    facts = {"delivery": wishes, "zone": form.zone, "language": form.language, "version": person.version + 1}
    try:
        chosen = Person.model_validate(person.model_dump() | facts)
    except ValidationError as error:
        raise Problem(422, "the wishes are not valid", [field_error(each) for each in error.errors()]) from None
    work.put(PEOPLE, kept(chosen))
    await wake({"person": person.id}, work)
    return chosen


async def wake(whose: dict[str, Any], work: Work) -> None:
    """Look again at once at what waits, because what it waits for has changed."""
    for document in await work.find(ALERTS, whose | WAITING):
        alert = ALERTS.to_aggregate(document)
        work.save(ALERTS, alert.look_again())


async def shown(person: Person, store: Store, now: datetime) -> dict[str, Any]:
    """What holds for a person, what waits for them, and when the next mail leaves."""
    waiting = {"person": person.id} | WAITING
    first = await store[ALERTS].find_one(waiting, sort=[("not_before", 1)])
    leave = next_mail(person.delivery, person.clock, now)
    return {
        **person.delivery.model_dump(mode="json"),
        "zone": person.zone,
        "language": person.language,
        "version": person.version,
        "waiting": await store[ALERTS].count_documents(waiting),
        "first_waiting_leaves_at": first and first["not_before"],
        "what_comes_up_now_leaves_at": leave.at,
        "because": leave.why,
    }
