"""May a reader with one JSON Schema read what another allowed? Confluent's rules, by name.

`differences(old, new)` answers for two schemas; `check_family(revisions, current)` asks it of every earlier
revision in both directions, which is what Confluent calls FULL_TRANSITIVE. The rule ids are Confluent's own, so its
documentation explains them; README-like detail is in `rules.py`.
"""

from contracts.compatibility.comparison import Comparison, compatible, differences
from contracts.compatibility.difference import Difference
from contracts.compatibility.family import Revision, Violation, check_family
from contracts.compatibility.rules import LENIENT, STRICT, VERDICTS, Verdict

__all__ = [
    "LENIENT",
    "STRICT",
    "VERDICTS",
    "Comparison",
    "Difference",
    "Revision",
    "Verdict",
    "Violation",
    "check_family",
    "compatible",
    "differences",
]
