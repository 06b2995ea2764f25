"""Statements and notifications from ledger or bookings: drafted, numbered, written, checked."""
