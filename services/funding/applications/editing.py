"""What people write into an application beside its state: leads, partners, tasks, documents, notes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from contracts.values import Code, LocalText
from services.funding.applications.application import Application
from services.funding.applications.records import Document, DocumentState, DueChange, Note, Partner, Role, Task
from services.funding.applications.settling import say_settled
from services.funding.planning.days import Day
from services.funding.planning.project import Project
from services.funding.stated_money import NotNegative


class Unknown(LookupError):
    """There is no task or document of that id in the application."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StatedProject(Project):
    """The facts as somebody states them."""

    value: NotNegative | None = None


class ApplicationEdit(_Form):
    """Fields left out stay as they are; a field that is given replaces the whole of it, such as every partner."""

    title: str = Field(default="", min_length=1, max_length=500)
    lead_department: str | None = Field(default=None, max_length=200)
    roles: list[Role] = Field(default=[], max_length=50)
    partners: list[Partner] = Field(default=[], max_length=100)
    project: StatedProject = StatedProject()

    @field_validator("partners")
    @classmethod
    def _within_the_whole(cls, partners: list[Partner]) -> list[Partner]:
        total = sum((partner.share for partner in partners if partner.share is not None), Decimal(0))
        if total > 1:
            raise ValueError(f"the shares of the partners add up to {total * 100:f} %, more than the whole")
        return partners


class TaskForm(_Form):
    """A task somebody adds."""

    title: str = Field(min_length=1, max_length=500)
    owner: str | None = Field(default=None, max_length=200)
    role: Code | None = None
    due: Day | None = None


class TaskEdit(_Form):
    """Fields left out stay as they are. `dropped`: why nobody needs to do it any more."""

    owner: str | None = Field(default=None, max_length=200)
    due: Day | None = None
    begun_on: Day | None = None
    done: bool = False
    dropped: str | None = Field(default=None, max_length=500)


def _web_address(link: str | None) -> str | None:
    if link and not link.startswith(("https://", "http://")):
        raise ValueError("a link begins with https:// or http://")
    return link or None


class DocumentForm(_Form):
    """A document somebody adds to the checklist."""

    title: str = Field(min_length=1, max_length=500)
    mandatory: bool = False
    step: Literal[1, 2] | None = None
    link: str | None = Field(default=None, max_length=2000)
    _address = field_validator("link")(_web_address)


class DocumentEdit(_Form):
    """Fields left out stay as they are."""

    state: DocumentState = "missing"
    link: str | None = Field(default=None, max_length=2000)
    note: str | None = Field(default=None, max_length=2000)
    mandatory: bool = False
    _address = field_validator("link")(_web_address)

    @model_validator(mode="after")
    def _because(self) -> Self:
        if self.state == "not_needed" and not (self.note and self.note.strip()):
            raise ValueError("say in the note why it is not needed")
        return self


class NoteForm(_Form):
    """A remark."""

    text: str = Field(min_length=1, max_length=8000)


def amend(application: Application, edit: ApplicationEdit) -> None:
    """Take what the edit names; tasks nobody owns go to whoever has their role now."""
    for name in edit.model_fields_set:
        setattr(application, name, getattr(edit, name))
    owners = {role.role: role.person for role in reversed(application.roles)}
    application.tasks = [
        task.model_copy(update={"owner": owners[task.role]})
        if task.open and task.owner is None and task.role in owners
        else task
        for task in application.tasks
    ]


def add_task(application: Application, form: TaskForm, task_id: str) -> None:
    title = LocalText(sl=form.title, en=form.title)
    facts = form.model_dump(exclude={"title"})
    application.tasks = [*application.tasks, Task(task_id=task_id, title=title, **facts)]


def change_task(application: Application, task_id: str, edit: TaskEdit, *, by: str, now: datetime) -> None:
    """Raises Unknown for a task that is not there."""
    task = next((each for each in application.tasks if each.task_id == task_id), None)
    if task is None:
        raise Unknown(task_id)
    given = {name: getattr(edit, name) for name in edit.model_fields_set - {"done", "dropped"}}
    if "done" in edit.model_fields_set and edit.done != (task.done_at is not None):
        given |= {"done_at": now, "done_by": by} if edit.done else {"done_at": None, "done_by": None}
    changed = task.model_copy(update=given)
    if "dropped" in edit.model_fields_set:
        same = task.dropped is not None and edit.dropped in {task.dropped.sl, task.dropped.en}
        why = task.dropped if same else LocalText(sl=edit.dropped, en=edit.dropped) if edit.dropped else None
        changed = changed.model_copy(update={"dropped": why})
    if changed.due != task.due:
        why_moved = LocalText(sl=f"spremenil(a) {by}", en=f"changed by {by}")
        moved = DueChange(at=now, before=task.due, after=changed.due, why=why_moved)
        changed = changed.model_copy(update={"changes": [*task.changes, moved], "fixed": True})
    before = application.tasks
    application.tasks = [changed if each is task else each for each in before]
    say_settled(application, before, by)


def add_document(application: Application, form: DocumentForm, document_id: str, *, by: str, now: datetime) -> None:
    title = LocalText(sl=form.title, en=form.title)
    facts = form.model_dump(exclude={"title"})
    added = Document(document_id=document_id, title=title, grounds="by_hand", set_by=by, set_at=now, **facts)
    application.documents = [*application.documents, added]


def change_document(application: Application, document_id: str, edit: DocumentEdit, *, by: str, now: datetime) -> None:
    """Raises Unknown for a document that is not on the checklist."""
    document = next((each for each in application.documents if each.document_id == document_id), None)
    if document is None:
        raise Unknown(document_id)
    given = {name: getattr(edit, name) for name in edit.model_fields_set}
    changed = document.model_copy(update={**given, "set_by": by, "set_at": now})
    application.documents = [changed if each is document else each for each in application.documents]


def add_note(application: Application, form: NoteForm, *, by: str, now: datetime) -> None:
    application.notes = [*application.notes, Note(text=form.text, by=by, at=now)]
