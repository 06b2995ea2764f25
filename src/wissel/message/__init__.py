"""What a message is: its envelope, its header, its document."""
