"""The answers a bank owes: status reports, returns, resolutions of recalls, receipts, as functions over values."""
