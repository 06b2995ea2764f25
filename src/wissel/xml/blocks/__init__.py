"""Messages as tables of path and value, and as outlines: what everything above sees."""
