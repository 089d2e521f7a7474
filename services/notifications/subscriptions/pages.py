"""Pages: what one subscribes to, a form for a search, and what it would have told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from contracts.funding.themes import THEMES
from kit.auth.people import ROLES, Person, require
from kit.clock import now
from kit.http.commands import Command, Commanding, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.notifications.changes.words import code_in_words
from services.notifications.kinds import GROUPS, KINDS
from services.notifications.people.person import Person as Known
from services.notifications.people.store import departments
from services.notifications.people.store import person as known_person
from services.notifications.subscriptions import commands
from services.notifications.subscriptions.form import Typed, facts, from_address, shown, typed
from services.notifications.subscriptions.store import SUBSCRIPTIONS, changed, shared_with, subscription_from
from services.notifications.subscriptions.subscription import Subscription
from services.notifications.subscriptions.trying import Tried, try_on_history
from services.notifications.subscriptions.wording import filters_in_words, title_of

router = APIRouter(prefix="/inbox/preferences")

Somebody = Annotated[Person, require()]
HOME: Final = "/inbox/preferences"
_APPLICANTS: Final = (
    *("government_municipal", "public_body", "public_institute", "government_state"),
    *("non_profit", "small_business", "for_profit"),
)


@router.get("")
async def listed(request: Request, store: Stored, person: Somebody, deleted: str = "", saved: str = "") -> Any:
    known = await known_person(store, person.user)
    query = {"$or": [{"person": person.user}, *shared_with(known)]}
    found = [subscription_from(each) async for each in store[SUBSCRIPTIONS].find(query, sort=[("_id", 1)])]
    return request.app.state.pages.render(
        request,
        "notifications/subscriptions/list.html",
        subscriptions=[each for each in found if each.deleted_at is None],
        gone=[each for each in found if each.deleted_at is not None and each.person == person.user],
        undo=next((each for each in found if each.id == deleted and each.deleted_at is not None), None),
        saved=f"subscription-{saved}" if saved else None,
        me=person.user,
        may_change=lambda each: each.person == person.user or (each.shared and person.may("coordinator")),
        departments={each.id: each.name for each in await departments(store)},
        filters={each.id: {language: filters_in_words(each, language) for language in ("sl", "en")} for each in found},
        titles={each.id: title_of(each) for each in found},
        kinds=KINDS,
        now=now(),
    )


@router.get("/new")
async def new(request: Request, store: Stored, person: Somebody) -> Any:
    form = from_address(request.query_params)
    form.fields["audience"] = ""
    tried = None
    if request.query_params:
        try:
            tried = await _tried(form, person, store)
        except Problem as problem:
            form.blame(problem)
    return await _draw(request, store, person, form, tried)


@router.post("/new")
async def add(request: Request, command: Commanding, person: Somebody) -> Any:
    async def change(form: commands.SubscriptionForm, work: Work) -> None:
        await commands.add(form, person, work)

    return await _save(request, command, person, None, change)


@router.get("/{subscription_id}")
async def edit(request: Request, subscription_id: str, store: Stored, person: Somebody) -> Any:
    found = await _own(subscription_id, person, store)
    return await _draw(request, store, person, shown(found, _audience(found)), None, found)


@router.post("/{subscription_id}")
async def save(request: Request, subscription_id: str, command: Commanding, person: Somebody) -> Any:
    found = await _own(subscription_id, person, command.store)

    async def change(form: commands.SubscriptionForm, work: Work) -> None:
        held = await commands.mine(subscription_id, person, work)
        if str(held.version) != (await request.form()).get("version"):
            raise Problem(412, "somebody else changed this meanwhile; open the page again and repeat the change")
        await commands.edit(held, form.model_copy(update={"paused_until": held.paused_until}), person, work)

    return await _save(request, command, person, found, change)


@router.post("/{subscription_id}/state")
async def set_state(
    subscription_id: str,
    command: Commanding,
    person: Somebody,
    step: Annotated[str, Form(pattern="^(on|off|pause|delete|restore|leave|join)$")],
    until: Annotated[str, Form(max_length=10)] = "",
) -> RedirectResponse:
    """Switch on or off, pause until the morning of a day, delete and take back; leave or join a shared one again."""

    async def change(work: Work) -> None:
        if step in ("leave", "join"):
            await _take_part(subscription_id, step, person, work)
            return
        if step in ("delete", "restore"):
            held = await commands.mine_or_deleted(subscription_id, person, work)
            await commands.restore(held, person, work) if step == "restore" else commands.remove(held, work)
            return
        held = await commands.mine(subscription_id, person, work)
        if step == "pause":
            changed(held, work, paused_until=_beginning_of(until, await known_person(command.store, person.user)))
        else:
            changed(held, work, enabled=step == "on", paused_until=None)

    await command.store.transact(change, actor=person.user)
    return RedirectResponse(f"{HOME}?deleted={subscription_id}" if step == "delete" else HOME, 303)


async def _take_part(subscription_id: str, step: str, person: Person, work: Work) -> None:
    """Leave a subscription that is for many, or have it tell one again."""
    document = await work.get(SUBSCRIPTIONS, subscription_id)
    found = None if document is None else subscription_from(document)
    if found is None or not found.shared:
        raise Problem(404, f"there is no shared subscription {subscription_id}")
    if step == "leave":
        await commands.leave(found, person.user, work)
    elif person.user in found.left:
        changed(found, work, left=tuple(each for each in found.left if each != person.user))


def _beginning_of(day: str, person: Known | None) -> datetime:
    """When a day begins on a person's own clock. Raises Problem when it is none."""
    zone = (person or Known(id="?", address="nobody@example.org")).clock
    try:
        return datetime.combine(date.fromisoformat(day), time(), zone)
    except ValueError:
        raise Problem.at("until", f"{day!r} is no day", "choose the day from which it is to tell again") from None


