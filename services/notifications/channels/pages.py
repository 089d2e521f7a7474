"""The page of one's channels: what there is, what came of the latest message, a test, and adding and removing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, RedirectResponse

from kit.auth.people import Person as SignedIn
from kit.auth.people import require
from kit.clock import now, uuid7
from kit.egress import Inside
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.sealing import seal
from kit.settings import Settings
from kit.store import Store, Work
from services.notifications.channels.apprise import NotUsable, service_of
from services.notifications.channels.courier import Sender, note_result
from services.notifications.channels.delivery import Outcome
from services.notifications.channels.email import Accepted, deliver
from services.notifications.channels.message import trial
from services.notifications.channels.route import SEALED_AS, Route, Wants
from services.notifications.channels.store import ROUTES, routes_of
from services.notifications.channels.trial import trial_mail
from services.notifications.kinds import KINDS
from services.notifications.people.knowing import know, learn
from services.notifications.people.person import Person
from services.notifications.people.store import departments
from services.notifications.push.browser import Browser
from services.notifications.push.vapid import vapid
from services.notifications.store import ALERTS
from services.notifications.suppression.store import suppressed
from services.notifications.webhooks.egress import refusal

router = APIRouter()

Somebody = Annotated[SignedIn, require()]
HOME = "/inbox/channels"
ROUTES_EACH = 20
_STATIC = Path(__file__).parents[1] / "push" / "static"


@router.get("/sw.js", include_in_schema=False)
async def service_worker() -> FileResponse:
    """At the root, because a service worker is in charge of what lies under its own address."""
    return FileResponse(_STATIC / "sw.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@router.get("/inbox/channels/push.js", include_in_schema=False)
async def push_script() -> FileResponse:
    return FileResponse(_STATIC / "push.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@router.get("/inbox/channels")
async def channels(request: Request, store: Stored, person: Somebody) -> Any:
    return await _draw(request, store, person)


@router.post("/inbox/channels")
async def add(
    request: Request,
    command: Commanding,
    person: Somebody,
    url: Annotated[str, Form(max_length=2000)] = "",
    name: Annotated[str, Form(max_length=80)] = "",
    wants: Annotated[Wants, Form()] = "all",
    department: Annotated[str, Form(max_length=40)] = "",
) -> Any:
    """A service that Apprise knows, for oneself or for a department."""
    typed = {"name": name, "wants": wants, "department": department}
    try:
        service = service_of(url.strip())
    except NotUsable as error:
        return await _draw(request, command.store, person, typed, [("url", f"{error}; {error.mend}")])
    if department and department not in {each.id for each in await _departments(command.store, person)}:
        wrong = "you may not add a channel of this department; its head or a coordinator may"
        return await _draw(request, command.store, person, typed, [("department", wrong)])
    shown = " ".join(name.split()) if name.isprintable() else ""
    route = _route(request, person, "apprise", f"{service}: {shown}" if shown else service, url.strip())
    owned = {"person": None, "department": department} if department else {}
    await _keep(command, person, route.model_copy(update={"wants": wants, **owned}))
    return RedirectResponse(HOME, 303)


@router.post("/inbox/channels/browsers", status_code=201)
async def add_browser(request: Request, form: Browser, command: Commanding, person: Somebody) -> dict[str, str]:
    """A browser's push subscription, as the browser wrote it."""
    settings: Settings = request.app.state.settings
    wrong = await refusal(form.endpoint, Inside.parse(settings.webhook_inside))
    if wrong is not None:
        raise Problem.at("endpoint", *wrong)
    agent = request.headers.get("user-agent", "")
    program = next((each for each in ("Firefox", "Edg", "Chrome", "Safari") if each in agent), "browser")
    route = _route(request, person, "push", program.replace("Edg", "Edge"), form.model_dump_json())
    await _keep(command, person, route)
    return {"id": route.route_id}


