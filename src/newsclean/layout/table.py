"""A table of features: columns under their names, each a number for every line."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from newsclean.layout.lines import Floats

Array = npt.NDArray[Any]
ROOM = 256  # columns for which there is room at first


class Table:
    """Columns under their names, in the order in which they come."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.names: list[str] = []
        self._columns: Floats = np.empty((ROOM, n), np.float32)

    def rows(self, *names: str) -> Floats:
        """Room for several columns at once, a float32 array (columns, n) that is to be filled."""
        first = len(self.names)
        self.names.extend(names)
        if len(self.names) > len(self._columns):
            more = np.empty((2 * len(self.names), self.n), np.float32)
            more[:first] = self._columns[:first]
            self._columns = more
        return self._columns[first : len(self.names)]

    def column(self, name: str) -> Floats:
        """A column by its name, a float32 array (n,)."""
        column: Floats = self._columns[self.names.index(name)]
        return column

    def joined(self) -> Floats:
        """The whole table, a float32 array (n, columns)."""
        table: Floats = self._columns[: len(self.names)].T
        return table


def clipped(values: Array, low: float, high: float) -> Array:
    """The values, none below or above these two; many times as fast on short arrays as numpy's own function."""
    return np.minimum(np.maximum(values, low), high)
