"""What an operator does with events nobody could handle: over the API, on pages, at the terminal."""
