"""HTTP: mail servers hand in what came back; operators see and lift suppressions."""

from __future__ import annotations

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request

from kit.auth.people import Anybody, Person, require
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import Problem
from kit.store import Work
from services.notifications.suppression.mailbox import Mailbox
from services.notifications.suppression.report import NoReport, Returned, read_report
from services.notifications.suppression.returns import key_for_mail_servers, take
from services.notifications.suppression.store import MAILBOXES

router = APIRouter()

Operator = Annotated[Person, require("operator")]
Somebody = Annotated[Person, require()]
LARGEST = 1024 * 1024
_ABOUT_THE_BODY = frozenset({"multipart/report", "multipart/mixed"})


@router.post("/bounces", summary="A delivery report as it came: message/rfc822 or multipart/report (RFC 3464).")
async def post_bounce(
    request: Request, command: Commanding, person: Anybody, x_cinnabar_key: Annotated[str, Header()] = ""
) -> Any:
    """For operators, and for mail servers with the key of `/inbox/mailboxes` in `X-Cinnabar-Key`."""
    _may_hand_in(request, person, x_cinnabar_key)
    try:
        found = read_report(await _mail(request))
    except NoReport as error:
        raise Problem.at("body", str(error), error.mend) from None

    async def change(work: Work) -> dict[str, Any]:
        return {"items": [_told(each, await take(each, work)) for each in found]}

    return await command.run(change)


@router.get("/mailboxes", summary="Mailboxes that mail came back from, and which are written to no more.")
async def list_mailboxes(store: Stored, person: Operator, page: Paging) -> dict[str, Any]:
    return await page_of(store[MAILBOXES], {}, page, lambda document: mailbox_shown(MAILBOXES.to_aggregate(document)))


@router.post("/mailboxes/{address}/lift", summary="Write to a mailbox again; operators, and the person it belongs to.")
async def post_lift(address: str, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return mailbox_shown(await lift(address, person, work))

    return await command.run(change, etag=True)


async def lift(address: str, person: Person, work: Work) -> Mailbox:
    mailbox = await work.load(MAILBOXES, address.lower())
    if mailbox is None or not (mailbox.person == person.user or person.may("operator")):
        raise Problem(404, f"no mail came back from {address}")
    after = mailbox.lift(person.user, work.now)
    return mailbox if after is mailbox else work.save(MAILBOXES, after)


def mailbox_shown(mailbox: Mailbox) -> dict[str, Any]:
    return {"id": mailbox.address, **mailbox.model_dump(exclude={"events"}), "reason": mailbox.why}


def _told(returned: Returned, outcome: str) -> dict[str, Any]:
    return {
        "message_id": returned.message_id,
        "recipient": returned.recipient,
        "severity": returned.severity,
        "reason": returned.reason,
        "outcome": outcome,
    }


def _may_hand_in(request: Request, person: Person | None, key: str) -> None:
    own = request.app.state.settings.secret.get_secret_value()
    if person is not None and person.may("operator"):
        return
    if own and key and hmac.compare_digest(key.encode(), key_for_mail_servers(own).encode()):
        return
    raise Problem(401 if person is None else 403, "send the key of /inbox/mailboxes as X-Cinnabar-Key")


async def _mail(request: Request) -> bytes:
    """The body as a mail; the request's own Content-Type stands before it, where the body is what that describes."""
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        raise Problem.at("Content-Length", "the header is missing", "say how long the report is", 411)
    if int(length) > LARGEST:
        raise Problem.at("body", "the report is larger than 1 MiB", "leave the returned mail's own text out", 413)
    raw = await request.body()
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() in _ABOUT_THE_BODY:
        return b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n" + raw
    return raw
