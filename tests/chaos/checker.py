"""Holds what was accepted against what is there: nothing missing, nothing twice. Knows no product code.

Each check yields the findings of one kind in words; no finding means that it holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from tests.chaos.evidence import SERVICES, Evidence, Said, moment

Findings = Iterator[str]
SHOWN_OF_MANY = 10


def findings(evidence: Evidence, *, repeats_allowed: bool = False, double_mails_allowed: int = 0) -> list[str]:
    """Everything that is wrong.

    `repeats_allowed`: a stream may hold an event twice under its one id, as after an outage longer than its
    deduplication window; effects still may not happen twice. `double_mails_allowed`: how many mails may have gone
    twice under one Message-ID, because their sender died between the server's acceptance and its own note of it.
    """
    found = [finding for check in CHECKS for finding in check(evidence)]
    if not repeats_allowed:
        found += [f"a stream holds event {key} {count + 1} times" for key, count in evidence.repeats.items()]
    doubles = sum(count - 1 for count in Counter(mail.message_id for mail in evidence.mails).values())
    if doubles > double_mails_allowed:
        found.append(f"{doubles} mails went twice; at most {double_mails_allowed} may have")
    return found


def calls(evidence: Evidence) -> Findings:
    wanted = {call["id"]: call["title"] for call in evidence.accepted.get("call", [])}
    yield from once("call stored", (each["title"] for each in evidence.documents("funding", "calls")), wanted.values())
    yield from once("call.published", (each.data["call_id"] for each in evidence.of("call.published")), wanted)
    published = (each["_id"] for each in evidence.documents("reporting", "calls") if "published" in each)
    yield from once("call in reporting", published, wanted)


def matches(evidence: Evidence) -> Findings:
    """Every call is judged once and fits what calls of the same words fit; each fit is said and in reporting."""
    stored = evidence.documents("funding", "matches")
    calls = {call["id"]: topic(call["title"]) for call in evidence.accepted.get("call", [])}
    yield from once("call judged", (each["_id"] for each in evidence.documents("funding", "verdicts")), calls)
    fits = [(each["call_id"], each["activity_id"]) for each in stored if each["fits"]]
    alike: dict[str, set[str]] = defaultdict(set)
    for call, activity in fits:
        alike[calls.get(call, "")].add(activity)
    yield from once("fit", fits, [(call, activity) for call, words in calls.items() for activity in alike[words]])
    said = latest(evidence.of("call.matched"))
    silent = {each["_id"] for each in stored if each["fits"]} - set(said)
    yield from (f"fit {match} was never said" for match in sorted(silent))
    shown = {each["_id"]: each["match"]["sequence"] for each in evidence.documents("reporting", "matches")}
    yield from same("match in reporting", shown, {match: event.sequence for match, event in said.items()})


def open_costs(evidence: Evidence) -> Findings:
    """What a fit says is still open is the estimate less all that was committed."""
    committed = committed_to(evidence)
    estimated = {
        need["_id"]: amount(need["estimated"]["amount"])
        for need in evidence.documents("actions", "needs")
        if need["estimated"] is not None
    }
    for match in evidence.documents("funding", "matches"):
        activity = match["activity_id"]
        if match["fits"] and activity in estimated and match["open_cost"] is not None:
            wanted = estimated[activity] - committed[activity]
            if amount(match["open_cost"]["amount"]) != wanted:
                yield f"match {match['_id']} says {match['open_cost']['amount']} is open, not {wanted}"


def alerts(evidence: Evidence) -> Findings:
    """One alert for each person and call that one of the person's subscriptions lets through, delivered."""
    stored = evidence.documents("notifications", "alerts")
    wanted = wanted_alerts(evidence)
    yield from once("alert", ((each["person"], each["call"]["call_id"]) for each in stored), wanted)
    yield from once("alert.raised", (each.entity for each in evidence.of("alert.raised")), (a["_id"] for a in stored))
    delivered = (each.entity for each in evidence.of("alert.delivered"))
    yield from once("alert.delivered", delivered, (a["_id"] for a in stored))
    for alert in stored:
        if alert["state"] != "delivered":
            yield f"alert {alert['_id']} is {alert['state']}: {alert['refusal']}"
        known = {fit["activity_id"] for fit in alert["fits"]}
        if known != wanted.get((alert["person"], alert["call"]["call_id"]), known):
            yield f"alert {alert['_id']} does not speak of every fit"
    shown = (each["_id"] for each in evidence.documents("reporting", "alerts") if "delivered" in each)
    yield from once("delivered alert in reporting", shown, (a["_id"] for a in stored))


