"""What is told of money won: commitments made and withdrawn, and what a contract asks for afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from contracts.funding import CommitmentMadeV1, CommitmentWithdrawnV1, ObligationChangedV1
from contracts.values import LocalText
from services.notifications.matters.telling import Ending, Telling, amount, fact, matter
from services.notifications.wording import money

_WHY = LocalText(sl="Naročeni ste na novice o denarju.", en="You subscribe to news of money.")
_WHY_OBLIGATION = LocalText(
    sl="Obveznost je vaša ali pa ste naročeni na take novice.",
    en="The obligation is yours, or you subscribe to such news.",
)
_FULFILLED: Final = LocalText(sl="Obveznost je izpolnjena ali odpuščena.", en="The obligation is fulfilled or waived.")


def of_commitment(event: CommitmentMadeV1, at: datetime) -> Telling:
    return Telling(
        kind="commitment_made",
        matter=matter(
            "commitment",
            event.commitment_id,
            f"/funding/commitments/{event.commitment_id}",
            at,
            title=_titled(event.activity_number, event.source_name),
            what=LocalText(
                sl=f"Aktivnosti {event.activity_number} so dodeljena sredstva: {money(event.amount, 'sl')}.",
                en=f"Money was committed to activity {event.activity_number}: {money(event.amount, 'en')}.",
            ),
            why=_WHY,
            facts=fact("Sklep", "Decision", event.decision_reference),
        ),
        occasion="made",
        activities=(event.activity_number, event.activity_id),
    )


def of_withdrawal(event: CommitmentWithdrawnV1, at: datetime, occasion: str) -> Telling:
    return Telling(
        kind="commitment_withdrawn",
        matter=matter(
            "commitment",
            event.commitment_id,
            f"/funding/commitments/{event.commitment_id}",
            at,
            title=_titled(event.activity_number, None),
            what=LocalText(
                sl=f"Sredstev ne bo: {money(event.withdrawn, 'sl')}.",
                en=f"This money will not come: {money(event.withdrawn, 'en')}.",
            ),
            why=_WHY,
            facts=(
                *fact("Razlog", "Reason", event.reason),
                *fact("Še velja", "Still stands", amount(event.remaining)),
                *fact("Sklep", "Decision", event.decision_reference),
            ),
        ),
        occasion=occasion,
        instead="funding-officer",
        activities=(event.activity_number, event.activity_id),
    )


def of_obligation(event: ObligationChangedV1, at: datetime, occasion: str) -> Telling | Ending:
    """Open: told to its owner. Done or waived: what was told of it is over."""
    if event.state != "open":
        return Ending(kind="obligation_changed", type="obligation", id=event.obligation_id, what=_FULFILLED, at=at)
    return Telling(
        kind="obligation_changed",
        matter=matter(
            "obligation",
            event.obligation_id,
            f"/funding/obligations/{event.obligation_id}",
            at,
            title=event.title,
            what=LocalText(
                sl="Obveznost po pogodbi o sofinanciranju je nova ali spremenjena.",
                en="An obligation of a funding contract is new or changed.",
            ),
            why=_WHY_OBLIGATION,
            leads=event.owner,
            due=event.due,
            facts=fact("Znesek zahtevka", "Amount of the claim", amount(event.amount)),
        ),
        occasion=occasion,
        people=(event.owner,) if event.owner else (),
    )


def _titled(number: str, source: str | None) -> LocalText:
    named = f": {source}" if source else ""
    return LocalText(sl=f"Sredstva za aktivnost {number}{named}", en=f"Money for activity {number}{named}")
