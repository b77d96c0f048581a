"""A table of features: columns under their names, each a number for every line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from newsclean.layout.lines import Floats

Array = npt.NDArray[Any]


class Table:
    """Columns under their names, in the order in which they come."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.names: list[str] = []
        self._columns: list[Array] = []
        self._single: dict[str, Array] = {}

    def add(self, name: str, column: Array) -> None:
        """One column, an array (n,)."""
        self.names.append(name)
        self._columns.append(column[:, None])
        self._single[name] = column

    def add_all(self, names: Iterable[str], columns: Array) -> None:
        """Several columns at once, an array (n, columns)."""
        self.names.extend(names)
        self._columns.append(columns)

    def column(self, name: str) -> Floats:
        """A column that stands alone, a float32 array (n,)."""
        return self._single[name].astype(np.float32)

    def joined(self) -> Floats:
        """The whole table, a float32 array (n, columns)."""
        return np.concatenate(self._columns, axis=1, dtype=np.float32, casting="unsafe")
