"""Page: when and how one is written to."""

from __future__ import annotations

from typing import Annotated, Any

from babel import Locale
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from kit.auth.people import Person as SignedIn
from kit.auth.people import require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.notifications.people.forms import Typed, done, model_of, typed
from services.notifications.people.knowing import know, learn
from services.notifications.people.person import Language, Person
from services.notifications.timing import choosing, form
from services.notifications.timing.choosing import DeliveryForm
from services.notifications.timing.wishes import COUNTRIES
from services.notifications.wording import moment

router = APIRouter()

LANGUAGES: tuple[Language, ...] = ("sl", "en")
Somebody = Annotated[SignedIn, require()]


@router.get("/inbox/delivery")
async def delivery(request: Request, store: Stored, somebody: Somebody, saved: bool = False) -> Any:
    return await _page(request, store, somebody, Typed(), saved=saved)


@router.post("/inbox/delivery")
async def choose(request: Request, command: Commanding, somebody: Somebody) -> Any:
    entered = await typed(request)
    facts, entered.mistakes = form.read(entered.fields)
    if entered.mistakes:
        return await _page(request, command.store, somebody, entered)

    async def change(work: Work) -> Person:
        held = await know(somebody, work)
        entered.expect(held.version)
        return await choosing.choose(held, model_of(DeliveryForm, facts), work)

    if await done(entered, command, change) is None:
        return await _page(request, command.store, somebody, entered)
    return RedirectResponse("/inbox/delivery?saved=true", 303)


async def _page(request: Request, store: Store, somebody: SignedIn, entered: Typed, *, saved: bool = False) -> Any:
    held = await learn(somebody, store)
    if held is None:
        raise Problem(409, f"nobody can write to {somebody.user}; ask your coordinator to sign you in by an address")
    state = await choosing.shown(held, store, now())
    first = state["first_waiting_leaves_at"]
    fields = form.fields_of(held.delivery) | {
        "zone": held.zone,
        "language": held.language,
        "version": str(held.version),
    }
    if entered.mistakes:
        fields |= {"quiet_on_holidays": ""} | entered.fields
    return request.app.state.pages.render(
        request,
        "notifications/timing/delivery.html",
        status=entered.status,
        fields=fields,
        form=entered,
        shown=state,
        next_at={language: moment(first, held.clock, language) for language in LANGUAGES} if first else None,
        countries={language: _countries(language) for language in LANGUAGES},
        weekdays={language: _weekdays(language) for language in LANGUAGES},
        saved=saved,
    )


def _countries(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language).territories
    return sorted(((code, names[code]) for code in COUNTRIES if code in names), key=lambda each: each[1])


def _weekdays(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language).days["stand-alone"]["wide"]
    return [(str(day), names[day - 1]) for day in form.WEEKDAYS]
