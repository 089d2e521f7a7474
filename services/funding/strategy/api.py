"""HTTP: the strategy as it stands, its revisions, and what the local group suggests."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from kit.auth.people import Anybody, Person, require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import Problem
from kit.store import Work
from services.funding.strategy import commands
from services.funding.strategy.content import Content
from services.funding.strategy.gathering import gather
from services.funding.strategy.revision import Approval, DecisionForm, Revision, digest_of
from services.funding.strategy.store import REVISIONS, SUGGESTIONS, draft_in, last_revision
from services.funding.strategy.suggestions import AnswerForm, Suggestion, SuggestionForm

router = APIRouter(prefix="/strategy")

SignedIn = Annotated[Person, require()]
Keeper = Annotated[Person, require("funding-officer", "coordinator")]
Approver = Annotated[Person, require("approver")]


class Summary(BaseModel):
    """What the keepers of the strategy want to say first."""

    model_config = ConfigDict(extra="forbid")
    summary: str | None = Field(max_length=10_000)


def revision_shown(revision: Revision, person: Person | None) -> dict[str, Any]:
    """A revision; names of people are for those who are signed in."""
    shown = revision.model_dump(exclude={"revision_id"})
    if person is None:
        del shown["approved_by"]
        shown["content"] = unnamed(revision.content).model_dump()
    return {"id": revision.revision_id, **shown}


def unnamed(content: Content) -> Content:
    return content.model_copy(update={"log": [each.model_copy(update={"by": None}) for each in content.log]})


def suggestion_shown(suggestion: Suggestion) -> dict[str, Any]:
    return {"id": suggestion.suggestion_id, **suggestion.model_dump(exclude={"suggestion_id"})}


@router.get("", summary="The strategy as it stands now, compared with its last revision; `digest` names what was seen.")
async def get_strategy(store: Stored, person: SignedIn) -> dict[str, Any]:
    draft, previous = await draft_in(store.database), await last_revision(store.database)
    content = await gather(store.database, draft, previous, now())
    fields = draft.model_dump(include={"summary", "edited_by", "edited_at", "version"})
    return {**fields, "digest": digest_of(content, draft), "content": content}


@router.put("/summary", summary="Write what is said first in the next revision (If-Match: the draft's version).")
async def put_summary(form: Summary, command: Commanding, keeper: Keeper) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        draft = await commands.summarise(form.summary, keeper.user, work, command.expect_version)
        return draft.model_dump(exclude={"draft_id"})

    return await command.run(change, etag=True)


@router.post("/decisions", status_code=201, summary="Record a decision about funding that was taken elsewhere.")
async def post_decision(form: DecisionForm, command: Commanding, keeper: Keeper) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return (await commands.record(form, keeper.user, work)).model_dump(exclude={"draft_id"})

    return await command.run(change, status=201)


@router.get("/revisions", summary="Approved revisions, by quarter, without their content.")
async def list_revisions(store: Stored, person: Anybody, page: Paging) -> dict[str, Any]:
    def head(document: dict[str, Any]) -> dict[str, Any]:
        shown = revision_shown(REVISIONS.to_aggregate(document), person)
        del shown["content"]
        return shown

    return await page_of(store[REVISIONS], {}, page, head)


@router.get("/revisions/{revision_id}", summary="One revision as it was approved: the data of its document.")
async def get_revision(revision_id: str, store: Stored, person: Anybody) -> dict[str, Any]:
    document = await store[REVISIONS].find_one({"_id": revision_id})
    if document is None:
        raise Problem(404, f"there is no revision {revision_id} of the strategy")
    return revision_shown(REVISIONS.to_aggregate(document), person)


@router.post("/revisions", status_code=201, summary="Approve the strategy as it was seen; it is frozen as a revision.")
async def post_revision(form: Approval, command: Commanding, approver: Approver) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return revision_shown(await commands.approve(form, approver.user, work), approver)

    return await command.run(change, status=201)


@router.get("/suggestions", summary="Suggestions, oldest first; `open=true` for those without an answer.")
async def list_suggestions(store: Stored, person: SignedIn, page: Paging, open: bool = False) -> dict[str, Any]:  # noqa: A002
    query = {"answer": None} if open else {}
    return await page_of(store[SUGGESTIONS], query, page, lambda each: suggestion_shown(SUGGESTIONS.to_aggregate(each)))


@router.post("/suggestions", status_code=201, summary="Suggest a source of money, or anything else about funding.")
async def post_suggestion(form: SuggestionForm, command: Commanding, person: SignedIn) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return suggestion_shown(commands.suggest(form, person.user, work))

    return await command.run(change, status=201)


@router.post("/suggestions/{suggestion_id}/answer", summary="Answer a suggestion; a later answer stands before it.")
async def post_answer(suggestion_id: str, form: AnswerForm, command: Commanding, keeper: Keeper) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return suggestion_shown(await commands.answer(suggestion_id, form, keeper.user, work))

    return await command.run(change)
