"""HTTP: the app factory, problem details, commands, paging, health and what is observed of them."""
