"""Where calls are read from: one file per source, each a pure step from bytes to parsed calls."""
