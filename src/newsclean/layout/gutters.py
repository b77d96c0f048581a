"""Gutters: white space that runs down a page with lines of text on both sides.

Cells are counted as the page's maker counted them: ``pdftotext -layout`` and pdfplumber give every character one, terminals and
typewriters give Chinese ones two (East Asian Width, UAX #11). What geometry proposes the language model must confirm: in
columns the lines run on downwards, in tables, lists and verse they do not, and in prose with wide spaces they run on across.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsclean.language import load
from newsclean.layout.lines import SPACE, Ints, lines_of, tables

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]

LEAST_ROWS = 4  # rows with text on both sides of a gutter
LEAST_LENGTH = 5  # characters that half of the lines beside a gutter have, or more
RUNS_ON = 0.3  # mean log-odds with which the lines beside a gutter run on downwards,
BETTER = 1.0  # and by how much better than across
BETTER_THERE = 1.5  # the same in a single row
SAMPLE = 48  # pairs of lines that are asked about
TRIES = 3  # of the gutters that a region may have
REACH = 20  # rows up and down in which a column is looked for
NEAR = 4  # rows from a line to the next of its column, or cells from an indented line to one that is not
_EDGE = 6  # characters at a line's edges that tell whether it runs on


class Segments(NamedTuple):
    """Runs of text with two blanks or more between them, each field an int64 array (n,), in the order of the page."""

    starts: Ints  # code points of the text
    ends: Ints
    rows: Ints  # line breaks before
    lefts: Ints  # cells from the start of the row
    rights: Ints

    def only(self, kept: Bools | slice) -> Segments:
        """Those that are kept."""
        return Segments(*(field[kept] for field in self))

    def lines(self) -> Segments:
        """The text of each row as one segment."""
        return _from(self, np.append(True, self.rows[1:] != self.rows[:-1])) if len(self.rows) else self


class Gutter(NamedTuple):
    """A gutter: from its first row to its last, left of a cell."""

    first: int
    last: int
    place: int


class Evidence:
    """What the language model says of pairs of lines, asked once for each."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._known: dict[tuple[int, int], tuple[float, float]] = {}

    def odds(self, ends: Iterable[int], starts: Iterable[int]) -> tuple[Floats, Floats]:
        """Log-odds that the line that starts somewhere runs on from the one that ends somewhere; and that it may follow.

        A line may follow another one if it runs on, or if one ends and the other begins.
        """
        pairs = list(zip(ends, starts, strict=True))
        new = list({pair: None for pair in pairs if pair not in self._known})
        if new:
            lefts = [self.text[max(0, end - _EDGE) : end] for end, _ in new]
            rights = [self.text[start : start + _EDGE] for _, start in new]
            model = load()
            on = np.clip(model.junction(lefts, rights), -4, 4)
            follows = np.maximum(on, np.clip(np.minimum(model.ends(lefts), model.begins(rights)), -4, 4))
            self._known.update(zip(new, zip(on.tolist(), follows.tolist(), strict=True), strict=True))
        told = np.array([self._known[pair] for pair in pairs], np.float32).reshape(-1, 2)
        return told[:, 0], told[:, 1]


def segments_of(text: str, evidence: Evidence) -> Segments:
    """The segments of a text."""
    lines = lines_of(text)
    known = tables()
    breaks = known.breaks[lines.codes]
    solid = np.flatnonzero(known.classes[lines.codes] != SPACE)
    if not len(solid):
        return Segments(solid, solid, solid, solid, solid)
    rows = np.cumsum(breaks, dtype=np.int64)[solid]
    first = np.flatnonzero(np.append(True, (np.diff(solid) > 1) | (np.diff(rows) > 0)))
    starts, ends = solid[first], solid[np.append(first[1:], len(solid)) - 1] + 1
    rows = rows[first]
    begins = np.append(0, np.flatnonzero(breaks) + 1)[rows]
    gaps = starts - np.append(0, ends[:-1])
    begin = np.append(True, np.diff(rows) > 0)
    gaps[begin] = starts[begin] - begins[begin]
    wide = gaps > 1
    cells = np.append(0, np.cumsum((known.width[lines.codes] * 2).astype(np.int64)))
    places = [(starts - begins, ends - begins), (cells[starts] - cells[begins], cells[ends] - cells[begins])]
    aligned = [int((np.unique(lefts[wide], return_counts=True)[1] ** 2).sum()) for lefts, _ in places]
    lefts, rights = places[aligned[1] > aligned[0]]
    words = Segments(starts, ends, rows, lefts, rights)
    narrow = _narrow(evidence, words, wide, begin)
    words.rights[narrow - 1] -= 1  # two cells of white in each row
    new = wide | begin
    new[narrow] = True
    return _from(words, new)


def _from(words: Segments, new: Bools) -> Segments:
    """Words put together up to the next that begins a segment."""
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(new)) - 1
    return Segments(words.starts[first], words.ends[last], words.rows[first], words.lefts[first], words.rights[last])


