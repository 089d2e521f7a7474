"""What a call and an activity must share one of to be worth weighing: a theme that says something, or a firm word.

Stored with needs and verdicts, so that a call meets only the activities that have anything in common with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from services.funding.vocabulary import CONCEPTS

WEAK = frozenset(concept.code for concept in CONCEPTS if concept.weak)
# Half the plan carries these, whatever it is about.
CROSS_CUTTING = frozenset({"partnership", "mentoring", "awareness_raising"})
# Stored keys were made with a vocabulary; with another one they have to be made anew.
VOCABULARY = sha256(repr(CONCEPTS).encode()).hexdigest()[:12]


def keys_of(themes: Iterable[str], concepts: Iterable[str]) -> frozenset[str]:
    """`theme:youth`, `word:makerspace`; two things without a common key get no points from `scoring`."""
    told = {f"theme:{theme}" for theme in themes if theme not in CROSS_CUTTING}
    return frozenset(told | {f"word:{concept}" for concept in concepts if concept not in WEAK})
