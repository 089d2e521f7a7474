"""What the funding service says: sources, calls, applications, own shares, money won, and the strategy."""

from __future__ import annotations

from contracts.funding.applications import (
    ApplicationOpenedV1,
    ApplicationReplannedV1,
    ApplicationStateChangedV1,
    ApplicationTaskDueV1,
    ApplicationTaskSettledV1,
    AppliedFor,
    TaskMoved,
)
from contracts.funding.calls import (
    CallChangedV1,
    CallClosedV1,
    CallFacts,
    CallMatchedV1,
    CallPublishedV1,
    CallPublishedV2,
    CallReopenedV1,
    CallStatus,
    CallWithdrawnV1,
    Deadline,
    FieldChange,
    Origin,
    YearBudget,
    deadline_to_meet,
)
from contracts.funding.commitments import (
    CommitmentMadeV1,
    CommitmentPaymentReceivedV1,
    CommitmentSpentV1,
    CommitmentWithdrawnV1,
    ObligationChangedV1,
)
from contracts.funding.matches import MatchDecidedV1
from contracts.funding.matchfund import MatchfundReleasedV1, MatchfundReservedV1, MatchfundSpentV1
from contracts.funding.sources import SourceFailedV1, SourceRecoveredV1
from contracts.funding.strategy import StrategyRevisedV1

__all__ = [
    "ApplicationOpenedV1",
    "ApplicationReplannedV1",
    "ApplicationStateChangedV1",
    "ApplicationTaskDueV1",
    "ApplicationTaskSettledV1",
    "AppliedFor",
    "CallChangedV1",
    "CallClosedV1",
    "CallFacts",
    "CallMatchedV1",
    "CallPublishedV1",
    "CallPublishedV2",
    "CallReopenedV1",
    "CallStatus",
    "CallWithdrawnV1",
    "CommitmentMadeV1",
    "CommitmentPaymentReceivedV1",
    "CommitmentSpentV1",
    "CommitmentWithdrawnV1",
    "Deadline",
    "FieldChange",
    "MatchDecidedV1",
    "MatchfundReleasedV1",
    "MatchfundReservedV1",
    "MatchfundSpentV1",
    "ObligationChangedV1",
    "Origin",
    "SourceFailedV1",
    "SourceRecoveredV1",
    "StrategyRevisedV1",
    "TaskMoved",
    "YearBudget",
    "deadline_to_meet",
]
