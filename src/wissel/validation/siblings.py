"""Values that belong together: found by tag, wherever they stand, and by what stands beside them.

All of it follows from the shape of a block alone, so it is worked out once for each shape.
"""

from functools import lru_cache

from wissel.xml.shape import Shape

SHAPES_MAX = 8192
"""Answers remembered per process."""

Family = tuple[int, ...]
"""Numbers of values that belong together, -1 for one that is not there."""


@lru_cache(maxsize=SHAPES_MAX)
def ending(shape: Shape, path: str) -> tuple[int, ...]:
    """The values whose path ends in ``path``: ``MmbId``, ``ClrSysId/Cd``, ``@Ccy``."""
    return tuple(number for number, plain in enumerate(shape.plain) if f"/{plain}".endswith(f"/{path}"))


@lru_cache(maxsize=SHAPES_MAX)
def families(shape: Shape, path: str, *beside: str) -> tuple[Family, ...]:
    """For each value whose path ends in ``path``, its number and those of the values beside it.

    ``beside`` are plain paths from the element that ``path`` is in: with ``MmbId`` and ``ClrSysId/Cd`` the clearing
    system of each member id, and with ``CdtrRefInf/Ref`` and ``CdtrRefInf/Tp/Issr`` the issuer of each reference.
    """
    steps = path.count("/") + 1
    numbers = {indexed: number for number, indexed in enumerate(shape.paths)}
    found: list[Family] = []
    for number in ending(shape, path):
        within = shape.paths[number].split("/")[:-steps]
        found.append((number, *(numbers.get("/".join((*within, other)), -1) for other in beside)))
    return tuple(found)


@lru_cache(maxsize=SHAPES_MAX)
def amounts(shape: Shape) -> tuple[tuple[int, int], ...]:
    """Every amount with the number of its currency: elements with an attribute ``Ccy``."""
    numbers = {indexed: number for number, indexed in enumerate(shape.paths)}
    return tuple(
        (amount, number)
        for number, indexed in enumerate(shape.paths)
        if indexed.endswith("/@Ccy") and (amount := numbers.get(indexed[:-5])) is not None
    )
