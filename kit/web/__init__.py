"""The shared look: page frame, components, words in two languages, formats, and the headers a browser needs."""
