"""Benchmarks of wissel: one command, one table, rivals in the same run. Start them with ``make bench``."""