async def _own(subscription_id: str, person: Person, store: Store) -> Subscription:
    return await store.transact(lambda work: commands.mine(subscription_id, person, work))


def _audience(subscription: Subscription) -> str:
    if subscription.department:
        return f"department:{subscription.department}"
    return f"role:{subscription.role}" if subscription.role else ""


async def _tried(form: Typed, person: Person, store: Store) -> Tried:
    """What the search in the form would have told. Raises Problem naming what is wrong with it."""
    wanted = commands.as_searched(commands.form_of(facts(form)), person)
    return await try_on_history(wanted, store, now())


async def _save(
    request: Request,
    command: Command,
    person: Person,
    found: Subscription | None,
    change: Callable[[commands.SubscriptionForm, Work], Awaitable[None]],
) -> Any:
    """Keep the search in the form, or only try it; what is wrong is said beside what was typed."""
    sent = await request.form()
    form = typed(sent)
    tried: Tried | None = None
    try:
        if sent.get("do") == "try":
            tried = await _tried(form, person, command.store)
        else:
            wanted = commands.form_of(facts(form))
            await commands.may_be_kept(wanted, person, command.store, now())
            await command.store.transact(lambda work: change(wanted, work), actor=person.user)
            return RedirectResponse(f"{HOME}?saved={found.id if found else 'new'}", 303)
    except Problem as problem:
        form.blame(problem)
        if form.get("everything") or any(name == "everything" for name, _ in form.mistakes):
            tried = await _tried(form, person, command.store)
    return await _draw(request, command.store, person, form, tried, found)


async def _draw(
    request: Request, store: Store, person: Person, form: Typed, tried: Tried | None, found: Subscription | None = None
) -> Any:
    return request.app.state.pages.render(
        request,
        "notifications/subscriptions/form.html",
        status=form.status,
        held=found,
        form=form,
        tried=tried,
        kinds=KINDS,
        groups=GROUPS,
        themes=THEMES,
        applicants={
            code: {language: code_in_words(code, language) for language in ("sl", "en")} for code in _APPLICANTS
        },
        departments=await departments(store),
        roles=ROLES,
        others=[kind.code for kind in KINDS.values() if kind.group != "calls"],
        for_many=person.may("coordinator", "funding-officer"),
    )
