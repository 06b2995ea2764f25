"""Schemas as plain values: read, described, compared, and their value types checked."""
