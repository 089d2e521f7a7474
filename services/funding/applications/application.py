"""The aggregate of one application: it moves as the table of states allows, and keeps what every move was for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, Field

from contracts.funding import ApplicationOpenedV1, ApplicationStateChangedV1, AppliedFor
from contracts.registry import Event
from contracts.values import LocalText, PartialDate
from services.funding.applications import history
from services.funding.applications.guards import GUARDS
from services.funding.applications.moves import MoveForm, NotAllowed, Obstacle
from services.funding.applications.records import (
    Activity,
    Condition,
    Contract,
    DeadlineMove,
    Decision,
    Document,
    HistoryEntry,
    Note,
    Outcome,
    Partner,
    Role,
    Task,
)
from services.funding.applications.states import FIRST, OVER, STATES, Move
from services.funding.applications.terms import Terms
from services.funding.applications.words import STATE_NAMES, named
from services.funding.planning.project import Project


class Application(BaseModel):
    """One application. `version` is that of the stored one; `events` are what happened since it was loaded."""

    application_id: str
    call_id: str
    title: str
    terms: Terms
    activities: list[Activity] = []
    match_ids: list[str] = []
    state: str = FIRST
    history: list[HistoryEntry] = []
    decision: Decision | None = None
    lead_department: str | None = None
    roles: list[Role] = []
    partners: list[Partner] = []
    project: Project = Project()
    tasks: list[Task] = []
    documents: list[Document] = []
    notes: list[Note] = []
    conditions: list[Condition] = []
    answer_by: AwareDatetime | None = None
    contract: Contract | None = None
    outcome: Outcome | None = None
    deadline_moves: list[DeadlineMove] = []
    opened_at: AwareDatetime
    opened_by: str
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @classmethod
    def opened(cls, *, by: str, now: datetime, **facts: Any) -> Self:
        """A new application, under consideration, which says so."""
        application = cls(**facts, opened_at=now, opened_by=by)
        deadline = application.deadline(now)
        entry = HistoryEntry(
            kind="opened", move="open", before=None, after=FIRST, by=by, at=now, happened_at=now, deadline=deadline
        )
        application.history = [entry]
        activities = application.applied_for()
        told = {**application.told(), "activities": activities, "deadline": deadline, "opened_by": by}
        application.events = [ApplicationOpenedV1(**told)]
        return application

    @property
    def over(self) -> bool:
        return self.state in OVER

    def deadline(self, now: datetime) -> datetime | None:
        """What has to be met in the present state: a date of the call, or the funder's date for an answer."""
        state = STATES[self.state]
        if self.answer_by is not None and any("answer_in_time" in move.guards for move in state.moves):
            return self.answer_by
        if state.stage not in {"deciding", "preparing"} or self.state == "returned_to_applicant":
            return None
        return self.terms.deadline(state.step, now)

    def path(self) -> list[str]:
        """The states passed through, the last one before the present at the end."""
        return history.path(self.history)

    def revert_target(self) -> str | None:
        """The state it may be put back to: the one before, if the table lists it."""
        passed = self.path()
        return passed[-1] if passed and passed[-1] in STATES[self.state].reverts else None

    def obstacles(self, move: Move, form: MoveForm, now: datetime) -> list[Obstacle]:
        """Everything that keeps `move` from being made now with `form`."""
        found = [GUARDS[guard](self, form, now) for guard in move.guards]
        if form.happened_at is not None and form.happened_at > now:
            found.append(_IN_THE_FUTURE)
        return [obstacle for obstacle in found if obstacle is not None]

    def make(self, form: MoveForm, *, by: str, now: datetime, verdict: str | None = None) -> None:
        """Make a move. Raises NotAllowed, naming what is allowed, or what is in the way."""
        move = STATES[self.state].move(form.move)
        if move is None:
            raise NotAllowed([self._not_listed(form.move)], unlisted=True)
        if obstacles := self.obstacles(move, form, now):
            raise NotAllowed(obstacles)
        deadline = self.deadline(form.happened_at or now)
        self._keep(form, by, now, verdict)
        self._enter(move.to, move.code, "move", form, by, now, deadline)

    def revert(self, why: str | None, *, by: str, now: datetime) -> None:
        """Take the last move back. Raises NotAllowed where the table does not list the state before."""
        target = self.revert_target()
        form = MoveForm(move="revert", why=why)
        if target is None:
            raise NotAllowed([self._no_way_back()], unlisted=True)
        if obstacle := GUARDS["why"](self, form, now):
            raise NotAllowed([obstacle])
        deadline = self.deadline(now)
        self._forget(self.state)
        self.answer_by = next((each.answer_by for each in reversed(self.history) if each.after == target), None)
        self._enter(target, "revert", "revert", form, by, now, deadline)

    def follow(self, terms: Terms, now: datetime) -> bool:
        """Take the call's terms as they stand now; whether the deadline to meet moved."""
        before = self.deadline(now)
        self.terms = terms
        after = self.deadline(now)
        if before == after:
            return False
        self.deadline_moves = [*self.deadline_moves, DeadlineMove(at=now, before=before, after=after)]
        return True

    def told(self) -> dict[str, Any]:
        """What every event says of this application."""
        return {
            "application_id": self.application_id,
            "call_id": self.call_id,
            "call_title": self.terms.title,
            "title": self.title,
            "lead_department": self.lead_department,
        }

    def applied_for(self) -> list[AppliedFor]:
        return [AppliedFor(**activity.model_dump()) for activity in self.activities]

    def steps_done(self) -> dict[str, date]:
        """The steps of the backward plan that are done, with the day."""
        return {task.step: task.done_at.date() for task in self.tasks if task.step and task.done_at}

    def steps_begun(self) -> dict[str, date]:
        return {task.step: task.begun_on for task in self.tasks if task.step and task.open and task.begun_on}

    def _keep(self, form: MoveForm, by: str, now: datetime, verdict: str | None) -> None:
        """Keep what the move was made with."""
        if form.reasons:
            self.decision = Decision(
                go=form.move == "decide_go", reasons=form.reasons, why=form.why, by=by, at=now, verdict=verdict
            )
        if form.contract_number and form.contract_signed_on:
            self.contract = Contract(
                number=form.contract_number, signed_on=form.contract_signed_on, granted=form.granted
            )
        if form.lessons:
            self.outcome = Outcome(
                score=form.score, score_of=form.score_of, no_score=form.no_score, lessons=form.lessons
            )
        self.conditions = form.conditions or self.conditions
        self.answer_by = form.answer_by

    def _forget(self, state: str) -> None:
        """Drop what was kept on entering a state that is taken back; the history still tells of it."""
        if state in {"go_decided", "no_go"}:
            self.decision = None
        elif state == "contracted" and self.path()[-1] == "approved":
            self.contract = None
        elif state == "rejected":
            self.outcome = None

    def _enter(
        self, state: str, move: str, kind: Any, form: MoveForm, by: str, now: datetime, deadline: datetime | None
    ) -> None:
        before, self.state = self.state, state
        entry = HistoryEntry(
            kind=kind,
            move=move,
            before=before,
            after=state,
            by=by,
            at=now,
            happened_at=form.happened_at or now,
            why=form.why,
            deadline=deadline,
            answer_by=self.answer_by,
            overridden=form.override,
        )
        self.history = [*self.history, entry]
        self.events = [*self.events, self._changed(entry, form, now)]

    def _changed(self, entry: HistoryEntry, form: MoveForm, now: datetime) -> ApplicationStateChangedV1:
        signed = form.contract_signed_on
        return ApplicationStateChangedV1(
            **self.told(),
            activities=self.applied_for(),
            move=entry.move,
            before=entry.before,
            after=entry.after,
            reverted=entry.kind == "revert",
            why=entry.why,
            reasons=form.reasons,
            deadline=self.deadline(now),
            happened_at=entry.happened_at,
            changed_by=entry.by,
            contract_number=form.contract_number,
            contract_signed_on=PartialDate(value=signed.isoformat()) if signed else None,
            granted=form.granted,
            score=form.score,
            score_of=form.score_of,
            lessons=form.lessons,
            before_name=named(STATE_NAMES, entry.before) if entry.before else None,
            after_name=named(STATE_NAMES, entry.after),
        )

    def _not_listed(self, move: str) -> Obstacle:
        name, allowed = named(STATE_NAMES, self.state), ", ".join(each.code for each in STATES[self.state].moves)
        return Obstacle(
            "move",
            LocalText(
                sl=f"Iz stanja »{name.sl}« premik {move} ni dovoljen.",
                en=f"From “{name.en}” the move {move} is not allowed.",
            ),
            LocalText(sl=f"dovoljeno je: {allowed or 'nič'}", en=f"allowed are: {allowed or 'none'}"),
        )

    def _no_way_back(self) -> Obstacle:
        name, listed = named(STATE_NAMES, self.state), ", ".join(STATES[self.state].reverts)
        return Obstacle(
            "move",
            LocalText(sl=f"Stanja »{name.sl}« ni mogoče razveljaviti.", en=f"“{name.en}” cannot be taken back."),
            LocalText(sl=f"vrniti se je mogoče v: {listed or 'nič'}", en=f"it may go back to: {listed or 'none'}"),
        )


_IN_THE_FUTURE = Obstacle(
    "happened_at",
    LocalText(sl="Ta trenutek je v prihodnosti.", en="This moment lies in the future."),
    LocalText(sl="vpišite, kdaj se je zgodilo", en="enter when it happened"),
)
