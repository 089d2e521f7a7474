"""What the funding service says of the living funding strategy."""
