"""The store: unit of work = one transaction with outbox and inbox; the only home of the Mongo driver."""

from kit.store.client import Client
from kit.store.collections import Aggregate, Aggregates, Collection, Index
from kit.store.errors import AlreadyDone, Conflict
from kit.store.migrations import Migration
from kit.store.store import Store
from kit.store.work import Work

__all__ = [
    "Aggregate",
    "Aggregates",
    "AlreadyDone",
    "Client",
    "Collection",
    "Conflict",
    "Index",
    "Migration",
    "Store",
    "Work",
]
