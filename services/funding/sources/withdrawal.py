"""The words by which an office says that a call is revoked; a call merely listed as closed is not withdrawn."""

from __future__ import annotations

import re

_WITHDRAWN = re.compile(
    r"(?<!delni )(?<!delna )(?<!delno )\b(?:preklic\w*|preklican\w*|razveljavit\w+|razveljavljen\w*|ustavit\w+ postopka"
    r"|umik\w* (?:javn\w+ )?(?:razpis|poziv)\w*|umaknjen\w*)\b[^.\n]{0,60}",
    re.IGNORECASE,
)


def withdrawn_by(text: str) -> str | None:
    """The words by which a title or heading says that a call was revoked, or None. A part revoked revokes no call."""
    match = _WITHDRAWN.search(text)
    return " ".join(match[0].split()) if match else None
