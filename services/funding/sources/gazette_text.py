"""The Uradni list's PDF as text, and the notices in it.

The text stands in the file column by column, so it is read in the order of the stream and never sorted by place on the
page. Words are broken at line ends, references too ('3301-1/2024-' / 'SRRS-28'); page heads stand in the middle of
sentences; a notice without a closing line runs into the head of the next one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pypdf import PdfReader

from services.funding.sources.source import Malformed
from services.funding.sources.untrusted import clean

MAX_PAGES = 600
MAX_TEXT = 12_000_000
_PAPER = r"Uradni list Republike Slovenije\s*[–-]\s*Razglasni del"
_ISSUE = r"Št\.\s*\d+[a-z]?\s*/\s*\d{1,2}\.\s*\d{1,2}\.\s*\d{4}"
_PAGE_HEAD = re.compile(
    rf"\s*(?:Stran\s+\d+\s*/\s*{_ISSUE}\s+{_PAPER}|{_PAPER}\s+{_ISSUE}\s*/\s*Stran\s+\d+)\s*", re.IGNORECASE
)
_BROKEN_WORD = re.compile(r"(?<=[a-zčšžćđ])-\n(?=[a-zčšžćđ])")
_BROKEN_REFERENCE = re.compile(r"(?<=[\dA-Z]-)\n(?=[A-Z\d])")
_REFERENCE = r"\d{2,5}-\d{1,5}/\d{4}(?:[-/]\s?[A-Z]{2,6})?(?:[-/]\s?\d{1,5}){0,4}"
_NUMBER = r"Ob-(?:\d+)/(?:\d\d)\b"
_HEAD = re.compile(
    rf"(?:Št\.\s+(?P<own>\S{{1,40}}(?:\s?SRRS-\d+)?)|(?P<bare>{_REFERENCE}))\s+(?P<number>{_NUMBER})\.?"
    rf"|^(?:(?!Št\.\s|{_REFERENCE}\s+Ob-)[^\n]){{0,100}}?\b(?P<lone>{_NUMBER})\.?[ \t]*$",
    re.MULTILINE,
)
REFERENCE = re.compile(_REFERENCE)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: its number in the gazette ('Ob-3540/24'), its own reference where it has one, and its words."""

    number: str
    reference: str | None
    text: str


def text_of(body: bytes, url: str) -> str:
    """The text of one issue. Raises Malformed for what is no PDF, is broken, or unpacks beyond all bounds."""
    if not body.startswith(b"%PDF-"):
        raise Malformed(f"{url} is no PDF", "Check that the address gives an issue of the gazette")
    try:
        reader = PdfReader(io.BytesIO(body), strict=False)
        if len(reader.pages) > MAX_PAGES:
            raise Malformed(f"{url} has {len(reader.pages)} pages, more than {MAX_PAGES}", "Give single issues")
        parts: list[str] = []
        size = 0
        for page in reader.pages:
            parts.append(page.extract_text())
            size += len(parts[-1])
            if size > MAX_TEXT:
                raise Malformed(f"{url} holds more than {MAX_TEXT} characters", "Give single issues")
    except Malformed:
        raise
    except Exception as error:  # a stranger's file may break the reader in any way
        raise Malformed(f"{url} cannot be read as a PDF: {str(error)[:200]}", "Fetch the issue again") from None
    return joined("\n".join(parts))


def joined(text: str) -> str:
    """Text without page heads, with words and references whole again."""
    text = _PAGE_HEAD.sub(" ", "\n".join(line.strip() for line in clean(text).splitlines()))
    return _BROKEN_WORD.sub("", _BROKEN_REFERENCE.sub("", text))


def notices_in(text: str) -> Iterator[Notice]:
    """The notices of an issue, in its order."""
    heads = list(_HEAD.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=False):
        end = following.start() if following else len(text)
        reference = _whole(head["own"] or head["bare"])
        yield Notice(head["number"] or head["lone"], reference, text[head.end() : end].strip())


def references_in(text: str) -> list[str]:
    """Official references a text names, each once, without the blanks of a line end."""
    return list(dict.fromkeys(_whole(match[0]) or "" for match in REFERENCE.finditer(text)))


def _whole(reference: str | None) -> str | None:
    return re.sub(r"\s+", "", reference) if reference else None
