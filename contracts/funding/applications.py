"""What the funding service says of applications: what was asked for, and what became of it."""
