"""The sample of work under way: a council calendar, an application with its money, and a suggestion."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kit.store import Store, Work
from services.funding import identity
from services.funding.applications.api import move_on
from services.funding.applications.application import Application
from services.funding.applications.checklist import checklist
from services.funding.applications.moves import MoveForm
from services.funding.applications.opening import documents_of
from services.funding.applications.records import Activity, Partner, Role
from services.funding.applications.store import APPLICATIONS, standing_call, terms_of
from services.funding.ledger.arranging import set_financing
from services.funding.ledger.example import WHO
from services.funding.ledger.financing import FinancingForm
from services.funding.ledger.forms import ReservationForm
from services.funding.ledger.keeping import keep
from services.funding.planning.api import CalendarForm, set_calendar
from services.funding.planning.project import Project
from services.funding.planning.store import council_calendar
from services.funding.strategy.commands import suggest
from services.funding.strategy.suggestions import SuggestionForm


async def load_work(store: Store, folder: Path) -> None:
    """What `folder/work.json` holds, step after step as people would do it; nothing when it is not there."""
    file = folder / "work.json"
    if not file.exists():
        return
    sample = json.loads(file.read_text())

    async def meet(work: Work) -> None:
        form = CalendarForm.model_validate(sample["council"])
        await set_calendar(await council_calendar(work.database), form, WHO, work)

    async def apply(work: Work) -> str | None:
        return await _opened(sample["application"], sample["decision"], work)

    await store.transact(meet, actor=WHO)
    application_id = await store.transact(apply, actor=WHO)
    if application_id is not None:
        await _pay(sample, application_id, store)

    async def consult(work: Work) -> None:
        suggest(SuggestionForm.model_validate(sample["suggestion"]), WHO, work)

    await store.transact(consult, actor=WHO)


async def _opened(given: dict[str, Any], decision: dict[str, Any], work: Work) -> str | None:
    """The application's id; None without its call. Its activities are named here, for their plan is heard of later."""
    call = await standing_call(identity.call_id(**given["call"]), work)
    if call is None:
        return None
    application = Application.opened(
        by=WHO,
        now=work.now,
        application_id=identity.application_id(call.call_id, 1),
        call_id=call.call_id,
        title=given["title"],
        terms=terms_of(call),
        activities=[Activity.model_validate(each) for each in given["activities"]],
        lead_department=given["lead_department"],
        roles=[Role.model_validate(each) for each in given["roles"]],
        partners=[Partner.model_validate(each) for each in given["partners"]],
        project=Project.model_validate(given["project"]),
        documents=checklist(documents_of(call)),
    )
    await move_on(application, MoveForm.model_validate(decision), WHO, work)
    return work.save(APPLICATIONS, application).application_id


async def _pay(sample: dict[str, Any], application_id: str, store: Store) -> None:
    """Who pays for it, and the own share on the budget's lines."""
    source, key = sample["application"]["call"].values()
    named = {"application_id": application_id, "call_id": identity.call_id(source, key)}

    async def finance(work: Work) -> str:
        form = FinancingForm.model_validate({**sample["financing"], **named})
        return (await set_financing(form, None, work)).financing_id

    named["financing_id"] = await store.transact(finance, actor=WHO)

    async def reserve(work: Work) -> None:
        title = sample["financing"]["title"]
        await keep(ReservationForm.model_validate({**named, "title": title, "parts": sample["reserved"]}), work)

    await store.transact(reserve, actor=WHO)
