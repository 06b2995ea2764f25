"""What a person at the bank decides: instructions as files, taken up exactly once like all others."""
