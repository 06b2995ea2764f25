"""Turn a message into another: what a network wants, the next leg, another version; nothing is lost in silence."""
