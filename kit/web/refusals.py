"""Refusals in the reader's language.

A refusal is written once, in English, where it is raised. Pages, and the API for whoever asks for it, find it again in
the catalogues by its shape: a message of the context "refusal" whose `%(names)s` stand for what was filled in. One that
no catalogue knows is shown in English, and marked as English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from markupsafe import Markup

from kit.web.i18n import SOURCE_LANGUAGE

CONTEXT = "refusal"
# What was filled in may be a stranger's, and many shapes are tried: a longer sentence stays as it is.
LONGEST = 2000
_BETWEEN = re.compile(r"(?<=[^.\s]{3})\. (?=[A-Z])")
_NAME = re.compile(r"%\((\w+)\)s")


class Refusals:
    """The refusals of one language: `texts` are its translations by their English shape."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self._language = language
        # The longest shape first: of two that fit, it says more.
        self._known = [(_shape(msgid), texts[msgid]) for msgid in sorted(texts, key=len, reverse=True)]

    def retold(self, sentence: str) -> str | None:
        """`sentence` in this language; None when no catalogue knows its like."""
        if self._language == SOURCE_LANGUAGE:
            return sentence
        plain = sentence.strip().rstrip(".")
        if len(plain) > LONGEST:
            return None
        for shape, text in self._known:
            if found := shape.fullmatch(plain):
                return text % found.groupdict()
        return None

    def markup(self, sentence: str) -> Markup:
        """`sentence`, or several, for a page, with its capital and its full stop."""
        parts = [self.retold(each) for each in _BETWEEN.split(sentence.strip())]
        told = ". ".join(_sentence(each) for each in parts if each) if all(parts) else self.retold(sentence)
        if told is None:
            return Markup('<span lang="en">{}.</span>').format(_sentence(sentence))
        return Markup("{}.").format(_sentence(told))

    def mistake(self, message: str, mend: str) -> Markup:
        """What is wrong with a field and what to do, as one sentence."""
        told, do = self.retold(message), self.retold(mend)
        if told is None or do is None:
            return Markup('<span lang="en">{}: {}.</span>').format(_sentence(message), mend)
        return Markup("{}: {}.").format(_sentence(told), do)


def _sentence(text: str) -> str:
    begin = text[:1] if text.startswith("http") else text[:1].upper()
    return f"{begin}{text[1:]}".rstrip(".")


def _shape(msgid: str) -> re.Pattern[str]:
    """Matches what `msgid` becomes when it is filled in."""
    return re.compile("".join(_pieces(msgid)), re.DOTALL)


def _pieces(msgid: str) -> Iterator[str]:
    place = 0
    for name in _NAME.finditer(msgid):
        yield re.escape(msgid[place : name.start()].replace("%%", "%"))
        yield f"(?P<{name[1]}>.+)"
        place = name.end()
    yield re.escape(msgid[place:].replace("%%", "%"))
