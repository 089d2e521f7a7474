"""Who near us won European money, for what, and at what rate: the open list of cohesion projects."""
