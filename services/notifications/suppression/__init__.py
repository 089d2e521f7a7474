"""Mail that comes back: what returned, and which mailboxes are written to no more until somebody says so."""
