"""The kinds of applicants, and their names for people."""

from __future__ import annotations

from contracts.values import LocalText

APPLICANTS: dict[str, LocalText] = {
    code: LocalText(sl=sl, en=en)
    for code, sl, en in (
        ("government_municipal", "občine", "municipalities"),
        ("public_body", "osebe javnega prava", "public bodies"),
        ("public_institute", "javni zavodi in agencije", "public institutes and agencies"),
        ("government_state", "državni organi", "state bodies"),
        ("non_profit", "nevladne organizacije", "non-profit organisations"),
        ("small_business", "mikro, mala in srednja podjetja", "small and medium enterprises"),
        ("for_profit", "podjetja", "companies"),
        ("farm", "kmetije", "farms"),
        ("school", "šole", "schools"),
        ("higher_education", "visokošolske ustanove", "universities"),
        ("research_organisation", "raziskovalne organizacije", "research organisations"),
        ("individual", "posamezniki", "individuals"),
        ("unrestricted", "vse pravne osebe", "any legal entity"),
    )
}


def named(code: str) -> LocalText:
    """The name of an applicant code; words that are no code stand as they are."""
    return APPLICANTS.get(code, LocalText(sl=code, en=code))
