"""Calls: one call, one identity, whatever its sources; its history, its corrections, and its pages."""

from services.funding.calls.call import Call, Provenance

__all__ = ["Call", "Provenance"]