def mails(evidence: Evidence) -> Findings:
    """Each alert left in one message to its person, its own or, after an outage, one that gathers several.

    A message tells of its alerts' calls and of no others; one that gathers more than it shows names the rest by number.
    Copies of one Message-ID are counted elsewhere.
    """
    titles = {call["title"]: call["id"] for call in evidence.accepted.get("call", [])}
    meant: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for alert in evidence.documents("notifications", "alerts"):
        meant[alert["message_id"]].add((alert["person"], alert["call"]["call_id"]))
    sent = {mail.message_id: (mail.to, " ".join(mail.text.split())) for mail in evidence.mails}
    yield from once("mail", (about for message_id in sent for about in meant[message_id]), wanted_alerts(evidence))
    for message_id, (to, text) in sent.items():
        told = {(to, call) for title, call in titles.items() if title in text}
        if not told or not told <= meant[message_id] or len(told) < min(len(meant[message_id]), SHOWN_OF_MANY):
            yield f"mail {message_id} to {to} tells of {sorted(told)}, its alerts are {sorted(meant[message_id])}"


def readings(evidence: Evidence) -> Findings:
    accepted = {(each["series"], moment(each["time"])): each["value"] for each in evidence.accepted.get("reading", [])}
    stored = [(each["_id"]["s"], each["_id"]["t"]) for each in evidence.documents("sensors", "readings")]
    yield from once("reading stored", stored, accepted)
    events = evidence.of("readings.recorded")
    told = [(event.entity, moment(each["time"])) for event in events for each in event.data["readings"]]
    yield from once("reading said", told, accepted)
    counts = Counter(series for series, _ in accepted)
    summed = {each["_id"]: each["count"] for each in evidence.documents("sensors", "series")}
    yield from same("count of series", summed, dict(counts))
    newest = {series: max(at for name, at in accepted if name == series) for series in counts}
    shown = {each["_id"]: each["latest"]["time"] for each in evidence.documents("reporting", "series")}
    yield from same("newest reading in reporting", shown, newest)


def commitments(evidence: Evidence) -> Findings:
    accepted = {each["id"]: Decimal(each["amount"]) for each in evidence.accepted.get("commitment", [])}
    own = {each["_id"]: amount(each["amount"]["amount"]) for each in evidence.documents("funding", "commitments")}
    yield from same("commitment in funding", own, accepted)
    yield from once("commitment.made", (each.entity for each in evidence.of("commitment.made")), accepted)
    counted = {
        key: amount(money["amount"])
        for need in evidence.documents("actions", "needs")
        for key, money in need["commitments"].items()
    }
    yield from same("commitment in actions", counted, accepted)
    shown = evidence.documents("reporting", "commitments")
    yield from same(
        "commitment in reporting",
        {each["_id"]: amount(each["commitment"]["amount"]["amount"]) for each in shown},
        accepted,
    )


def stages(evidence: Evidence) -> Findings:
    """An activity stands where the last accepted change put it, and its changes are said once, as one chain."""
    last = {each["activity"]: each["stage"] for each in evidence.accepted.get("stage", [])}
    needs = {each["_id"]: each["stage"] for each in evidence.documents("actions", "needs") if each["_id"] in last}
    yield from same("stage in actions", needs, last)
    changes = evidence.of("activity.status_changed")
    shown = {
        each["_id"]: each["stage"]["stage"] for each in evidence.documents("reporting", "activities") if "stage" in each
    }
    told = {activity: event.data["after"] for activity, event in latest(changes).items()}
    yield from same("stage in reporting", shown, told)
    stood: dict[str, str] = defaultdict(lambda: "not_started")
    real = Counter[str]()
    for each in evidence.accepted.get("stage", []):
        real[each["activity"]] += stood[each["activity"]] != each["stage"]
        stood[each["activity"]] = each["stage"]
    yield from same("number of stage changes", Counter(each.entity for each in changes), real)