@router.post("/inbox/channels/email/test")
async def test_mail(request: Request, store: Stored, person: Somebody) -> Any:
    settings: Settings = request.app.state.settings
    told = await learn(person, store)
    if told is None or not settings.smtp_url:
        wrong = Outcome(ok=False, words="no mail server is set up here" if told else "nobody can write to your address")
        return await _draw(request, store, person, tested=("email", wrong))
    answer = await deliver(trial_mail(told, settings), settings.smtp_url)
    outcome = (
        Outcome(ok=True, words=answer.answer)
        if isinstance(answer, Accepted)
        else Outcome(ok=False, words=answer.reason)
    )
    return await _draw(request, store, person, tested=("email", outcome))


@router.post("/inbox/channels/{route_id}/test")
async def test(request: Request, route_id: str, command: Commanding, person: Somebody) -> Any:
    """Send a test now, and show what came of it."""
    settings: Settings = request.app.state.settings
    route = await _mine(command.store, route_id, person)
    sender = Sender(command.store, settings)
    site = settings.public_url.rstrip("/")
    try:
        words = trial(site=site, language=route.language, municipality=settings.municipality_name)
        outcome = await sender.send(route, words)
    finally:
        await sender.close()
    await command.store.transact(lambda work: note_result(route_id, outcome, work), actor=person.user)
    return await _draw(request, command.store, person, tested=(route_id, outcome))


@router.post("/inbox/channels/{route_id}/remove")
async def remove(route_id: str, command: Commanding, person: Somebody) -> RedirectResponse:
    await _mine(command.store, route_id, person)

    async def change(work: Work) -> None:
        route = await work.load(ROUTES, route_id)
        if route is not None and route.ended_at is None:
            work.save(ROUTES, route.removed(person.user, work.now))

    await command.store.transact(change, actor=person.user)
    return RedirectResponse(HOME, 303)


async def _draw(
    request: Request,
    store: Store,
    person: SignedIn,
    typed: dict[str, str] | None = None,
    mistakes: list[tuple[str, str]] | None = None,
    tested: tuple[str, Outcome] | None = None,
) -> Any:
    settings: Settings = request.app.state.settings
    told = await learn(person, store)
    led = await _departments(store, person)
    whose = [{"person": person.user}, {"department": {"$in": [each.id for each in led]}}]
    last = await store[ALERTS].find_one(
        {"person": person.user, "state": {"$in": ["delivered", "failed", "deferred"]}}, sort=[("raised_at", -1)]
    )
    return request.app.state.pages.render(
        request,
        "notifications/channels/channels.html",
        status=422 if mistakes else 200,
        told=told,
        mail=bool(settings.smtp_url),
        mailbox=await suppressed(store, told.address) if told else None,
        last=ALERTS.to_aggregate(last) if last else None,
        routes=await routes_of(store, {"$or": whose}),
        departments=led,
        push_key=(await vapid(store, settings)).public if settings.secret.get_secret_value() else None,
        mandatory=[kind for kind in KINDS.values() if kind.mandatory],
        typed=typed or {"name": "", "wants": "all", "department": ""},
        mistakes=mistakes or [],
        tested=tested,
    )


def _route(request: Request, person: SignedIn, channel: Any, name: str, address: str) -> Route:
    settings: Settings = request.app.state.settings
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


async def _keep(command: Any, person: SignedIn, route: Route) -> None:
    owner = {"person": route.person} if route.person else {"department": route.department}
    if len(await routes_of(command.store, owner)) >= ROUTES_EACH:
        raise Problem(409, f"there are {ROUTES_EACH} channels already; remove one first")

    async def change(work: Work) -> None:
        told: Person = await know(person, work)
        work.save(ROUTES, route.model_copy(update={"language": told.language}))

    await command.store.transact(change, actor=person.user)


async def _departments(store: Store, person: SignedIn) -> list[Any]:
    """Those whose channels a person may set up: the one they head; every one for coordinators."""
    found = await departments(store)
    return found if person.may("coordinator", "operator") else [each for each in found if each.head == person.user]


async def _mine(store: Store, route_id: str, person: SignedIn) -> Route:
    document = await store[ROUTES].find_one({"_id": route_id, "ended_at": None})
    route = None if document is None else ROUTES.to_aggregate(document)
    led = {each.id for each in await _departments(store, person)} if route and route.department else set()
    if route is None or not (route.person == person.user or route.department in led):
        raise Problem(404, "you have no such channel")
    return route
