"""What the checker calls compatible is so for real values, as the jsonschema validator sees them."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from contracts.compatibility import Revision, check_family, compatible
from contracts.freeze import reader_of
from tests.unit.contracts.schemas import NAMES, changed, instances, schemas
from tests.unit.contracts.validation import fits

_quick = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
_fields = st.dictionaries(st.sampled_from(NAMES), schemas, max_size=3)


def writer(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


@_quick
@given(schemas)
def test_a_schema_is_compatible_with_itself(schema: Any) -> None:
    assert compatible(schema, schema)


@_quick
@given(st.data())
def test_what_is_called_compatible_never_refuses_a_value_that_was_allowed(data: st.DataObject) -> None:
    old = data.draw(schemas)
    new = data.draw(changed(old))
    assume(compatible(old, new))
    for _ in range(5):
        value = data.draw(instances(old))
        assert not fits(old, value) or fits(new, value), f"{value!r} is refused"


@_quick
@given(_fields, schemas)
def test_an_optional_field_is_welcome_both_ways(fields: dict[str, Any], added: Any) -> None:
    default = (added if isinstance(added, dict) else {}) | {"default": None}
    old, new = writer(fields), writer({**fields, "new": default})
    before, after = (Revision("x.y.z.v1", 1, schema, reader_of(schema)) for schema in (old, new))
    assert check_family([before], after) == []


@_quick
@given(_fields.filter(bool), st.data())
def test_a_reader_may_stop_asking_for_a_field(fields: dict[str, Any], data: st.DataObject) -> None:
    old = writer(fields)
    asked = [name for name in fields if name != data.draw(st.sampled_from(sorted(fields)))]
    assert compatible(old, old | {"required": asked})


@_quick
@given(_fields, schemas)
def test_a_new_field_without_default_is_refused_both_by_the_checker_and_by_the_validator(
    fields: dict[str, Any], added: Any
) -> None:
    old, new = writer(fields), reader_of(writer({**fields, "new": added}))
    assert not compatible(old, new)
    assert not fits(new, dict.fromkeys(fields))
