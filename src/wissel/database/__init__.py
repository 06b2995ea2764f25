"""How journal and ledger talk to their database: statements that are worked out once, and many rows at once."""
