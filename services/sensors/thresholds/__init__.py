"""Thresholds: limits that people set on a series, and when its readings go beyond them and come back."""
