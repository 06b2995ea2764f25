"""What everything stands on: findings and their codes, limits, faults, the clock, settings. Standard library only."""
