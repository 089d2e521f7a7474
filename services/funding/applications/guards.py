"""What must hold for a move. Each guard answers None, or says what is in the way and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from contracts.values import LocalText
from services.funding.applications.moves import MoveForm, Obstacle
from services.funding.applications.states import STATES
from services.funding.applications.words import GO_REASONS, NO_GO_REASONS, STATE_NAMES, named

if TYPE_CHECKING:
    from services.funding.applications.application import Application

LJUBLJANA = ZoneInfo("Europe/Ljubljana")


Guard = Callable[["Application", MoveForm, datetime], Obstacle | None]
GUARDS: dict[str, Guard] = {}


def _guard(guard: Guard) -> Guard:
    GUARDS[guard.__name__] = guard
    return guard


def _say(field: str, sl: str, en: str, mend_sl: str, mend_en: str) -> Obstacle:
    return Obstacle(field, LocalText(sl=sl, en=en), LocalText(sl=mend_sl, en=mend_en))


def moment(value: datetime) -> LocalText:
    local = value.astimezone(LJUBLJANA)
    return LocalText(
        sl=format_datetime(local, "d. MMMM y, HH:mm", locale="sl"),
        en=format_datetime(local, "d MMMM y, HH:mm", locale="en_GB"),
    )


@_guard
def why(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    if form.why and form.why.strip():
        return None
    return _say("why", "Razlog manjka.", "The reason is missing.", "napišite, zakaj", "write why")


@_guard
def reasons(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    known = GO_REASONS if form.move == "decide_go" else NO_GO_REASONS
    unknown = [code for code in form.reasons if code not in known]
    if form.reasons and not unknown:
        return None
    codes = ", ".join(known)
    wrong = LocalText(sl="Odločitev nima razloga.", en="The decision gives no reason.")
    if unknown:
        wrong = LocalText(sl=f"Razlog {unknown[0]} ni znan.", en=f"There is no reason {unknown[0]}.")
    return Obstacle("reasons", wrong, LocalText(sl=f"izberite: {codes}", en=f"choose from {codes}"))


@_guard
def call_stands(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    if application.terms.status != "withdrawn":
        return None
    return _say(
        "move",
        "Financer je razpis preklical.",
        "The funder has withdrawn the call.",
        "umaknite vlogo ali počakajte na ponovno objavo",
        "withdraw the application, or wait until the call is opened again",
    )


@_guard
def two_stage(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    if application.terms.two_stage:
        return None
    return _say(
        "move",
        "Razpis nima dveh stopenj.",
        "The call does not have two stages.",
        "začnite pripravo (start)",
        "begin preparing instead (start)",
    )


@_guard
def single_stage(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    if not application.terms.two_stage:
        return None
    return _say(
        "move",
        "Razpis ima dve stopnji.",
        "The call has two stages.",
        "začnite s 1. stopnjo (start_step1)",
        "begin with step 1 (start_step1)",
    )


@_guard
def before_deadline(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    happened = form.happened_at or now
    deadline = application.deadline(happened)
    if deadline is None or happened <= deadline:
        return None
    words = moment(deadline)
    return _say(
        "happened_at",
        f"Rok za oddajo je potekel {words.sl}.",
        f"The deadline passed on {words.en}.",
        "če je bila vloga oddana pravočasno, navedite, kdaj (happened_at)",
        "if it was submitted in time, say when (happened_at)",
    )


@_guard
def checklist(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    step = STATES[application.state].step
    missing = [
        document
        for document in application.documents
        if document.mandatory and document.open and (not application.terms.two_stage or document.step in {None, step})
    ]
    if not missing or (form.override and form.override.strip()):
        return None
    return _say(
        "override",
        f"Obvezni dokumenti še niso pripravljeni: {'; '.join(each.title.sl for each in missing)}.",
        f"Mandatory documents are not ready: {'; '.join(each.title.en for each in missing)}.",
        "pripravite jih, označite jih kot nepotrebne ali zapišite razlog za oddajo brez njih",
        "make them ready, mark them as not needed, or record why it is submitted without them",
    )


@_guard
def conditions(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    if form.conditions:
        return None
    return _say(
        "conditions", "Pogoji niso navedeni.", "No condition is named.", "naštejte pogoje", "list the conditions"
    )


@_guard
def contract(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    if not (form.contract_number and form.contract_number.strip()):
        return _say(
            "contract_number",
            "Številka pogodbe manjka.",
            "The number of the contract is missing.",
            "vpišite številko pogodbe",
            "enter the number of the contract",
        )
    if form.contract_signed_on is not None:
        return None
    return _say(
        "contract_signed_on",
        "Datum podpisa pogodbe manjka.",
        "The day the contract was signed is missing.",
        "vpišite datum, na primer 2027-09-01",
        "enter the day, such as 2027-09-01",
    )


@_guard
def score(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    if form.score is not None or (form.no_score and form.no_score.strip()):
        return None
    return _say(
        "score",
        "Število točk manjka.",
        "The score is missing.",
        "vpišite točke ali zapišite, zakaj jih ni (no_score)",
        "enter the score, or say why there is none (no_score)",
    )


@_guard
def lessons(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    if form.lessons and form.lessons.strip():
        return None
    return _say(
        "lessons",
        "Nauki manjkajo.",
        "The lessons are missing.",
        "zapišite, kaj smo se naučili",
        "write what we learned",
    )


@_guard
def tasks_done(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    left = [task for task in application.tasks if task.open]
    if not left:
        return None
    return _say(
        "move",
        f"Odprte naloge: {'; '.join(task.title.sl for task in left)}.",
        f"Tasks are still open: {'; '.join(task.title.en for task in left)}.",
        "dokončajte jih",
        "finish them",
    )


@_guard
def came_from_step1(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    return _came_from(application, 1)


@_guard
def came_from_step2(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    return _came_from(application, 2)


@_guard
def answer_in_time(application: Application, form: MoveForm, now: datetime) -> Obstacle | None:
    happened = form.happened_at or now
    if application.answer_by is None or happened <= application.answer_by:
        return None
    words = moment(application.answer_by)
    return _say(
        "happened_at",
        f"Rok financerja je potekel {words.sl}.",
        f"The funder's deadline passed on {words.en}.",
        "če je bil odgovor poslan pravočasno, navedite, kdaj (happened_at)",
        "if the answer was sent in time, say when (happened_at)",
    )


def _came_from(application: Application, step: int) -> Obstacle | None:
    before = application.path()[-1]
    if STATES[before].step == step:
        return None
    name = named(STATE_NAMES, before)
    return _say(
        "move",
        f"Vrnjena je bila iz stanja »{name.sl}«.",
        f"It was returned from “{name.en}”.",
        "uporabite drugo dopolnitev",
        "use the other of the two answers",
    )
