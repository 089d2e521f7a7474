"""The forms of an application, filled with what is known of it."""

from __future__ import annotations

from services.funding.applications.application import Application
from services.funding.applications.forms import QUESTIONS
from services.funding.applications.records import Document, Partner, Task
from services.funding.ledger.totals import slovene

_ANSWERS = {None: "", True: "yes", False: "no"}


def facts(application: Application) -> dict[str, str]:
    project = application.project
    return {
        "title": application.title,
        "lead_department": application.lead_department or "",
        "roles": "\n".join(_line(role.role, role.person, role.department) for role in application.roles),
        "partners": "\n".join(_line(each.name, each.role, _share(each)) for each in application.partners),
        "value": slovene(project.value.amount) if project.value else "",
        "vat": project.value.vat if project.value else "",
        **{field: _ANSWERS[getattr(project, name)] for name, field in QUESTIONS.items()},
    }


def task(known: Task | None) -> dict[str, str]:
    if known is None:
        return {}
    return {
        "owner": known.owner or "",
        "due": known.due.isoformat() if known.due else "",
        "begun_on": known.begun_on.isoformat() if known.begun_on else "",
        "done": "yes" if known.done_at else "",
        "dropped": known.dropped.sl if known.dropped else "",
    }


def document(known: Document | None) -> dict[str, str]:
    if known is None:
        return {}
    mandatory = "yes" if known.mandatory else ""
    return {"state": known.state, "link": known.link or "", "note": known.note or "", "mandatory": mandatory}


def _line(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)


def _share(partner: Partner) -> str | None:
    return f"{(partner.share * 100).normalize():f} %" if partner.share is not None else None
