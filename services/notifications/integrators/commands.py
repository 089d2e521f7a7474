"""What may be done to integrators, for the API, the pages and the command line alike."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from kit.auth.people import Person
from kit.http.problems import Problem
from kit.settings import Settings
from kit.store import Conflict, Store, Work
from services.notifications.integrators import server
from services.notifications.integrators.integrator import NAME, TAKEN, Integrator, Secret, digest_of
from services.notifications.integrators.store import INTEGRATORS
from services.notifications.selection import NoSuchEvents, Selection

PREFIX = "ck_"


class IntegratorForm(BaseModel):
    """Who may read what. `consumer_info` lets a client ask about its own durable; some libraries insist on it."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=40)
    events: tuple[Annotated[str, Field(max_length=100)], ...] = Field(default=(), max_length=50)
    municipality: str | None = None
    consumer_info: bool = False


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def checked(form: IntegratorForm, settings: Settings) -> Selection:
    """What the form asks for. Raises Problem naming the field and the mend."""
    if not NAME.fullmatch(form.name) or form.name in TAKEN:
        mend = "3 to 40 small letters, digits and hyphens, such as bsc-kranj"
        raise Problem.at("name", f"{form.name!r} cannot be a name here", mend)
    own = settings.municipality
    if form.municipality not in {None, own}:
        raise Problem.at("municipality", f"events of {own} are kept here", f"write {own}, or leave it out")
    try:
        return Selection.of(form.events)
    except NoSuchEvents as error:
        raise Problem.at("events", str(error), error.mend) from None


async def add(
    form: IntegratorForm, wanted: Selection, person: Person, settings: Settings, work: Work
) -> tuple[Integrator, str]:
    """A new integrator, and the secret that is shown now only. It is to be prepared. Raises Problem."""
    if await work.load(INTEGRATORS, form.name) is not None:
        raise Problem.at("name", f"there is or was an integrator {form.name}", "choose another name", 409)
    secret = new_secret()
    made = Integrator(
        name=form.name,
        patterns=wanted.patterns,
        municipality=settings.municipality,
        consumer_info=form.consumer_info,
        secrets=(Secret(digest=digest_of(secret), since=work.now),),
        made_by=person.user,
        made_at=work.now,
    )
    return work.save(INTEGRATORS, made), secret


async def rotate(name: str, work: Work) -> tuple[Integrator, str]:
    """A new secret beside the one before. It is to be prepared, in case that did not succeed the last time."""
    secret = new_secret()
    return work.save(INTEGRATORS, (await _active(name, work)).rotated(secret, work.now)), secret


async def prepare(name: str, store: Store, jetstream: Any) -> None:
    """Make its durables on the NATS server. Doing it again changes nothing."""
    document = await store[INTEGRATORS].find_one({"_id": name, "state": "active"})
    if document is not None:
        await _on_the_server(server.prepare(jetstream, INTEGRATORS.to_aggregate(document)))


async def revoke(name: str, person: Person, request: Request, store: Store) -> Integrator:
    """Take effect at once: no new connection, nothing to read on an open one, and the open ones cut."""

    async def change(work: Work) -> Integrator:
        found = await of(name, work)
        return found if found.state == "revoked" else work.save(INTEGRATORS, found.revoked(work.now))

    revoked = await store.transact(change, actor=person.user)
    await _on_the_server(server.remove(request.app.state.runtime.bus.jetstream, revoked))
    await _on_the_server(server.cut(store, request.app.state.settings, name))
    return revoked


async def of(name: str, work: Work) -> Integrator:
    found = await work.load(INTEGRATORS, name)
    if found is None:
        raise Problem(404, f"there is no integrator {name}")
    return found


async def _active(name: str, work: Work) -> Integrator:
    found = await of(name, work)
    if found.state != "active":
        raise Problem(409, f"{name} was revoked; make a new integrator")
    return found


async def _on_the_server(step: Any) -> None:
    try:
        await step
    except (Conflict, Problem):
        raise
    except Exception as error:
        told = f"it is stored, but the NATS server could not be told: {error}; repeat it, or rotate the key"
        raise Problem(503, told, headers={"Retry-After": "5"}) from None
