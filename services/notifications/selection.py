"""Which events an integrator asks for, in the words NATS has for it: `funding.>`, `actions.risk.*`, or one event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracts.registry import SERVICES, contracts, stream_of

# What is said of one person's alerts is for that person, and for those who run the product.
PERSONAL = "notifications.alert"
MOST_PATTERNS = 50


class NoSuchEvents(ValueError):
    """A pattern asks for nothing that exists; `mend` says what to write instead."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Selection:
    """Patterns over `service.entity.event.v1`; `personal` lets what is said about single people through, too.

    `within` are the patterns a key was given: nothing outside of them is taken, whatever is asked for.
    """

    patterns: tuple[str, ...]
    personal: bool = False
    within: tuple[str, ...] = (">",)

    @classmethod
    def of(cls, words: Iterable[str], *, personal: bool = False, within: tuple[str, ...] = (">",)) -> Selection:
        """Read patterns; none means everything. Raises NoSuchEvents."""
        patterns = tuple(dict.fromkeys(_pattern(word) for word in words if word.strip())) or (">",)
        if len(patterns) > MOST_PATTERNS:
            raise NoSuchEvents(f"{len(patterns)} patterns are too many", f"name at most {MOST_PATTERNS}; use > or *")
        chosen = cls(patterns, personal, within)
        if not chosen.types and within != (">",):
            raise NoSuchEvents("your key is not for these events", f"ask within {', '.join(within)}")
        if not chosen.types:
            raise NoSuchEvents(
                "what is said about people's own alerts is for them and for operators", "leave notifications.alert out"
            )
        return chosen

    def takes(self, name: str) -> bool:
        """Whether `funding.call.published.v1` is asked for."""
        if not self.personal and name.startswith(f"{PERSONAL}."):
            return False
        return all(any(meets(name, one) for one in patterns) for patterns in (self.patterns, self.within))

    @property
    def types(self) -> list[str]:
        """Every event known today that is asked for."""
        return [name for name in known() if self.takes(name)]

    @property
    def services(self) -> list[str]:
        return [
            name for name in SERVICES if any(pattern.split(".")[0] in {name, "*", ">"} for pattern in self.patterns)
        ]

    @property
    def streams(self) -> list[str]:
        return [stream_of(service) for service in self.services]

    def subjects(self, municipality: str) -> dict[str, list[str]]:
        """NATS subjects by stream that hold what is asked for, none inside another."""
        chosen = {stream_of(service): self._of(service) for service in self.services}
        return {
            stream: [f"cinnabar.{municipality}.{name}" for name in names] for stream, names in chosen.items() if names
        }

    def _of(self, service: str) -> Sequence[str]:
        if PERSONAL.startswith(service) and not self.personal:
            return [name for name in self.types if name.startswith(f"{service}.")]
        wanted = [pattern for pattern in self.patterns if pattern.split(".")[0] in {service, "*", ">"}]
        own = [pattern if pattern == ">" else ".".join([service, *pattern.split(".")[1:]]) for pattern in wanted]
        apart = all(one is other or not overlap(one, other) for one in own for other in own)
        return own if apart and ">" not in own else [f"{service}.>"]


def known() -> list[str]:
    """`funding.call.published.v1` for every event of this build."""
    return [contract.type.removeprefix("cinnabar.") for contract in contracts()]


def meets(name: str, pattern: str) -> bool:
    """Whether a name falls under a pattern, token by token, as NATS has it."""
    wanted, parts = pattern.split("."), name.split(".")
    for at, want in enumerate(wanted):
        if want == ">":
            return len(parts) > at
        if at >= len(parts) or want not in {"*", parts[at]}:
            return False
    return len(wanted) == len(parts)


def overlap(one: str, other: str) -> bool:
    """Whether some name falls under both patterns."""
    for left, right in zip(one.split("."), other.split("."), strict=False):
        if ">" in {left, right}:
            return True
        if "*" not in {left, right} and left != right:
            return False
    return len(one.split(".")) == len(other.split("."))


def _pattern(word: str) -> str:
    tokens = word.strip().removeprefix("cinnabar.").split(".")
    if len(tokens) == 3 and ">" not in tokens:
        tokens.append("*")
    pattern = ".".join(tokens)
    if len(tokens) > 4 or ">" in tokens[:-1] or not any(meets(name, pattern) for name in known()):
        raise NoSuchEvents(
            f"there is no event {word.strip()[:80]!r}",
            "name one as /events lists it, such as funding.call.published, or many as funding.> or *.risk.*",
        )
    return pattern
