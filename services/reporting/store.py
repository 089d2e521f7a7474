"""What this service stores: a read model made of everybody's events, and what it last told of its figures."""

from __future__ import annotations

from kit.store import Aggregates, Collection, Index
from services.reporting.told import Told

PLANS = Collection("plans")
ACTIVITIES = Collection("activities", indexes=[Index([("plan_id", 1)])])
CALLS = Collection("calls", indexes=[Index([("facts.status", 1), ("facts.deadline", 1)])])
MATCHES = Collection("matches", indexes=[Index([("match.call_id", 1)])])
COMMITMENTS = Collection("commitments")
SOURCES = Collection("sources")
DEVICES = Collection("devices")
SERIES = Collection("series")
ALERTS = Collection("alerts", indexes=[Index([("raised.call_id", 1)]), Index([("acknowledged.call_id", 1)])])
FIGURES = Aggregates("figures", of=Told, key="name")

READ_MODEL = [PLANS, ACTIVITIES, CALLS, MATCHES, COMMITMENTS, SOURCES, DEVICES, SERIES, ALERTS]
ALL = [*READ_MODEL, FIGURES]
