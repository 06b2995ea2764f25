"""Interim."""
def other_names(tag: str) -> tuple[str, ...]:
    """Interim."""
    return {"BIC": ("BICFI",), "BICFI": ("BIC",), "BICOrBEI": ("AnyBIC",), "AnyBIC": ("BICOrBEI",)}.get(tag, ())
