"""The inbox as a list: what waits for a decision, what is decided or over, searched and paged."""
