"""Double entry: what was booked, when, on which accounts; and the statements that show it."""
