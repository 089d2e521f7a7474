"""Events by who says them, and those among them that somebody looks for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from contracts.freeze import reader_schema
from contracts.registry import SERVICES, Contract
from kit.catalogue.shapes import shapes


@dataclass(frozen=True, slots=True)
class Family:
    """All versions of one event, oldest first; the newest one speaks for it."""

    versions: tuple[Contract, ...]

    @property
    def newest(self) -> Contract:
        return self.versions[-1]

    @property
    def service(self) -> str:
        return self.newest.service


def families(contracts: Iterable[Contract]) -> list[Family]:
    """Every family, in the order of the producing services and then by name."""
    ordered = sorted(contracts, key=lambda each: (SERVICES.index(each.service), each.family, each.version))
    return [Family(tuple(versions)) for _, versions in groupby(ordered, key=lambda each: each.family)]


def matching(all_families: Iterable[Family], text: str, translate: Callable[[str], str]) -> list[Family]:
    """The families that have every word of `text` in a type, a meaning, an occasion or a field name at any depth.

    Meanings and occasions are searched in English and as `translate` says them.
    """
    words = text.casefold().split()
    return [family for family in all_families if all(word in _said_of(family, translate) for word in words)]


def by_service(some: Iterable[Family]) -> dict[str, list[Family]]:
    """Families under the service that says them; a service without any is left out."""
    return {service: list(group) for service, group in groupby(some, key=lambda family: family.service)}


def _said_of(family: Family, translate: Callable[[str], str]) -> str:
    newest = family.newest
    texts = [newest.meaning, newest.sent_when, translate(newest.meaning), translate(newest.sent_when)]
    texts += [contract.type for contract in family.versions] + _field_names(newest)
    return "\n".join(texts).casefold()


@cache
def _field_names(contract: Contract) -> list[str]:
    return [field.name for shape in shapes(reader_schema(contract)) for field in shape.fields]
