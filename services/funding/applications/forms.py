"""What people type into the pages of an application, read into what the API takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from contracts.values import LocalText
from services.funding.applications.moves import Obstacle
from services.funding.ledger.refusal import Refused
from services.funding.ledger.typed import typed_amount
from services.funding.typed import typed_deadline, typed_moment

Typed = Mapping[str, str]
Mistake = tuple[str, LocalText]

_MOMENT = LocalText(
    sl="Vpišite dan in uro, na primer 31. 3. 2027 (12:00)", en="Write the day and the hour, such as 31. 3. 2027 (12:00)"
)
_DAY = LocalText(sl="Vpišite dan, na primer 2027-09-01", en="Write the day, such as 2027-09-01")
_AMOUNT = LocalText(sl="Vpišite znesek, na primer 1.250.000,50", en="Write the amount, such as 1.250.000,50")
_SCORE = LocalText(sl="Vpišite število točk, na primer 62,5", en="Write the score, such as 62.5")
# The questions about a project, and the fields they have in the form.
QUESTIONS = {
    "investment": "investment",
    "building_permit": "building_permit",
    "land": "land",
    "partners": "partners_needed",
    "procurement": "procurement",
    "council": "council",
}
# What a reader of a form needs to hear; the API's own words speak of its fields.
_WRONG = {
    "happened_at": _MOMENT,
    "answer_by": _MOMENT,
    "contract_signed_on": _DAY,
    "due": _DAY,
    "begun_on": _DAY,
    "granted": _AMOUNT,
    "value": _AMOUNT,
    "project": _AMOUNT,
    "score": _SCORE,
    "score_of": _SCORE,
    "title": LocalText(sl="Vpišite naslov", en="Write a title"),
    "text": LocalText(sl="Napišite opombo", en="Write the remark"),
    "note": LocalText(sl="Napišite, zakaj ni potrebno", en="Write why it is not needed"),
    "link": LocalText(
        sl="Vpišite ves naslov, na primer https://www.idrija.si/diip.pdf",
        en="Write the whole address, such as https://www.idrija.si/diip.pdf",
    ),
    "partners": LocalText(
        sl="Vsak partner v svoji vrstici: ime; vloga; delež. Deleži skupaj ne presegajo 100 %",
        en="One partner a line: name; role; share. The shares together are at most 100 %",
    ),
    "roles": LocalText(
        sl="Vsaka oseba v svoji vrstici: vloga; oseba; oddelek", en="One person a line: role; person; department"
    ),
}


def read(form: type[BaseModel], raw: dict[str, Any]) -> tuple[Any, list[Mistake]]:
    """The form and no mistakes, or None and what is wrong with it in words for a person."""
    try:
        return form.model_validate(raw), []
    except ValidationError as error:
        return None, [_mistake(problem) for problem in error.errors()]


def _mistake(problem: Any) -> Mistake:
    name = str(problem["loc"][0]) if problem["loc"] else "note"
    plain = f"{name}: {problem['msg']}"
    field = "value" if name == "project" else name
    return field, _WRONG.get(name, LocalText(sl=plain, en=plain))


def move_typed(code: str, typed: Typed, reasons: list[str], zone: ZoneInfo) -> dict[str, Any]:
    """A typed move as `MoveForm` takes it; empty fields are left out."""
    plain = ("why", "override", "contract_number", "contract_signed_on", "no_score", "lessons")
    raw: dict[str, Any] = {"move": code, "reasons": reasons, **{name: typed[name] for name in plain if typed.get(name)}}
    for name in ("happened_at", "answer_by"):
        if typed.get(name):
            raw[name] = moment_typed(typed[name], zone, until=name == "answer_by")
    for name in ("score", "score_of"):
        if typed.get(name):
            raw[name] = typed[name].replace(",", ".")
    if typed.get("granted"):
        raw["granted"] = amount_typed(typed["granted"])
    conditions = [line.strip() for line in typed.get("conditions", "").splitlines() if line.strip()]
    if conditions:
        raw["conditions"] = [{"text": line} for line in conditions]
    return raw


def facts_typed(typed: Typed) -> dict[str, Any]:
    """The typed facts as `ApplicationEdit` takes them."""
    answers = {"yes": True, "no": False}
    project: dict[str, Any] = {name: answers.get(typed.get(field, "")) for name, field in QUESTIONS.items()}
    if typed.get("value"):
        project["value"] = {**amount_typed(typed["value"]), "vat": typed.get("vat") or "unknown"}
    return {
        "title": typed.get("title", ""),
        "lead_department": typed.get("lead_department") or None,
        "roles": [_named(line, ("role", "person", "department")) for line in _lines(typed, "roles")],
        "partners": [_partner(line) for line in _lines(typed, "partners")],
        "project": project,
    }


def moment_typed(text: str, zone: ZoneInfo, *, until: bool = False) -> Any:
    """A moment in the reader's zone; a bare day is its beginning, or its end where something lasts `until` then."""
    try:
        return typed_deadline(text, zone=zone).at if until else typed_moment(text, zone)
    except ValueError:
        return _unread(text)


def amount_typed(text: str) -> dict[str, str]:
    """An amount in euros as Slovenians type it: '80.000' is eighty thousand."""
    try:
        amount = typed_amount(text, "amount")
    except Refused:
        amount = None
    return {"amount": f"{amount.amount:f}" if amount else _unread(text)}


def _unread(text: str) -> str:
    """In quotes no form takes it for what it is not: '1.25' for an amount, '2027' for a moment."""
    return f"“{text}”"


def _lines(typed: Typed, name: str) -> list[str]:
    return [line.strip() for line in typed.get(name, "").splitlines() if line.strip()]


def _named(line: str, names: tuple[str, ...]) -> dict[str, Any]:
    parts = [part.strip() for part in line.split(";")]
    return {name: part for name, part in zip(names, parts, strict=False) if part}


def _partner(line: str) -> dict[str, Any]:
    raw = _named(line, ("name", "role", "share"))
    if share := raw.get("share"):
        number = share.rstrip(" %").replace(",", ".")
        raw["share"] = f"{number}e-2"
    return raw


def task_typed(typed: Typed, *, new: bool) -> dict[str, Any]:
    """A typed task. An existing one takes every field of its form, so that an emptied field is emptied."""
    raw: dict[str, Any] = {name: typed.get(name) or None for name in ("owner", "due")}
    if new:
        return {**raw, "title": typed.get("title", "")}
    if typed.get("action") == "done":
        return {"done": True}
    more = {name: typed.get(name) or None for name in ("begun_on", "dropped")}
    return {**raw, **more, "done": typed.get("done") == "yes"}


def document_typed(typed: Typed, *, new: bool) -> dict[str, Any]:
    raw = {"link": typed.get("link") or None, "mandatory": typed.get("mandatory") == "yes"}
    if new:
        return {**raw, "title": typed.get("title", "")}
    return {**raw, "state": typed.get("state", ""), "note": typed.get("note") or None}


def said(obstacle: Obstacle) -> Mistake:
    """What stands in the way of a move, as a form says it."""
    text, mend = obstacle.text, obstacle.mend
    return obstacle.field, LocalText(sl=f"{text.sl} ({mend.sl})", en=f"{text.en} ({mend.en})")


SOMEBODY_ELSE = Obstacle(
    "move",
    LocalText(sl="Vlogo je medtem spremenil nekdo drug.", en="Somebody else changed the application meanwhile."),
    LocalText(sl="preberite jo znova in ponovite", en="read it again and repeat"),
)
