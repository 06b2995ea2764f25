"""What joins the parts: a bank directory read as a whole, and later the flow of a message through it."""
