"""Pages: what came back, for operators; and a person's own word that their mailbox is all right again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging
from kit.http.problems import Problem
from kit.settings import Settings
from kit.store import Work
from services.notifications.suppression.api import lift
from services.notifications.suppression.returns import key_for_mail_servers
from services.notifications.suppression.store import MAILBOXES

router = APIRouter(prefix="/inbox/mailboxes")

Operator = Annotated[Person, require("operator")]
Somebody = Annotated[Person, require()]
HOME = "/inbox/mailboxes"


@router.get("")
async def returned(request: Request, store: Stored, person: Operator, page: Paging) -> Any:
    settings: Settings = request.app.state.settings
    try:
        key = key_for_mail_servers(settings.secret.get_secret_value())
    except ValueError as error:
        raise Problem(503, str(error)) from None
    query = {} if page.after is None else {"_id": {"$gt": page.after}}
    found = await store[MAILBOXES].find(query, sort=[("_id", 1)], limit=page.limit + 1).to_list(None)
    mailboxes = [MAILBOXES.to_aggregate(each) for each in found[: page.limit]]
    return request.app.state.pages.render(
        request,
        "notifications/suppression/mailboxes.html",
        mailboxes=mailboxes,
        next=mailboxes[-1].address if len(found) > page.limit else None,
        report_address=f"{settings.public_url.rstrip('/')}/api/notifications/bounces",
        key=key,
    )


@router.post("/lift")
async def write_again(
    command: Commanding, person: Somebody, address: Annotated[str, Form(max_length=320)]
) -> RedirectResponse:
    async def change(work: Work) -> str:
        return (await lift(address, person, work)).person

    owner = await command.store.transact(change, actor=person.user)
    return RedirectResponse("/inbox" if owner == person.user else HOME, 303)
