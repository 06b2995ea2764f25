"""From a source to a report: what was checked, and what was found."""
