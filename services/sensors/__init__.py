"""Sensors owns devices, their series and readings.

It also owns what follows from readings: quality flags, thresholds, malfunctions and forecasts.
"""
