"""The command line: one module for each group of commands; the only place that writes to a terminal."""
