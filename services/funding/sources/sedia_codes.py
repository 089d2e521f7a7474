"""The portal's code lists as its facets give them: what '31094502' means is read at run time, not remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.funding.sources.source import Malformed

# Read on the portal in 2026; they stand in where an answer comes without its code lists.
_STATUSES = {"31094501": "Forthcoming", "31094502": "Open", "31094503": "Closed"}


@dataclass(frozen=True, slots=True)
class Codes:
    """By facet, such as `status` or `frameworkProgramme`, each code's name."""

    lists: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: {"status": _STATUSES})

    @classmethod
    def of(cls, document: Any, url: str) -> Codes:
        """The lists of a facet answer. Raises Malformed for anything else."""
        facets = document.get("facets") if isinstance(document, dict) else None
        if not isinstance(facets, list):
            raise Malformed(f"{url} holds no list 'facets'", "Check that the address is the search's")
        lists = {
            facet["name"]: {
                value["rawValue"]: value["value"]
                for value in facet["values"]
                if isinstance(value, dict)
                and isinstance(value.get("rawValue"), str)
                and isinstance(value.get("value"), str)
            }
            for facet in facets
            if isinstance(facet, dict) and isinstance(facet.get("name"), str) and isinstance(facet.get("values"), list)
        }
        if not lists.get("status"):
            raise Malformed(f"{url} gives no codes of 'status'", "See whether the portal renamed its facets")
        return cls(lists)

    def name(self, facet: str, code: str) -> str | None:
        return self.lists.get(facet, {}).get(code)

    def of_names(self, facet: str, names: Sequence[str]) -> list[str]:
        """The codes of these names. Raises Malformed when the list knows none of them."""
        wanted = {name.casefold() for name in names}
        codes = [code for code, name in self.lists.get(facet, {}).items() if name.casefold() in wanted]
        if not codes:
            known = ", ".join(sorted(self.lists.get(facet, {}).values()))
            raise Malformed(
                f"the portal's list of {facet} has none of {', '.join(names)}", f"It has {known}; correct the source"
            )
        return codes
