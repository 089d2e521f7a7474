"""The documents an application needs: those its call names, and those calls usually ask of a municipality."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from contracts.values import LocalText
from services.funding.applications.records import Document

# A document of the call with one of these in its title is a form to fill in; the others are to be read.
_FORMS = ("obrazec", "izjava", "prijavnica", "priloga", "vzorec", "form", "annex", "statement", "declaration")


@dataclass(frozen=True, slots=True)
class CallDocument:
    """A document of the call's own tender documentation."""

    title: str
    link: str | None


def _typical(code: str, sl: str, en: str, *, mandatory: bool = False, step: Literal[1, 2] | None = 2) -> Document:
    return Document(document_id=code, title=LocalText(sl=sl, en=en), grounds="typical", mandatory=mandatory, step=step)


# Mandatory are those no call goes without; for the others somebody has to read the call first.
TYPICAL = (
    _typical("form", "Prijavni obrazec", "Application form", mandatory=True, step=None),
    _typical("statements", "Izjave prijavitelja", "Statements of the applicant", mandatory=True),
    _typical("own_share", "Izjava o lastnem deležu", "Statement that the own share is secured", mandatory=True),
    _typical("nrp", "Izpis iz načrta razvojnih programov", "Extract of the development programme (NRP)"),
    _typical("diip_ip", "DIIP ali IP s sklepom o potrditvi", "DIIP or IP with the decision that adopts it"),
    _typical("budget", "Stroškovnik ali popis del", "Cost breakdown or bill of quantities"),
    _typical("land", "Dokazilo o pravici na zemljišču", "Proof of the right to the land"),
    _typical("permit", "Gradbeno dovoljenje", "Building permit"),
    _typical("partners", "Izjave partnerjev", "Letters of the partners"),
    _typical("contract_sample", "Parafiran vzorec pogodbe", "Initialled sample of the contract"),
)


def checklist(of_the_call: Iterable[CallDocument]) -> list[Document]:
    """The checklist to begin with; people add to it, and say what is not needed."""
    named = [
        Document(
            document_id=f"call-{number}",
            title=LocalText(sl=each.title, en=each.title),
            grounds="call",
            mandatory=_is_form(each.title),
            link=each.link,
        )
        for number, each in enumerate(of_the_call, start=1)
    ]
    return [*named, *TYPICAL]


def _is_form(title: str) -> bool:
    return any(word in title.casefold() for word in _FORMS)
