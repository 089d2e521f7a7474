"""Funding: sources of calls, the calls and their history, and how they fit the plan.

It also owns applications, the match-fund ledger, commitments and the living funding strategy.
"""
