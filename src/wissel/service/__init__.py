"""Work on many files: in the order they came, on all processors."""
