"""How a risk is rated: likelihood times impact, and the level that the municipality's own thresholds make of it."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from contracts.actions import RiskRating, RiskScore
from services.actions.framework import RiskLevel, RiskMatrix
from services.actions.refusal import Refused
from services.actions.stated import Part

SCALE: Final = range(1, 6)


class ScoreForm(Part):
    """Likelihood and impact, from 1 to 5 each."""

    likelihood: int = Field(ge=SCALE.start, lt=SCALE.stop)
    impact: int = Field(ge=SCALE.start, lt=SCALE.stop)

    def score(self) -> RiskScore:
        return RiskScore(likelihood=self.likelihood, impact=self.impact, score=self.likelihood * self.impact)


def rated(stated: RiskLevel, inherent: RiskScore | None, residual: RiskScore | None, matrix: RiskMatrix) -> RiskRating:
    """The level is that of what remains after measures, else of the risk as such, else the one the plan states.

    A level that the plan states without a score stays a level: no score is made up for it. Raises Refused.
    """
    if residual is not None and inherent is None:
        raise Refused("inherent", "what remains is rated, but not the risk as such", "rate it before measures, too")
    if residual is not None and inherent is not None and residual.score > inherent.score:
        raise Refused(
            "residual",
            f"after measures it is {residual.score}, more than {inherent.score} before them",
            "measures do not make a risk graver: correct one of the two",
        )
    score = residual or inherent
    level = stated if score is None else matrix.level_of(score.score)
    return RiskRating(level=level, inherent=inherent, residual=residual)
