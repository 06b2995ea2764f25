"""From bytes to parts, blocks and findings, and back: the only place that knows the XML library."""
