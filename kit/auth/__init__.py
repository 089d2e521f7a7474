"""Who is asking: people, their roles, and the tokens that say so."""
