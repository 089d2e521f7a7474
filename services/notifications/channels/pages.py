"""The page of one's channels: what there is, what came of the latest message, a test, and adding and removing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, RedirectResponse

from kit.auth.people import Person as SignedIn
from kit.auth.people import require
from kit.egress import Inside
from kit.http.commands import Command, Commanding, Stored
from kit.http.problems import Problem
from kit.settings import Settings
from kit.store import Store
from services.notifications.channels import commands
from services.notifications.channels.commands import ChannelForm
from services.notifications.channels.delivery import Outcome
from services.notifications.channels.email import Accepted, deliver
from services.notifications.channels.route import Route, Wants
from services.notifications.channels.store import routes_of
from services.notifications.channels.trial import trial_mail
from services.notifications.kinds import KINDS
from services.notifications.people.knowing import learn
from services.notifications.push.browser import Browser
from services.notifications.push.vapid import vapid
from services.notifications.store import ALERTS
from services.notifications.suppression.store import suppressed
from services.notifications.webhooks.egress import refusal

router = APIRouter()

Somebody = Annotated[SignedIn, require()]
HOME = "/inbox/channels"
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
    settings: Settings = request.app.state.settings
    typed = {"name": name, "wants": wants, "department": department}
    try:
        route = await commands.service(ChannelForm(url=url, **typed), person, command.store, settings)
    except Problem as problem:
        mistakes = [(each.field, f"{each.message}; {each.mend}") for each in problem.errors]
        if not mistakes:
            raise
        return await _draw(request, command.store, person, typed, mistakes)
    await _keep(command, person, route)
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
    route = commands.route_to("push", program.replace("Edg", "Edge"), form.model_dump_json(), person, settings)
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
    route = await commands.theirs(command.store, route_id, person)
    outcome = await commands.test(route, command.store, request.app.state.settings)
    return await _draw(request, command.store, person, tested=(route_id, outcome))


@router.post("/inbox/channels/{route_id}/remove")
async def remove(route_id: str, command: Commanding, person: Somebody) -> RedirectResponse:
    route = await commands.theirs(command.store, route_id, person)
    await command.store.transact(lambda work: commands.remove(route, person, work), actor=person.user)
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
        routes=await routes_of(store, await commands.whose(store, person)),
        departments=await commands.led_by(store, person),
        push_key=(await vapid(store, settings)).public if settings.secret.get_secret_value() else None,
        mandatory=[kind for kind in KINDS.values() if kind.mandatory],
        typed=typed or {"name": "", "wants": "all", "department": ""},
        mistakes=mistakes or [],
        tested=tested,
    )


async def _keep(command: Command, person: SignedIn, route: Route) -> None:
    await command.store.transact(lambda work: commands.add(route, person, work), actor=person.user)
