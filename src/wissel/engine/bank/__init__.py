"""A bank directory: written, read with every fault at once, and what can be reached with it."""
