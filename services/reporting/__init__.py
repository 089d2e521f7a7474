"""Reporting: one view of the whole plan, made of what everybody says.

It owns nothing that others could not say again: its read model, and the key figures computed from it.
"""
