"""The NetworkPolicies allow exactly what the code needs: nothing is missing, nothing is extra."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest

from tests.deploy import needs
from tests.deploy.flows import End, Flow, Policies, ends_of
from tests.deploy.kustomize import Object
from tests.deploy.overlays import PRODUCTION, rendered

OUTSIDE = (
    *(needs.EDGE, needs.MONITORING, needs.SCALER, needs.NAME_SERVER, needs.STRANGER),
    *(needs.INTERNET, needs.INTERNET_6, needs.PRIVATE, needs.METADATA),
)
# Ports worth trying on an end whose own we do not know.
COMMON_PORTS = (22, 25, 53, 80, 443, 465, 587, 4222, 4318, 8080, 8222, 27017)


def allowed(objects: list[Object]) -> set[Flow]:
    """Every flow that the policies let pass, of all that could be asked for."""
    policies = Policies([each for each in objects if each["kind"] == "NetworkPolicy"], needs.OURS)
    ends = ends_of(objects, needs.OURS)
    return {
        Flow(source.name, target.name, port, protocol)
        for source, target in pairs(ends)
        for port in {*COMMON_PORTS, *target.ports.values()}
        for protocol in ("TCP", "UDP")
        if policies.allow(source, target, port, protocol)
    }


def pairs(ends: list[End]) -> Iterator[tuple[End, End]]:
    for end in ends:
        yield from ((end, other) for other in ends)
        for other in OUTSIDE:
            yield end, other
            yield other, end


@pytest.mark.parametrize("overlay", ["overlays/local", PRODUCTION])
def test_the_policies_allow_what_is_needed_and_nothing_else(overlay: str) -> None:
    objects = rendered(overlay)
    open_ways, needed = allowed(objects), needs.needed(objects)
    # The scaler's way and a scraper's are open in every overlay; a cluster without them has nobody to go there.
    unused = {flow for flow in open_ways - needed if flow.source == needs.SCALER.name and overlay != PRODUCTION}
    # Names may be looked up by every pod.
    unused |= {flow for flow in open_ways - needed if flow.target == needs.NAME_SERVER.name}
    assert sorted(needed - open_ways) == [], "needed, yet closed"
    assert sorted(open_ways - needed - unused) == [], "open, yet not needed"


def test_each_rule_is_needed() -> None:
    """Taking any single rule away closes, in some overlay, something that is needed there."""
    idle = [set(_idle_rules(rendered(overlay))) for overlay in ("overlays/local", PRODUCTION)]
    both = {each["metadata"]["name"] for each in rendered("overlays/local") if each["kind"] == "NetworkPolicy"}
    only_production = {rule for rule in idle[1] if rule[0] not in both}
    # The scaler's rule is needed where lag scales, which is production.
    assert sorted((idle[0] & idle[1]) | only_production) == []


def _idle_rules(objects: list[Object]) -> Iterator[tuple[str, str, int]]:
    needed = needs.needed(objects)
    ends = {end.name: end for end in (*ends_of(objects, needs.OURS), *OUTSIDE)}
    policies = [each for each in objects if each["kind"] == "NetworkPolicy"]
    for place, each in enumerate(policies):
        for way in ("ingress", "egress"):
            for rule in range(len(each["spec"].get(way) or [])):
                without = copy.deepcopy(policies)
                del without[place]["spec"][way][rule]
                fewer = Policies(without, needs.OURS)
                if all(fewer.allow(ends[one.source], ends[one.target], one.port, one.protocol) for one in needed):
                    yield each["metadata"]["name"], way, rule


def test_without_the_default_deny_jobs_could_be_reached() -> None:
    """The default is what closes the pods that no other policy names."""
    objects = [each for each in rendered(PRODUCTION) if each["metadata"]["name"] != "default-deny"]
    newcomer = End("newcomer", {"app.kubernetes.io/name": "newcomer"}, needs.OURS, {"http": 8080})

    def reachable(of: list[Object]) -> bool:
        policies = Policies([each for each in of if each["kind"] == "NetworkPolicy"], needs.OURS)
        return policies.allow(needs.STRANGER, newcomer, 8080)

    assert reachable(objects)
    assert not reachable(rendered(PRODUCTION))
