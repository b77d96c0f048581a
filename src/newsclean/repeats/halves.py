"""Rows of print that the edge between two strips side by side cut in two: the end of one line is the beginning of another.

Read by itself, the left strip ends each row of such a column where the strip ends, the right one begins each where it
begins; what lies in the overlap stands at the end of the one half and again at the beginning of the other, row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Indel

from newsclean.repeats.boundaries import Lines
from newsclean.repeats.passages import Run

EDGE = 1
"""So many letters, not more, may be cut off or misread at the edge of a strip."""

ROWS = 3
"""So many rows, one below the other, must be cut so, if their column is to count."""

SKIPPED = 2
"""The most rows between two of them whose halves have nothing to tell them by."""

LEAST = 2
"""The least letters of an overlap that is told by those above and below it."""

SPREAD = 3
"""By so many letters the overlaps of a column differ."""

LIKE = 0.7
"""How like such an overlap must be on both sides, from 0 to 1."""


class Half(NamedTuple):
    """A row cut in two.

    Attributes:
        left, right: the lines that hold its two halves.
        first: the place of the key from which on the left half stands again in the right one.
        again: the place of the key up to which the right half stands in the left one.
    """

    left: int
    right: int
    first: int
    again: int


def halves(lines: Lines, runs: Sequence[Run]) -> list[list[Half]]:
    """The rows of a page that were cut in two, column by column.

    Args:
        lines: the lines of the page.
        runs: the runs of characters that stand twice on it.
    """
    columns: dict[int, list[Half]] = {}  # by how many lines lie between the two halves of a row
    for half in _cut(lines, runs):
        columns.setdefault(half.right - half.left, []).append(half)
    found: list[list[Half]] = []
    seen: set[int] = set()
    for column in columns.values():
        ends = [k for k in range(1, len(column)) if column[k].left - column[k - 1].left > SKIPPED + 1]
        for start, end in pairwise((0, *ends, len(column))):
            part = column[start:end]
            if sum(lines.keys[half.left + 1] - half.first == half.again - lines.keys[half.right] for half in part) >= ROWS:
                rows = {half.left: half for half in _filled(lines, part) if not seen.intersection((half.left, -half.right))}
                seen.update(place for half in rows.values() for place in (half.left, -half.right))
                found.append(list(rows.values()))
    return found


def _cut(lines: Lines, runs: Sequence[Run]) -> list[Half]:
    """Runs that end with one line and begin another, neither of them in one row as a whole."""
    if len(runs) < ROWS:
        return []
    keys = np.array(lines.keys)
    first, again, size = np.array(runs, np.int64).T
    left, right = (np.searchsorted(keys, places, side="right") - 1 for places in (first, again))
    over, under = keys[left + 1] - first - size, again - keys[right]
    rest = np.maximum(first - keys[left], keys[right + 1] - again - size)
    told = (left < right) & (over >= 0) & (over <= EDGE) & (under <= EDGE) & (again + size <= keys[right + 1]) & (rest > EDGE)
    return sorted(map(Half, *(of[told].tolist() for of in (left, right, first, again + size))))


def _filled(lines: Lines, column: Sequence[Half]) -> Iterator[Half]:
    """The halves of a column, those between them and next to them too that are told by the others alone."""
    text, keys = lines.key.text, lines.keys
    told = {half.left: half for half in column}
    apart = column[0].right - column[0].left
    size = round(median(keys[half.left + 1] - half.first for half in column))
    for left in range(max(0, column[0].left - SKIPPED), min(column[-1].left + SKIPPED, len(keys) - 2 - apart) + 1):
        if left in told:
            yield told[left]
            continue
        start, end, begin, stop = keys[left], keys[left + 1], keys[left + apart], keys[left + apart + 1]
        best = max(
            (Indel.normalized_similarity(text[end - n : end], text[begin : begin + n]), n)
            for n in range(LEAST, max(LEAST, size + SPREAD) + 1)
        )
        n = best[1]
        if best[0] >= LIKE and max(LEAST, size - SPREAD) <= n < min(end - start, stop - begin):
            yield Half(left, left + apart, end - n, begin + n)
