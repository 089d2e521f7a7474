"""Short-hand for the reasons this service gives."""

from __future__ import annotations

from contracts.values import LocalText, Reason


def reason(code: str, sl: str, en: str, evidence: str | None = None) -> Reason:
    """A reason in both languages with what it rests on."""
    return Reason(code=code, text=LocalText(sl=sl, en=en), evidence=evidence)
