"""What a site's robots.txt allows one visitor, as RFC 9309 has it: the longest rule that matches decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

MAX_RULES = 5_000
_ALLOW, _DISALLOW, _AGENT, _DELAY = "allow", "disallow", "user-agent", "crawl-delay"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of robots.txt: a path in which `*` stands for anything and a closing `$` for the end."""

    allows: bool
    path: str

    def matches(self, path: str) -> bool:
        """Each piece between stars has to follow the one before it: a search that never goes back."""
        first, *others = self.path.removesuffix("$").split("*")
        if not path.startswith(first):
            return False
        place = len(first)
        for piece in others:
            found = path.find(piece, place)
            if found < 0:
                return False
            place = found + len(piece)
        if not self.path.endswith("$"):
            return True
        return path.endswith(others[-1]) if others else place == len(path)


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for one visitor, and the pause in seconds the site asks for between visits."""

    rules: tuple[Rule, ...] = ()
    delay: float | None = None

    def __str__(self) -> str:
        """`allows what is read, with a pause of 10 s`."""
        rules = "has no rule for us" if not self.rules else "allows what is read"
        return rules if self.delay is None else f"{rules}, with a pause of {self.delay:g} s"

    def decides(self, url: str) -> Rule | None:
        """The rule that decides about an address; None when no rule speaks of it, which allows it."""
        parts = urlsplit(url)
        path = _plain((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        matching = [rule for rule in self.rules if rule.matches(path)]
        return max(matching, key=lambda rule: (len(rule.path), rule.allows), default=None)

    def allow(self, url: str) -> bool:
        rule = self.decides(url)
        return rule is None or rule.allows


def read_robots(text: str, agent: str) -> Robots:
    """The rules of the group that names `agent` (a product name, such as `cinnabar`), else of the group for all."""
    groups: dict[str, list[tuple[str, str]]] = {}
    names: list[str] = []
    in_rules = True
    for key, value in _lines(text):
        if key == _AGENT:
            names = [*([] if in_rules else names), value.casefold()]
            in_rules = False
        else:
            in_rules = True
            for name in names:
                groups.setdefault(name, []).append((key, value))
        for name in names:
            groups.setdefault(name, [])
    own = next((group for name, group in groups.items() if name == agent.casefold()), groups.get("*", []))
    rules = [Rule(key == _ALLOW, _plain(value)) for key, value in own if key in (_ALLOW, _DISALLOW) and value]
    delays = [float(value) for key, value in own if key == _DELAY and re.fullmatch(r"\d+(\.\d+)?", value)]
    return Robots(tuple(rules[:MAX_RULES]), max(delays, default=None))


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon and (name := key.strip().casefold()) in (_ALLOW, _DISALLOW, _AGENT, _DELAY):
            yield name, value.strip()


def _plain(path: str) -> str:
    """One spelling for a path, however its letters are escaped."""
    return quote(unquote(path), safe="/*$?&=%:@!()+,;'~-._")
