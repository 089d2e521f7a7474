"""Integrators and their keys: who outside the house may read which events, over NATS and over HTTP."""
