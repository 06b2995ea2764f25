"""Tests of what the benchmarks measure with; nothing is timed."""
