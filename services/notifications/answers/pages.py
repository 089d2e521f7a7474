"""Pages: one alert with what to decide, and the small page that a mail's link opens."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from kit.auth.people import Anybody, require
from kit.auth.people import Person as SignedIn
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.notifications.alerts import Alert
from services.notifications.answers import deciding
from services.notifications.answers.answer import LINKED, UNDO_WITHIN, choices_of
from services.notifications.answers.api import DecisionForm, answer_of, decide, undo
from services.notifications.answers.tokens import Bound, seal, unseal
from services.notifications.answers.why_not import WHY_NOT
from services.notifications.changes.words import rows
from services.notifications.inbox.listing import newer_news
from services.notifications.mail_words import WORDS
from services.notifications.people.forms import Typed, done, model_of, typed
from services.notifications.people.person import Person
from services.notifications.people.store import PEOPLE, departments, person, person_from
from services.notifications.reading import mine_or_everybodys
from services.notifications.store import ALERTS

router = APIRouter()

Somebody = Annotated[SignedIn, require()]
CHOSEN_AMONG = 1000
UNDO = "undo"


@router.get("/inbox/answer/{token}")
async def open_link(request: Request, token: str, store: Stored) -> Any:
    """A link in a mail is opened by scanners, too, so opening it changes nothing."""
    bound = _bound(request, token)
    return await _link_page(request, store, token, bound, Typed())


@router.post("/inbox/answer/{token}")
async def answer_by_link(request: Request, token: str, command: Commanding) -> Any:
    """Decides without sign-in, once: a link that is over, or comes again, changes nothing and says why."""
    bound = _bound(request, token)
    form = await typed(request)

    async def change(work: Work) -> Alert | None:
        alert, told = await work.load(ALERTS, bound.alert_id), await work.get(PEOPLE, bound.person)
        if alert is None or told is None or _hindrance(bound, alert, person_from(told)) is not None:
            return None
        if bound.purpose == UNDO:
            return await deciding.undo(alert, person_from(told), work)
        answer = await answer_of(_decision(form, bound.purpose), work)
        return await deciding.decide(alert, answer, person_from(told), work)

    decided = await done(form, command, change)
    if decided is None:
        return await _link_page(request, command.store, token, bound, form, refused=not form.mistakes)
    back = Bound(
        alert_id=bound.alert_id,
        person=bound.person,
        purpose=UNDO,
        expires=now() + UNDO_WITHIN,
        turn=len(decided.decisions),
    )
    token = seal(request.app.state.settings.secret.get_secret_value(), back)
    return RedirectResponse(f"/inbox/answer/{token}", 303)


@router.get("/inbox/{alert_id}")
async def alert_page(request: Request, alert_id: str, store: Stored, somebody: Anybody) -> Any:
    if somebody is None:
        return RedirectResponse(f"/sign-in?next=/inbox/{quote(alert_id)}", 303)
    return await _alert_page(request, store, await _readable(store, alert_id, somebody), somebody, Typed())


@router.post("/inbox/{alert_id}")
async def decide_on(request: Request, alert_id: str, command: Commanding, somebody: Somebody) -> Any:
    form = await typed(request)

    async def change(work: Work) -> Alert:
        return await decide(alert_id, _decision(form, form.get("choice")), somebody, work)

    if await done(form, command, change) is None:
        alert = await _readable(command.store, alert_id, somebody)
        return await _alert_page(request, command.store, alert, somebody, form)
    return RedirectResponse(f"/inbox/{alert_id}", 303)


@router.post("/inbox/{alert_id}/undo")
async def take_back(alert_id: str, command: Commanding, somebody: Somebody) -> Any:
    async def change(work: Work) -> Alert:
        return await undo(alert_id, somebody, work)

    await command.store.transact(change, actor=somebody.user)
    return RedirectResponse(f"/inbox/{alert_id}", 303)


def _decision(form: Typed, choice: str) -> DecisionForm:
    kind, _, whom = form.get("to").partition(":")
    given = {
        "choice": choice,
        "reason_code": form.get("reason_code"),
        "reason": form.get("words") or form.get("note"),
        "remind_on": form.get("remind_on"),
        "to_person": whom if kind == "person" else "",
        "to_department": whom if kind == "department" else "",
    }
    return model_of(DecisionForm, {name: value for name, value in given.items() if value or name == "choice"})


def _bound(request: Request, token: str) -> Bound:
    bound = unseal(request.app.state.settings.secret.get_secret_value(), token)
    if bound is None or bound.purpose not in (*LINKED, UNDO):
        raise Problem(404, "this link is none of ours; copy it whole from the mail, or open your inbox")
    return bound


def _hindrance(bound: Bound, alert: Alert | None, told: Person | None) -> str | None:
    """Why a link does nothing any more, or None."""
    if bound.expires <= now():
        return "expired"
    if alert is None or told is None or alert.person != bound.person or alert.over or not told.active:
        return "gone"
    if bound.purpose == UNDO:
        return None if alert.settled and len(alert.decisions) == bound.turn else "taken_back"
    return "decided" if alert.settled else None


async def _link_page(
    request: Request, store: Store, token: str, bound: Bound, form: Typed, *, refused: bool = False
) -> Any:
    document = await store[ALERTS].find_one({"_id": bound.alert_id})
    alert = None if document is None else ALERTS.to_aggregate(document)
    told = await person(store, bound.person)
    hindrance = _hindrance(bound, alert, told)
    status = {"expired": 410, "gone": 410}.get(hindrance or "", 409 if refused else form.status)
    response = request.app.state.pages.render(
        request,
        "notifications/answers/answer.html",
        status=status,
        token=token,
        alert=alert,
        told=told,
        purpose=bound.purpose,
        hindrance=hindrance,
        by=await _name(store, alert),
        form=form,
        **await _asked_for(store, bound.person),
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def _alert_page(request: Request, store: Store, alert: Alert, somebody: SignedIn, form: Typed) -> Any:
    held = alert.decision
    return request.app.state.pages.render(
        request,
        "notifications/matters/alert.html" if alert.matter else "notifications/alert.html",
        status=form.status,
        alert=alert,
        newer=(await newer_news(store, [alert])).get(alert.alert_id),
        changes={language: rows(alert.changes, language) for language in WORDS},
        choices=choices_of(alert),
        may_undo=held is not None
        and alert.settled
        and held.via != "board"
        and now() <= held.at + UNDO_WITHIN
        and (held.by == somebody.user or somebody.may("coordinator")),
        by=await _name(store, alert),
        form=form,
        now=now(),
        **await _asked_for(store, somebody.user),
    )


async def _asked_for(store: Store, person_id: str) -> dict[str, Any]:
    """What the forms offer: reasons, and to whom one may hand over."""
    found = store[PEOPLE].find(
        {"active": True, "_id": {"$ne": person_id}}, sort=[("name", 1), ("_id", 1)], limit=CHOSEN_AMONG
    )
    return {
        "reasons": WHY_NOT,
        "departments": await departments(store),
        "colleagues": [person_from(each) async for each in found],
    }


async def _name(store: Store, alert: Alert | None) -> str:
    """Who decided on an alert, by name."""
    if alert is None or alert.decision is None:
        return ""
    known = await person(store, alert.decision.by)
    return known.shown if known else alert.decision.by


async def _readable(store: Store, alert_id: str, somebody: SignedIn) -> Alert:
    document = await store[ALERTS].find_one({"_id": alert_id, **mine_or_everybodys(somebody)})
    if document is None:
        raise Problem(404, "you have no such alert")
    return ALERTS.to_aggregate(document)
