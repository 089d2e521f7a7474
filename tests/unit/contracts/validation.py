"""What the jsonschema validator says, as the independent judge of our own schemas."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from referencing import Registry


def refusals(schema: Any, value: Any, registry: Registry[Any] | None = None) -> list[str]:
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, registry=registry or Registry(), format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(value)]


def fits(schema: Any, value: Any) -> bool:
    return bool(Draft202012Validator(schema).is_valid(value))
