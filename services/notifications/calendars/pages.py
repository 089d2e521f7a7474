"""The page on which one subscribes to calendars, and the calendars themselves."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from kit.auth.people import Person, require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.settings import Settings
from kit.store import Store
from kit.web.i18n import language_of
from services.notifications.calendars import commands
from services.notifications.calendars.feed import Feed, feed_of
from services.notifications.calendars.ics import written
from services.notifications.calendars.items import items
from services.notifications.calendars.store import FEEDS, dates_for, departments, feeds_of
from services.notifications.calendars.words import WORDS
from services.notifications.people.person import Language
from services.notifications.people.store import PEOPLE

router = APIRouter()

Somebody = Annotated[Person, require()]
SHOWN = 50


@router.get("/inbox/calendar")
async def calendars(request: Request, store: Stored, person: Somebody) -> Any:
    settings: Settings = request.app.state.settings
    language = _language(request)
    feeds = await feeds_of(store, person.user)
    preview = next((feed for feed in feeds if feed.department is None), commands.new(person.user, None, language))
    known, stances = await dates_for(store, preview)
    shown, left_out = items(known, stances, language, settings.zone, now())
    taken = {feed.department for feed in feeds}
    return request.app.state.pages.render(
        request,
        "notifications/calendars/calendars.html",
        feeds=[(feed, commands.address(feed, settings)) for feed in feeds],
        mine=None in taken,
        departments=[each for each in await departments(store) if each not in taken]
        if person.may(*commands.STAFF)
        else [],
        shown=[each for each in shown if each.day >= now().astimezone(settings.zone).date()][:SHOWN],
        left_out=left_out[:SHOWN],
    )


@router.post("/inbox/calendar")
async def make(
    request: Request, command: Commanding, person: Somebody, department: Annotated[str, Form(max_length=200)] = ""
) -> RedirectResponse:
    language = _language(request)
    await command.store.transact(
        lambda work: commands.make(department or None, language, person, work), actor=person.user
    )
    return RedirectResponse("/inbox/calendar", 303)


@router.post("/inbox/calendar/{feed_id}/renew")
async def renew(request: Request, feed_id: str, command: Commanding, person: Somebody) -> RedirectResponse:
    language = _language(request)
    await command.store.transact(lambda work: commands.renew(feed_id, language, person, work), actor=person.user)
    return RedirectResponse("/inbox/calendar", 303)


@router.post("/inbox/calendar/{feed_id}/revoke")
async def revoke(feed_id: str, command: Commanding, person: Somebody) -> RedirectResponse:
    await command.store.transact(lambda work: commands.revoke(feed_id, person, work), actor=person.user)
    return RedirectResponse("/inbox/calendar", 303)


@router.api_route("/inbox/calendar/{token}.ics", methods=["GET", "HEAD"])
async def calendar(request: Request, token: str, store: Stored) -> Response:
    """The calendar as calendar programs fetch it: without sign-in, for whoever has the link."""
    settings: Settings = request.app.state.settings
    feed = await _opened(token, store, settings)
    known, stances = await dates_for(store, feed)
    moment = now()
    shown, _ = items(known, stances, feed.language, settings.zone, moment)
    name = WORDS[feed.language]["mine" if feed.department is None else "department"]
    text = written(
        shown,
        name=name.format(municipality=settings.municipality_name, department=feed.department),
        domain=f"{settings.municipality}.cinnabar",
        site=settings.public_url.rstrip("/"),
        language=feed.language,
        zone=settings.zone,
        today=moment.astimezone(settings.zone).date(),
    )
    etag = f'"{sha256(text).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Content-Language": feed.language}
    if etag in [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="cinnabar.ics"'
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


async def _opened(token: str, store: Store, settings: Settings) -> Feed:
    document = await store[FEEDS].find_one({"_id": feed_of(token)})
    feed = None if document is None else FEEDS.to_aggregate(document)
    owner = await store[PEOPLE].find_one({"_id": feed.person}) if feed else None
    gone = owner is not None and not owner["active"]
    if feed is None or gone or not feed.opened_by(token, settings.secret.get_secret_value()):
        raise Problem(404, "this link leads to no calendar, or it was taken back; /inbox/calendar has a new one")
    return feed


def _language(request: Request) -> Language:
    return "en" if language_of(request) == "en" else "sl"
