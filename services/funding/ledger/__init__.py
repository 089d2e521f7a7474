"""The match-fund ledger: who pays what of a project, and the municipality's own share on its real budget lines.

It owns dated parameters, financings with their cost lines, budget lines with their reservations, aid given, and the
cash-flow forecast. Other parts of funding read it through `summary.money_of`.
"""
