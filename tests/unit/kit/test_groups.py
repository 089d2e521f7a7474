"""Building groups: nobody in the way of another, nobody lost, nobody overtaken on a thing both touch."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from kit.store.groups import Claims, claims_of, next_group

things = st.frozensets(st.integers(0, 6), max_size=3)


@dataclass(frozen=True, eq=False)
class Member:
    claims: Claims


members = st.lists(st.builds(Member, st.builds(claims_of, things, things)), max_size=25)


def in_each_others_way(one: Member, other: Member) -> bool:
    a, b = one.claims, other.claims
    return bool(a.alone & (b.alone | b.shared) or b.alone & a.shared)


@given(members, st.integers(1, 10))
def test_nobody_in_a_group_is_in_anothers_way(waiting: list[Member], limit: int) -> None:
    group = next_group(deque(waiting), limit)
    assert len(group) <= limit
    assert not any(in_each_others_way(*pair) for pair in combinations(group, 2))


@given(members, st.integers(1, 10))
def test_everybody_comes_to_a_group_and_those_in_each_others_way_in_their_order(
    waiting: list[Member], limit: int
) -> None:
    queue, order = deque(waiting), []
    while queue:
        group = next_group(queue, limit)
        assert group, "the oldest can always go"
        order += group
    assert sorted(map(id, order)) == sorted(map(id, waiting))
    place = {id(member): number for number, member in enumerate(order)}
    for earlier, later in combinations(waiting, 2):
        if in_each_others_way(earlier, later):
            assert place[id(earlier)] < place[id(later)]


def test_changes_that_hold_whatever_happens_may_share_a_document() -> None:
    counting = [Member(Claims(frozenset({f"entity{n}"}), frozenset({"counter"}))) for n in range(5)]
    assert next_group(deque(counting), 10) == counting


def test_what_is_claimed_alone_is_not_shared_as_well() -> None:
    assert claims_of(["a", "b"], ["b", "c"]) == Claims(frozenset({"a", "b"}), frozenset({"c"}))
