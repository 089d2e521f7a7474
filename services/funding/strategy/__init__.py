"""The living funding strategy: what the quarter brought, what it costs us, what was decided, revised and frozen."""
