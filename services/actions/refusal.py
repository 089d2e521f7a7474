"""Why a change is refused: the field, what is wrong with it, and the mend."""

from __future__ import annotations


class Refused(ValueError):
    """Nothing is changed, for this reason."""

    def __init__(self, field: str, message: str, mend: str) -> None:
        super().__init__(f"{field}: {message}; {mend}")
        self.field = field
        self.message = message
        self.mend = mend