def outboxes(evidence: Evidence) -> Findings:
    """Every committed event is in its stream, and no stream holds one that nobody committed."""
    for service in SERVICES:
        rows = evidence.documents(service, "outbox")
        unsent = [row["_id"] for row in rows if row["state"] != "sent"]
        if unsent:
            yield f"{len(unsent)} rows of the outbox of {service} were not marked as sent"
        streamed = {each.id for each in evidence.said if each.stream == service.upper()}
        yield from once(f"event of {service} in its stream", streamed, (row["_id"] for row in rows))


def versions(evidence: Evidence) -> Findings:
    """Two events with different ids never say the same thing: one version of one entity speaks once of one kind."""
    distinct = {each.id: each for each in evidence.said}.values()
    counted = Counter((each.type, each.entity, each.sequence) for each in distinct)
    yield from (f"{key} was said under {count} ids" for key, count in counted.items() if count > 1)


def inboxes(evidence: Evidence) -> Findings:
    """Every event took effect in every handler that hears it, in one of the versions it was said in."""
    for hearer in evidence.hearers:
        if hearer.waiting:
            yield f"{hearer.service} {hearer.handler} still has {hearer.waiting} messages before it"
        if hearer.stream == "INGEST":
            continue
        heard = {row["_id"] for row in evidence.documents(hearer.service, "inbox")}
        prefix = hearer.subject.removesuffix("*")
        said: dict[tuple[str, int], set[str]] = defaultdict(set)
        for each in evidence.said:
            if each.subject.startswith(prefix):
                said[each.entity, each.sequence].add(f"{hearer.handler}:{each.id}")
        if missing := [ids for ids in said.values() if not ids & heard]:
            yield f"{hearer.service} {hearer.handler} did not take in {len(missing)} events, such as {min(missing[0])}"
        if twice := [ids for ids in said.values() if len(ids & heard) > 1]:
            yield f"{hearer.service} {hearer.handler} took in {len(twice)} events twice, such as {sorted(twice[0])}"


def dead_letters(evidence: Evidence) -> Findings:
    yield from (f"dead letter: {letter}" for letter in evidence.dead_letters)


CHECKS: tuple[Callable[[Evidence], Findings], ...] = (
    calls,
    matches,
    open_costs,
    alerts,
    mails,
    readings,
    commitments,
    stages,
    outboxes,
    versions,
    inboxes,
    dead_letters,
)


def wanted_alerts(evidence: Evidence) -> dict[tuple[str, str], set[str]]:
    """Person and call -> the activities to tell of, from what was said and who subscribed to what."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in evidence.of("call.matched"):
        for subscription in evidence.accepted["subscription"]:
            if event.data["action_number"] in subscription.get("actions", [event.data["action_number"]]):
                key = (subscription["person"], event.data["call"]["call_id"])
                wanted[key].add(event.data["activity_id"])
    return dict(wanted)


def committed_to(evidence: Evidence) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in evidence.accepted.get("commitment", []):
        sums[each["activity"]] += Decimal(each["amount"])
    return sums


def topic(title: str) -> str:
    """What calls of the load have in common but for their number: they differ in nothing else that is judged."""
    return title.partition(" (št.")[0]


def latest(events: Iterable[Said]) -> dict[str, Said]:
    """The newest event of each entity."""
    newest: dict[str, Said] = {}
    for event in events:
        if event.entity not in newest or newest[event.entity].sequence < event.sequence:
            newest[event.entity] = event
    return newest


def once(what: str, found: Iterable[Hashable], wanted: Iterable[Hashable]) -> Findings:
    """Each of `wanted` is found exactly once, and nothing else is."""
    counted, expected = Counter(iter(found)), set(wanted)
    yield from (f"{what}: {key} is missing" for key in some(expected - counted.keys()))
    yield from (f"{what}: {key} was never accepted" for key in some(counted.keys() - expected))
    yield from (f"{what}: {key} is there {counted[key]} times" for key in some(k for k in counted if counted[k] > 1))


def same(what: str, found: Mapping[Any, Any], wanted: Mapping[Any, Any]) -> Findings:
    """The same keys with the same values."""
    yield from once(what, found, wanted)
    for key in some(found.keys() & wanted.keys()):
        if found[key] != wanted[key]:
            yield f"{what}: {key} is {found[key]}, not {wanted[key]}"


def some(keys: Iterable[Hashable]) -> list[Hashable]:
    return sorted(keys, key=str)


def amount(value: Any) -> Decimal:
    decimal: Decimal = value.to_decimal() if hasattr(value, "to_decimal") else Decimal(value)
    return decimal
