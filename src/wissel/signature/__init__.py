"""XML-DSig on ISO 20022 messages, as networks really use it: verified by pinned trust only, and signed."""
