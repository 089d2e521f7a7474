"""One mail for a person and an occasion: what came up meanwhile, ranked, at most ten told, the rest counted."""
