"""A search as it is typed into its page, and what an address of a list of calls asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import FormData, QueryParams

from contracts.values import LocalText
from kit.http.problems import FieldError, Problem
from services.notifications.subscriptions.subscription import Search

TICKED: Final = ("kinds", "themes", "applicants")
LISTED: Final = ("territories", "programmes", "sources", "actions", "activities", "departments")
SWITCHED: Final = ("every_change", "mine")
AMOUNTS: Final = ("min_amount", "max_amount")
_PLAIN: Final = ("name", "text", "deadline_within", "deadline_from", "deadline_until", "min_score", "cadence")
_SLOVENIAN = re.compile(r"\d{1,3}(\.\d{3})+(,\d{1,2})?|\d+,\d{1,2}")
_ENGLISH = re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,2})?")

_MENDS: Final = {
    "text": LocalText(
        sl="Zapišite besede v slovenščini ali angleščini, največ dvanajst; drugih jezikov iskanje ne pozna.",
        en="Write words in Slovenian or English, twelve at most; the search knows no other language.",
    ),
    "name": LocalText(sl="Ime naj bo v eni vrstici, do 100 znakov.", en="Keep the name to one line of 100 characters."),
    "kinds": LocalText(
        sl="Označite vsaj eno vrsto; iskanje po razpisih samih nima ocene in aktivnosti, zato ju pustite prazni.",
        en="Tick at least one kind; a search over calls as such has no score and no activity, so leave those empty.",
    ),
    "min_amount": LocalText(sl="Zapišite znesek, na primer 50.000.", en="Write an amount such as 50,000."),
    "max_amount": LocalText(sl="Zapišite znesek, na primer 50.000.", en="Write an amount such as 50,000."),
    "min_rate": LocalText(sl="Zapišite odstotek od 0 do 100.", en="Write a share of 0 to 100 per cent."),
    "min_score": LocalText(sl="Zapišite število od 0 do 100.", en="Write a number from 0 to 100."),
    "deadline_within": LocalText(sl="Zapišite število dni, najmanj 1.", en="Write a number of days, 1 or more."),
    "deadline_from": LocalText(sl="Izberite dan pred zadnjim dnem roka.", en="Choose a day before the last one."),
    "deadline_until": LocalText(sl="Izberite dan po prvem dnevu roka.", en="Choose a day after the first one."),
    "paused_until": LocalText(sl="Izberite dan, do katerega naj miruje.", en="Choose the day until which it rests."),
    "everything": LocalText(
        sl="To iskanje ne izloči nobenega razpisa. Zožite ga, ali spodaj potrdite, da želite vse.",
        en="This search turns no call away. Narrow it, or say below that you want them all.",
    ),
    "audience": LocalText(
        sl="Izberite oddelek ali vlogo, ki obstaja; zanju naročajo koordinatorji in uradniki za razpise.",
        en="Choose a department or role that exists; coordinators and funding officers arrange that.",
    ),
}
_WHOLE = LocalText(
    sl="Meji sta zamenjani: prva naj bo manjša od druge.",
    en="Two bounds are exchanged: the first has to be the smaller.",
)


@dataclass(slots=True)
class Typed:
    """What stands in the fields, and what is wrong with them as pairs of field and words in both languages."""

    fields: dict[str, str] = field(default_factory=dict)
    ticked: dict[str, list[str]] = field(default_factory=dict)
    mistakes: list[tuple[str, LocalText]] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def status(self) -> int:
        return 422 if self.mistakes else 200

    def blame(self, problem: Problem) -> None:
        """Note what a refusal says. Raises it again when it names no field."""
        if not problem.errors:
            raise problem
        self.mistakes = list({name: (name, words) for name, words in map(_in_words, problem.errors)}.values())


def typed(form: FormData) -> Typed:
    plain = {name: value.strip() for name, value in form.items() if isinstance(value, str) and name not in TICKED}
    ticked = {name: [each for each in form.getlist(name) if isinstance(each, str)] for name in TICKED}
    return Typed(plain, ticked)


def shown(search: Search, audience: str = "") -> Typed:
    """The fields of a search that is kept, as somebody would type them."""
    stored = search.model_dump(mode="json")
    plain = {name: str(stored[name]) for name in _PLAIN if stored[name]}
    listed = {name: ", ".join(stored[name]) for name in LISTED}
    amounts = {name: f"{value.amount:f}" for name in AMOUNTS if (value := getattr(search, name))}
    rate = {} if search.min_rate is None else {"min_rate": f"{(search.min_rate * 100).normalize():f}"}
    every = {name: "yes" for name in SWITCHED if getattr(search, name)}
    return Typed(
        plain | listed | amounts | rate | every | {"audience": audience}, {name: list(stored[name]) for name in TICKED}
    )


def from_address(query: QueryParams) -> Typed:
    """A search for what a list of calls was filtered by, under the names that funding's list has for it."""
    asked = {"text": "text", "territory": "territories", "source": "sources", "amount": "min_amount"}
    days = {"deadline_from": "deadline_from", "deadline_to": "deadline_until"}
    plain = {ours: value for theirs, ours in (asked | days).items() if (value := query.get(theirs, "").strip()[:200])}
    themes = [theme for theme in query.getlist("theme") if theme]
    kinds = ["call_found"] if plain or themes else ["call_matched"]
    return Typed(plain, {"kinds": kinds, "themes": themes, "applicants": []})


def facts(form: Typed) -> dict[str, Any]:
    """What a form says of a search, for its model to judge; a field left empty asks for nothing."""
    said: dict[str, Any] = {name: form.get(name) for name in _PLAIN if form.get(name)}
    said |= {name: form.ticked.get(name, []) for name in TICKED}
    said |= {name: [each.strip() for each in form.get(name).split(",") if each.strip()] for name in LISTED}
    said |= {name: {"amount": _number(form.get(name))} for name in AMOUNTS if form.get(name)}
    if form.get("min_rate"):
        said["min_rate"] = _share(form.get("min_rate"))
    said |= {name: True for name in (*SWITCHED, "everything") if form.get(name)}
    kind, _, group = form.get("audience").partition(":")
    return said | ({kind: group} if kind in ("department", "role") else {})


def _number(text: str) -> str:
    plain = re.sub(r"[\s€]", "", text)
    if _SLOVENIAN.fullmatch(plain):
        return plain.replace(".", "").replace(",", ".")
    return plain.replace(",", "") if _ENGLISH.fullmatch(plain) else plain


def _share(text: str) -> str:
    number = _number(text.replace("%", ""))
    return f"{number}e-2" if re.fullmatch(r"\d+(\.\d+)?", number) else number


def _in_words(error: FieldError) -> tuple[str, LocalText]:
    name = error.field.split(".")[0]
    if name in ("department", "role"):
        name = "audience"
    if name == "body":
        return "deadline_until" if "deadline" in error.message else "min_amount", _WHOLE
    said = f"{error.message}; {error.mend}"
    return name, _MENDS.get(name, LocalText(sl=said, en=said))
