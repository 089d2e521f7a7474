"""YAML read as plain text: mappings, lists and strings, with the line each thing stands on.

Every scalar stays the text a person wrote, so 1.10 is not 1.1, 2028 is not a number to add to, and "no" is not false.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from services.actions.defects import Defect, Place

MAX_BYTES = 2_000_000
MAX_DEPTH = 20
# libyaml reads a plan some ten times faster; both readers give the same events.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlText:
    """One document: its `data`, the `lines` (from 1) of every place in it, and its `defects`."""

    def __init__(self, text: str) -> None:
        self.data: Any = None
        self.lines: dict[Place, int] = {}
        self.defects: list[Defect] = []
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            self._refuse((), None, "the file holds characters that are not text; save it as UTF-8")
            return
        if size > MAX_BYTES:
            self._refuse((), None, f"the file has {size:,} bytes; a plan may have {MAX_BYTES:,}: split or shorten it")
            return
        try:
            self._read(yaml.parse(text, Loader=_LOADER))
        except yaml.YAMLError as error:
            self._refuse((), _line_of(error), _said_by(error))

    def line(self, place: Place) -> int | None:
        """The line of a place, or of the nearest thing around it that is written."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place)

    def _read(self, events: Iterator[Any]) -> None:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self.lines:
                    self._refuse((), _line(event), "a plan is one document; remove the '---' and what follows")
                    return
                self.data = self._value(next(events), events, ())

    def _value(self, event: Any, events: Iterator[Any], place: Place) -> Any:
        line = _line(event)
        self.lines[place] = line
        if len(place) > MAX_DEPTH:
            problem = f"more than {MAX_DEPTH} levels stand inside each other; a plan needs fewer"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(place, line, f"'*{event.anchor}' refers to another place; write the text out here")
            return None
        if event.tag is not None:
            self._refuse(place, line, f"the tag {event.tag!r} is not read; remove it and write the plain value")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, place)
        return _scalar(event)

    def _mapping(self, events: Iterator[Any], place: Place) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise yaml.MarkedYAMLError(problem="a field name must be plain text", problem_mark=event.start_mark)
            key = event.value
            inner = (*place, key)
            first = self.lines.get(inner)
            value = self._value(next(events), events, inner)
            if first is not None:
                self._refuse(inner, line, f"is written twice, on lines {first} and {line}; keep one")
            mapping[key] = value
            self.lines[inner] = line
        return mapping

    def _sequence(self, events: Iterator[Any], place: Place) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, events, (*place, len(items))))
        return items

    def _refuse(self, place: Place, line: int | None, message: str) -> None:
        self.defects.append(Defect(place, line, message))


def _scalar(event: Any) -> str | None:
    unquoted = event.style is None or event.style == ""
    return None if unquoted and event.value in {"", "~", "null"} else str(event.value)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _line_of(error: yaml.YAMLError) -> int | None:
    mark = getattr(error, "problem_mark", None)
    return None if mark is None else int(mark.line) + 1


def _said_by(error: yaml.YAMLError) -> str:
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return f"this is not readable YAML: {said}; check indentation, quotes and colons here"
