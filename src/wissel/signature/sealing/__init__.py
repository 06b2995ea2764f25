"""Sealing files for recipients and opening them: CMS AuthEnvelopedData."""
