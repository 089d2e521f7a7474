"""Whose alerts a person may read."""

from __future__ import annotations

from typing import Any

from kit.auth.people import Person


def mine_or_everybodys(person: Person) -> dict[str, Any]:
    """Their own, or everybody's."""
    return {} if person.may("coordinator", "operator") else {"person": person.user}
