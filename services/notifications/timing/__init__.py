"""When something may leave: instant or in a digest, in whose hours, and why it waits."""
