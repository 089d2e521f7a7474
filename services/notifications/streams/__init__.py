"""Event streams over HTTP: everybody's events, resumed by their place, for programs and for browsers."""
