"""Backward planning: from a call's deadline back through the municipality's own procedure to what must begin when."""
