"""Adding, testing and taking away the ways one is reached: the same whether a page or a program asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from kit.auth.people import Person as SignedIn
from kit.clock import now, uuid7
from kit.http.problems import Problem
from kit.sealing import seal
from kit.settings import Settings
from kit.store import Store, Work
from services.notifications.channels.apprise import NotUsable, service_of
from services.notifications.channels.courier import Sender, note_result
from services.notifications.channels.delivery import Outcome
from services.notifications.channels.message import trial
from services.notifications.channels.route import SEALED_AS, Channel, Route, Wants
from services.notifications.channels.store import ROUTES, routes_of
from services.notifications.people.department import Department
from services.notifications.people.knowing import know
from services.notifications.people.store import departments

ROUTES_EACH = 20


class ChannelForm(BaseModel):
    """A service that Apprise knows. `department`: its id, for a channel that all of it reads; empty: one's own."""

    model_config = ConfigDict(extra="forbid")
    url: str = Field(max_length=2000, description="Its address in Apprise's form; kept sealed and not shown again.")
    name: str = Field(default="", max_length=80)
    wants: Wants = "all"
    department: str = Field(default="", max_length=40)


async def whose(store: Store, person: SignedIn) -> dict[str, Any]:
    """The query for the channels that are a person's to arrange: their own, and those of departments they lead."""
    led = [each.id for each in await led_by(store, person)]
    return {"$or": [{"person": person.user}, {"department": {"$in": led}}]}


async def led_by(store: Store, person: SignedIn) -> Sequence[Department]:
    """Those whose channels a person may set up: the one they head; every one for coordinators."""
    found = await departments(store)
    return found if person.may("coordinator", "operator") else [each for each in found if each.head == person.user]


async def service(form: ChannelForm, person: SignedIn, store: Store, settings: Settings) -> Route:
    """A channel as it would be added. Raises Problem for an address that is none, or a department of others."""
    try:
        name = service_of(form.url.strip())
    except NotUsable as error:
        raise Problem.at("url", str(error), error.mend) from None
    if form.department and form.department not in {each.id for each in await led_by(store, person)}:
        mend = "its head or a coordinator may; choose one of yours, or none"
        raise Problem.at("department", "you may not add a channel of this department", mend)
    shown = " ".join(form.name.split()) if form.name.isprintable() else ""
    route = route_to("apprise", f"{name}: {shown}" if shown else name, form.url.strip(), person, settings)
    owned = {"person": None, "department": form.department} if form.department else {}
    return route.model_copy(update={"wants": form.wants, **owned})


def route_to(channel: Channel, name: str, address: str, person: SignedIn, settings: Settings) -> Route:
    try:
        sealed = seal(settings.secret.get_secret_value(), address, SEALED_AS)
    except ValueError as error:
        raise Problem(503, str(error)) from None
    return Route(
        route_id=uuid7(),
        person=person.user,
        channel=channel,
        name=name,
        sealed=sealed,
        language="en" if person.language == "en" else "sl",
        made_by=person.user,
        made_at=now(),
    )


async def add(route: Route, person: SignedIn, work: Work) -> Route:
    """Keep it. Raises Problem when there are very many."""
    owner = {"person": route.person} if route.person else {"department": route.department}
    if len(await work.find(ROUTES, {"ended_at": None, **owner})) >= ROUTES_EACH:
        raise Problem(409, f"there are {ROUTES_EACH} channels already; remove one first")
    told = await know(person, work)
    return work.save(ROUTES, route.model_copy(update={"language": told.language}))


async def test(route: Route, store: Store, settings: Settings) -> Outcome:
    """Send a message now, and note what came of it."""
    sender = Sender(store, settings)
    site = settings.public_url.rstrip("/")
    try:
        words = trial(site=site, language=route.language, municipality=settings.municipality_name)
        outcome = await sender.send(route, words)
    finally:
        await sender.close()
    await store.transact(lambda work: note_result(route.route_id, outcome, work), actor=route.made_by)
    return outcome


async def remove(route: Route, person: SignedIn, work: Work) -> None:
    held = await work.load(ROUTES, route.route_id)
    if held is not None and held.ended_at is None:
        work.save(ROUTES, held.removed(person.user, work.now))


async def theirs(store: Store, route_id: str, person: SignedIn) -> Route:
    """Raises Problem (404) for a channel that is not the person's to arrange."""
    found = await routes_of(store, {"_id": route_id, **await whose(store, person)})
    if not found:
        raise Problem(404, "you have no such channel")
    return found[0]
