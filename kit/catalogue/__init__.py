"""The event catalogue: a page per event, drawn from the contracts, for people who subscribe to them."""
