"""Every event the services say, versioned: the one thing they share about each other."""
