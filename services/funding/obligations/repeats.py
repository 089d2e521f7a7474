"""Whether a commitment is recorded already: typed in beside a contract, or by the contract beside what was typed in."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from contracts.values import LocalText
from services.funding.ledger.refusal import Contradicted
from services.funding.ledger.totals import slovene
from services.funding.obligations.awards import Lacking
from services.funding.obligations.commitments import Commitment, CommitmentForm


def same_decision(one: str | None, other: str | None) -> bool:
    """Whether two numbers of decisions are one, however they are spaced, cased and punctuated."""
    return one is not None and other is not None and _plain(one) == _plain(other)


def repeated(form: CommitmentForm, recorded: Sequence[Commitment]) -> list[Commitment]:
    """The standing commitments that `form` would record a second time.

    A decision commits one kind of money to an activity once. Where either names no decision, the same amount of the
    same kind counts as the same money: nobody could tell the two apart.
    """
    return [
        each
        for each in recorded
        if each.activity_id == form.activity_id
        and each.source_class == form.source_class
        and each.standing.amount > 0
        and (
            same_decision(each.decision_reference, form.decision_reference)
            or (not (each.decision_reference and form.decision_reference) and _same_amount(each, form))
        )
    ]


def refuse_repeated(form: CommitmentForm, recorded: Sequence[Commitment]) -> None:
    """Raises Contradicted for money that is recorded already."""
    for each in repeated(form, recorded)[:1]:
        standing, number = each.standing, each.decision_reference
        raise Contradicted.at(
            "decision_reference",
            f"{number or 'a decision without a number'} already commits {standing.amount} {standing.currency}"
            f" of this money to activity {each.activity_number}",
            "record payments there; for further money, such as an annex, give the number of its own decision",
            f"{number or 'Odločitev brez številke'} aktivnosti {each.activity_number} že obljublja"
            f" {slovene(standing.amount)} {standing.currency} te vrste. Plačila vpišite tam;"
            " za dodatna sredstva, na primer aneks, vpišite številko svoje odločitve.",
        )


def contradicted_by_contract(form: CommitmentForm, same: Sequence[Commitment]) -> Lacking | None:
    """What a person has to settle where a contract finds its money recorded; None where both say the same."""
    standing = sum((each.standing.amount for each in same), Decimal(0))
    numbered = all(same_decision(each.decision_reference, form.decision_reference) for each in same)
    if numbered and standing == form.amount.amount:
        return None
    contract, there = f"{form.amount.amount} {form.amount.currency}", f"{standing} {form.amount.currency}"
    said = f"{form.decision_reference} ({slovene(form.amount.amount)} {form.amount.currency})"
    return Lacking(
        kind="commitment",
        text=LocalText(
            sl=f"Sredstva pogodbe {said} niso vpisana še enkrat: pri aktivnosti {same[0].activity_number} že velja"
            f" {slovene(standing)} {form.amount.currency}{'' if numbered else ' brez številke odločitve'}."
            " Če to niso ista sredstva ali znesek ni pravi, prekličite in vpišite znova pod »Obljubljena sredstva«.",
            en=f"The money of the contract {form.decision_reference} ({contract}) is not committed a second time:"
            f" {there} already stand{'' if numbered else ' without the number of a decision'} for activity"
            f" {same[0].activity_number}. If that is other money or the wrong amount, withdraw it and record it anew"
            " under “Commitments”.",
        ),
    )


def _plain(number: str) -> str:
    return "".join(each for each in number.casefold() if each.isalnum())


def _same_amount(one: Commitment, other: CommitmentForm) -> bool:
    return one.standing.amount == other.amount.amount and one.standing.currency == other.amount.currency
