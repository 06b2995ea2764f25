"""Values that belong together: found by tag, wherever they stand, and by what stands beside them.

All of it follows from the shape of a block alone, so it is worked out once for each shape.
"""

from functools import lru_cache

from wissel.xml.blocks.shape import Shape

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

    ``beside`` are plain paths from the element around the value: with ``MmbId`` and ``ClrSysId/Cd`` the clearing
    system of each member id, with ``CdtrRefInf/Ref`` and ``Tp/Issr`` the issuer of each creditor reference.
    """
    numbers = {indexed: number for number, indexed in enumerate(shape.paths)}
    found: list[Family] = []
    for number in ending(shape, path):
        around = shape.paths[number].rpartition("/")[0]
        beside_it = (f"{around}/{other}" if around else other for other in beside)
        found.append((number, *(numbers.get(other, -1) for other in beside_it)))
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


@lru_cache(maxsize=SHAPES_MAX)
def occurrences(shape: Shape, tag: str) -> tuple[str, ...]:
    """The indexed paths of all elements with a tag that hold a value, in order: ``NtryDtls/TxDtls[2]``."""
    found: dict[str, None] = {}
    for indexed, plain in zip(shape.paths, shape.plain, strict=True):
        tags = plain.split("/")
        if tag in tags:
            found["/".join(indexed.split("/")[: tags.index(tag) + 1])] = None
    return tuple(found)