def _narrow(evidence: Evidence, words: Segments, wide: Bools, begin: Bools) -> Ints:
    """Which words stand behind a gutter of one blank: a column begins in their place, and runs on in them."""
    asked = np.flatnonzero(~wide & ~begin)
    others = np.flatnonzero(wide)
    if not len(others) or not len(asked):
        return asked[:0]
    others = others[np.lexsort((words.rows[others], words.lefts[others]))]
    stride = int(words.rows[-1]) + 2 * REACH + 1
    keys = words.lefts[others] * stride + words.rows[others] + REACH
    at = words.lefts[asked] * stride + words.rows[asked] + REACH
    kept = np.searchsorted(keys, at + REACH) - np.searchsorted(keys, at - REACH) >= LEAST_ROWS
    asked, at = asked[kept], at[kept]
    next_one = np.searchsorted(keys, at)
    above, below = next_one - 1, np.minimum(next_one, len(keys) - 1)
    last = np.append(np.flatnonzero((wide | begin)[1:]), len(wide) - 1)  # the last word of each segment
    ends = words.ends[last]
    up, _ = evidence.odds(ends[np.searchsorted(last, others[above])].tolist(), words.starts[asked].tolist())
    down, _ = evidence.odds(ends[np.searchsorted(last, asked)].tolist(), words.starts[others[below]].tolist())
    across, _ = evidence.odds(words.ends[asked - 1].tolist(), words.starts[asked].tolist())
    up, down = np.where(at - keys[above] <= NEAR, up, -4), np.where(abs(keys[below] - at) <= NEAR, down, -4)
    return asked[np.maximum(up, down) > across + BETTER_THERE]


def find_gutter(evidence: Evidence, region: Segments) -> Gutter | None:
    """The gutter of a region that has most rows with text on both sides, if it has one."""
    if len(region.rows) < 2 * LEAST_ROWS:
        return None
    top, edge = int(region.rows[0]), int(region.lefts.min())
    rows, lefts, rights = region.rows - top, region.lefts - edge, region.rights - edge
    height = int(rows[-1]) + 1
    edges = np.zeros((height, int(rights.max()) + 2), np.int8)
    np.add.at(edges, (rows, lefts), 1)
    np.add.at(edges, (rows, rights), -1)
    dark = np.cumsum(edges, 1, dtype=np.int8) > 0
    white = ~(dark[:, :-1] | dark[:, 1:])  # this cell and the next
    left = np.maximum.accumulate(dark, 1)[:, :-1]
    right = np.maximum.accumulate(dark[:, ::-1], 1)[:, ::-1][:, 1:]
    # rows of columns side by side need not lie on one line
    total = np.cumsum(white & _or_beside(left) & _or_beside(right), 0, dtype=np.int32)
    count = total - np.maximum.accumulate(np.where(white, 0, total), 0)
    for _ in range(TRIES):
        best = int(count.max())
        if best < LEAST_ROWS:
            break
        ends, places = np.nonzero(count == best)
        place = int(places.max())
        barred = np.flatnonzero(~white[:, place])
        k = int(np.searchsorted(barred, ends[places == place][0]))
        first = int(barred[k - 1]) + 1 if k else 0
        last = int(barred[k]) - 1 if k < len(barred) else height - 1
        gutter = Gutter(first + top, last + top, place + edge)
        if _parts_columns(evidence, region, gutter):
            return gutter
        count[first : last + 1, max(0, place - NEAR + 1) : place + NEAR] = 0
    return None


def _or_beside(text: Bools) -> Bools:
    """Whether there is text in a cell's row, or in the row above or below."""
    found = text.copy()
    found[1:] |= text[:-1]
    found[:-1] |= text[1:]
    return found


def _parts_columns(evidence: Evidence, region: Segments, gutter: Gutter) -> bool:
    """Whether lines run on down both sides of a gutter, not across it."""
    part = region.only((region.rows >= gutter.first) & (region.rows <= gutter.last))
    is_left = part.lefts < gutter.place
    left, right = part.only(is_left), part.only(~is_left)
    left = left.only(np.append(left.rows[1:] != left.rows[:-1], True))  # the nearest of each row
    right = right.only(np.append(True, right.rows[1:] != right.rows[:-1]))
    if min(np.median(left.ends - left.starts), np.median(right.ends - right.starts)) < LEAST_LENGTH:
        return False
    down = [_downwards(evidence, side) for side in (left, right)]
    _, a, b = np.intersect1d(left.rows, right.rows, assume_unique=True, return_indices=True)
    across, _ = evidence.odds(*_sampled(left.ends[a], right.starts[b]))
    on = np.concatenate(down)
    return len(on) > 0 and float(on.mean()) > max(RUNS_ON, float(across.mean()) + BETTER if len(across) else RUNS_ON)


def _downwards(evidence: Evidence, side: Segments) -> Floats:
    """Log-odds that the lines on one side of a gutter run on in the next."""
    follows = (np.diff(side.rows) < NEAR) & (abs(np.diff(side.lefts)) <= NEAR)
    return evidence.odds(*_sampled(side.ends[:-1][follows], side.starts[1:][follows]))[0]


def _sampled(ends: Ints, starts: Ints) -> tuple[list[int], list[int]]:
    """Pairs taken evenly from all."""
    some = np.linspace(0, len(ends) - 1, min(SAMPLE, len(ends))).astype(np.int64)
    return ends[some].tolist(), starts[some].tolist()
