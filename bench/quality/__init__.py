"""How well calls are matched to activities: a labelled set, ours, and the two searches everybody has at hand."""
