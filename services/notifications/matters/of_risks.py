"""What is told of the risk register: a review that is due, and what a review found."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from contracts.actions import RiskFacts, RiskRating, RiskReviewDueV1, RiskReviewedV1
from contracts.values import LocalText, PartialDate
from services.notifications.matters.matter import Matter
from services.notifications.matters.telling import Ending, Telling, both, fact, matter, plain
from services.notifications.wording import partial

_WHY = LocalText(
    sl="Za to tveganje odgovarjate vi ali vaš oddelek ali pa ste naročeni na take novice.",
    en="You or your department answer for this risk, or you subscribe to such news.",
)
_LEVELS: Final = {
    "low": LocalText(sl="nizka", en="low"),
    "medium": LocalText(sl="srednja", en="medium"),
    "high": LocalText(sl="visoka", en="high"),
}
_STATES: Final = {
    "open": LocalText(sl="odprto", en="open"),
    "occurred": LocalText(sl="se je uresničilo", en="occurred"),
    "closed": LocalText(sl="zaprto", en="closed"),
}


def of_review_due(event: RiskReviewDueV1, at: datetime) -> Telling:
    return Telling(
        kind="risk_review_due",
        matter=_about(
            event,
            at,
            what=LocalText(sl="Tveganje je treba znova pregledati.", en="The risk is to be reviewed again."),
            due=event.due,
            facts=(
                *fact("Stopnja", "Level", _rating(event.rating)),
                *fact("Zadnji pregled", "Last review", _date(event.last_reviewed_on)),
                *_body(event),
            ),
        ),
        occasion=event.due.value,
        people=_owner(event),
        departments=_answering(event),
        instead="coordinator",
    )


def of_review(event: RiskReviewedV1, at: datetime, occasion: str) -> Telling:
    before, after = _rating(event.before), _rating(event.after)
    state = _STATES.get(event.state, plain(event.state.replace("_", " ")))
    if before == after:
        what = LocalText(
            sl=f"Pregled stopnje ni spremenil: {after.sl}.", en=f"The review left the level as it was: {after.en}."
        )
    else:
        what = LocalText(
            sl=f"Stopnja po pregledu: {after.sl}; prej: {before.sl}.",
            en=f"Level after the review: {after.en}; before: {before.en}.",
        )
    return Telling(
        kind="risk_reviewed",
        matter=_about(
            event,
            at,
            what=what,
            facts=(
                *fact("Ugotovitve", "Findings", event.findings),
                *fact("Stanje", "State", state),
                *fact("Dodatni ukrepi", "Further measures", "; ".join(event.measures) or None),
                *fact("Pregledano", "Reviewed on", _date(event.reviewed_on)),
                *fact("Kdo je zapisal", "Recorded by", event.recorded_by),
                *fact("Naslednji pregled", "Next review", _date(event.next_review)),
                *_body(event),
            ),
        ),
        occasion=occasion,
        people=_owner(event),
        departments=_answering(event),
        by=event.recorded_by,
    )


def no_longer_due(event: RiskReviewedV1, at: datetime) -> Ending:
    """A review ends the wait for it."""
    what = LocalText(sl="Tveganje je pregledano.", en="The risk was reviewed.")
    return Ending(kind="risk_review_due", type="risk", id=event.risk_id, what=what, at=at)


def _about(event: RiskFacts, at: datetime, **words: Any) -> Matter:
    title = LocalText(sl=f"{event.number} {event.title.sl}", en=f"{event.number} {event.title.en}")
    path = f"/plan/risks/{event.number}"
    return matter("risk", event.risk_id, path, at, title=title, why=_WHY, leads=event.owner, **words)


def _rating(rating: RiskRating) -> LocalText:
    """'high', or with its score: 'medium, 8 of 25 (before measures 20)'."""
    level = _LEVELS.get(rating.level, plain(rating.level))
    if rating.residual is not None and rating.inherent is not None:
        left, whole = rating.residual.score, rating.inherent.score
        return LocalText(
            sl=f"{level.sl}, {left} od 25 (pred ukrepi {whole})",
            en=f"{level.en}, {left} of 25 (before measures {whole})",
        )
    if rating.inherent is not None:
        score = rating.inherent.score
        return LocalText(sl=f"{level.sl}, {score} od 25", en=f"{level.en}, {score} of 25")
    return level


def _date(value: PartialDate | None) -> LocalText | None:
    return None if value is None else both(lambda language: partial(value, language))


def _body(event: RiskFacts) -> tuple[Any, ...]:
    return fact("Po načrtu pregleda", "Reviewed by, as planned", event.reviewed_by)


def _owner(event: RiskFacts) -> tuple[str, ...]:
    return (event.owner,) if event.owner else ()


def _answering(event: RiskFacts) -> tuple[str, ...]:
    """The owner, if that may be a department; while nobody is named, the body that reviews."""
    if event.owner:
        return () if "@" in event.owner else (event.owner,)
    return (event.reviewed_by.en, event.reviewed_by.sl) if event.reviewed_by else ()
