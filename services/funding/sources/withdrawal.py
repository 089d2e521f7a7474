"""The words by which an office says that a call is revoked; a call merely listed as closed is not withdrawn.

Offices also cancel workshops, annul decisions and revoke parts of calls under much the same headings: only words that
speak of the call itself, or a heading that says nothing else, revoke it.
"""

from __future__ import annotations

import re

_CALL = r"(?:(?:javn|odprt|celotn|objavljen|prv|drug|tretj|četrt)\w+\s+){0,3}(?:razpis|poziv|natečaj|povabil)\w*"
_REVOKED = r"(?:preklic|razveljavit|umik)\w*"
_BEEN = r"(?:preklican|razveljavljen|umaknjen)\w*"
_ALONE = rf"(?:preklic|razveljavitev|umik|{_BEEN})"
_WITHDRAWN = re.compile(
    rf"(?<!delni )(?<!delna )(?<!delno )\b(?:{_REVOKED}\s+{_CALL}|{_BEEN}\s+{_CALL}|ustavit\w+ postopka)[^.\n]{{0,60}}"
    rf"|\b{_CALL}\b[^.\n]{{0,80}}?\b(?:(?:je|bil)\s+(?:bil\s+)?{_BEEN}|se\s+(?:prekliče|razveljavi|umakne|ustavi)\b)"
    rf"|\A\W*{_ALONE}\W*\Z|(?<=[-–—(:])\s*{_ALONE}\W*\Z",
    re.IGNORECASE,
)


def withdrawn_by(text: str) -> str | None:
    """The words by which a title or heading says that a call was revoked, or None."""
    match = _WITHDRAWN.search(text)
    return " ".join(match[0].split()) if match else None
