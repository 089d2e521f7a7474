"""Whether the mail server can be used at all: while it is away, one mail asks for it now and then, not every mail."""

from __future__ import annotations

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 60.0


class Weather:
    """What the latest attempts came to. Moments are seconds of a clock that only goes forward."""

    def __init__(self) -> None:
        self._pause = 0.0
        self._until = 0.0

    @property
    def bad(self) -> bool:
        return self._pause > 0

    def worse(self, moment: float) -> None:
        """An attempt found no server; those that began before the pause are over count as one."""
        if moment >= self._until:
            self._pause = min(LONGEST_SECONDS, self._pause * 2 or FIRST_SECONDS)
            self._until = moment + self._pause

    def better(self) -> None:
        """The server answered, whatever it answered."""
        self._pause = self._until = 0.0

    def wait(self, moment: float) -> float:
        """Seconds until it is worth asking again."""
        return max(0.0, self._until - moment) if self.bad else 0.0
