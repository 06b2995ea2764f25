"""What came in, what was decided, what went out: written once, chained, and asked for again."""
