"""Which messages the templates use, and which of them still lack a translation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import extract_from_ast

from kit.web.i18n import Catalogues, Message

_FUNCTIONS = ("_", "ngettext", "pgettext")


def messages_in(source: str) -> Iterator[Message]:
    """Every message a template asks for with literal texts.

    Understood are `_("text")`, `ngettext("one", "many", n)` and `pgettext("context", "text")`.
    """
    tree = Environment(autoescape=True).parse(source)
    for _line, function, found in extract_from_ast(tree, gettext_functions=_FUNCTIONS):
        texts = [text for text in (found if isinstance(found, tuple) else (found,)) if isinstance(text, str)]
        match function, texts:
            case "pgettext", [context, text]:
                yield Message(singular=text, context=context)
            case "ngettext", [singular, plural]:
                yield Message(singular=singular, plural=plural)
            case "_", [text]:
                yield Message(singular=text)


def untranslated(templates: Iterable[Path], catalogues: Catalogues, language: str) -> dict[Path, list[Message]]:
    """Per template, the messages `catalogues` cannot say in `language`; templates without any are left out."""
    lacking = {}
    for path in templates:
        used = dict.fromkeys(messages_in(path.read_text(encoding="utf-8")))
        missing = [message for message in used if not catalogues.has(language, message)]
        if missing:
            lacking[path] = missing
    return lacking
