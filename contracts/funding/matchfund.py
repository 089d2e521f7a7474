"""What the funding service says of the municipality's own share: reserved, released, and short of."""
