"""Applications: what the municipality asks a funder for, from the first thought to the last report or the lesson."""
