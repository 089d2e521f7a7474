"""`/mailbox`: what the embedded mail sink accepted, so that the first alert can be read without a mail client."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from kit.embedded.mailbox import list_mail, read_mail
from kit.http.problems import Problem

router = APIRouter(include_in_schema=False)
SHOWN = 100


@router.get("/mailbox")
async def mailbox(request: Request) -> Any:
    folder = request.app.state.settings.data_dir / "mail"
    return request.app.state.pages.render(request, "mailbox.html", mails=list_mail(folder, limit=SHOWN))


@router.get("/mailbox/{file}")
async def one_mail(request: Request, file: str) -> Any:
    folder = request.app.state.settings.data_dir / "mail"
    known = {path.name: path for path in folder.glob("*.eml")}
    if file not in known:
        raise Problem(404, f"there is no message {file} in the mailbox")
    return request.app.state.pages.render(request, "mail.html", mail=read_mail(known[file]))
