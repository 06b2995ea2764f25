"""What is wrong with a part that its schema refuses, fault by fault."""
