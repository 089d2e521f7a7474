"""The page on which one subscribes to calendars, and the calendars themselves."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from kit.auth.people import Person, Role, require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.settings import Settings
from kit.store import Store, Work
from kit.web.i18n import language_of
from services.notifications.calendars.feed import Feed, feed_of
from services.notifications.calendars.ics import written
from services.notifications.calendars.items import items
from services.notifications.calendars.store import FEEDS, dates_for, departments, feed_id_for, feeds_of
from services.notifications.calendars.words import WORDS
from services.notifications.people.person import Language
from services.notifications.people.store import PEOPLE

router = APIRouter()

Somebody = Annotated[Person, require()]
_STAFF: tuple[Role, ...] = ("editor", "funding-officer", "coordinator", "approver", "operator")
SHOWN = 50


@router.get("/inbox/calendar")
async def calendars(request: Request, store: Stored, person: Somebody) -> Any:
    settings: Settings = request.app.state.settings
    language = _language(request)
    feeds = await feeds_of(store, person.user)
    preview = next((feed for feed in feeds if feed.department is None), _new(person.user, None, language))
    known, stances = await dates_for(store, preview)
    shown, left_out = items(known, stances, language, settings.zone, now())
    taken = {feed.department for feed in feeds}
    return request.app.state.pages.render(
        request,
        "notifications/calendars/calendars.html",
        feeds=[(feed, _address(feed, settings)) for feed in feeds],
        mine=None in taken,
        departments=[each for each in await departments(store) if each not in taken] if person.may(*_STAFF) else [],
        shown=[each for each in shown if each.day >= now().astimezone(settings.zone).date()][:SHOWN],
        left_out=left_out[:SHOWN],
    )


@router.post("/inbox/calendar")
async def make(
    request: Request, command: Commanding, person: Somebody, department: Annotated[str, Form(max_length=200)] = ""
) -> RedirectResponse:
    """Make a link, a new one where one was taken back; one that is there stays."""
    if department and not person.may(*_STAFF):
        raise Problem(403, f"this needs one of the roles {', '.join(_STAFF)}; ask a coordinator")
    if department and department not in await departments(command.store):
        raise Problem.at("department", f"no application is led by {department!r}", "choose one from the list")
    language = _language(request)

    async def change(work: Work) -> None:
        feed = await work.load(FEEDS, feed_id_for(person.user, department or None))
        if feed is None:
            work.save(FEEDS, _new(person.user, department or None, language))
        elif feed.revoked_at is not None:
            work.save(FEEDS, feed.renewed(work.now, language))

    await command.store.transact(change, actor=person.user)
    return RedirectResponse("/inbox/calendar", 303)


@router.post("/inbox/calendar/{feed_id}/renew")
async def renew(request: Request, feed_id: str, command: Commanding, person: Somebody) -> RedirectResponse:
    """Another link; who has the old one sees nothing any more."""
    language = _language(request)

    async def change(work: Work) -> None:
        work.save(FEEDS, (await _mine(feed_id, person, work)).renewed(work.now, language))

    await command.store.transact(change, actor=person.user)
    return RedirectResponse("/inbox/calendar", 303)


@router.post("/inbox/calendar/{feed_id}/revoke")
async def revoke(feed_id: str, command: Commanding, person: Somebody) -> RedirectResponse:
    async def change(work: Work) -> None:
        work.save(FEEDS, (await _mine(feed_id, person, work)).revoked(work.now))

    await command.store.transact(change, actor=person.user)
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


async def _mine(feed_id: str, person: Person, work: Work) -> Feed:
    feed = await work.load(FEEDS, feed_id)
    if feed is None or feed.person != person.user:
        raise Problem(404, "you have no such calendar")
    return feed


def _language(request: Request) -> Language:
    return "en" if language_of(request) == "en" else "sl"


def _new(person: str, department: str | None, language: Language) -> Feed:
    return Feed(
        feed_id=feed_id_for(person, department),
        person=person,
        department=department,
        language=language,
        renewed_at=now(),
    )


def _address(feed: Feed, settings: Settings) -> str:
    try:
        link = feed.link(settings.secret.get_secret_value())
    except ValueError as error:
        raise Problem(503, str(error)) from None
    return f"{settings.public_url.rstrip('/')}/inbox/calendar/{link}.ics"
