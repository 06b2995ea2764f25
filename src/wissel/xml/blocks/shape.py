"""The shape of a block: which values it has, without the values. Blocks of one shape share all that follows from it."""

import re
from functools import lru_cache

_INDEX = re.compile(r"\[\d+\]")
SHAPES_MAX = 4096
"""Shapes remembered per process."""


class Shape:
    """The paths of a block's values in document order, and what can be said of them without looking at a value."""

    __slots__ = ("first", "paths", "places", "plain", "present")

    def __init__(self, paths: tuple[str, ...]) -> None:
        """``paths`` are indexed and below the block: ``RmtInf/Strd[2]/CdtrRefInf/Ref``."""
        self.paths = paths
        self.plain = tuple(_INDEX.sub("", path) for path in paths)
        """The same without indices."""
        self.places: dict[str, tuple[int, ...]] = {}
        """Where the values of a plain path stand among all values."""
        for place, path in enumerate(self.plain):
            self.places[path] = (*self.places.get(path, ()), place)
        self.first = {path: places[0] for path, places in self.places.items()}
        """Where the first value of a plain path stands."""
        present: set[str] = set()
        for path in self.places:
            while path and path not in present:
                present.add(path)
                path = path.rpartition("/")[0]
        self.present = frozenset(present)
        """Plain paths of all elements that are there, those around values too."""


@lru_cache(maxsize=SHAPES_MAX)
def shape_of(paths: tuple[str, ...]) -> Shape:
    """The shape with these paths, the same one each time."""
    return Shape(paths)
