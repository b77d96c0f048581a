"""Rows of print that were read at two places of a page: found by what they have in common, compared as a whole.

A *row* is one line of one column. An engine that sees the columns gives each row a line of its own; one that does not
reads the rows of several columns as one line, with gaps between them. Two readings of the same rows begin and end with
rows on both sides, whatever was misread within.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel, LCSseq, Levenshtein
from rapidfuzz.process import cdist

from newsclean.repeats.alignment import reach
from newsclean.repeats.boundaries import Lines
from newsclean.repeats.passages import MAX_GAP, Key, Run

Ints = npt.NDArray[np.int64]

SHORT = 8
"""The least letters that two readings share."""

SLIP = 3
"""So many letters, not more, may be misread between two that are the same."""

SLACK = 2
"""So many letters, not more, may be misread or missing at both ends of what was read twice."""

FIT = 0.6
"""The least part of the ends of rows within one reading that are ends of rows in the other."""

MOST = 0.5
"""The least part of a row at either end that was read twice, if the row is to count."""

COVERED = 0.75
"""The least part of a line that is a row of its own, if the rest of it is noise."""

WIDE = 1.4
"""So many times as long as most rows is a line that may hold rows of several columns."""

LIKE, LIKE_ALONE, BESIDE, LEAST = 0.68, 0.8, 0.55, 4
"""How like two readings are, from 0 to 1: several rows, one row, and rows beside such; and the least letters of these."""


class Pairs(NamedTuple):
    """Two readings of the same print, letter by letter: ``here[k]`` was read again as ``there[k]`` (places of the key)."""

    here: Ints
    there: Ints
    same: npt.NDArray[np.bool_]


class Reading(NamedTuple):
    """Rows that were read twice: the indices of the rows on both sides, the earlier one first."""

    first: range
    again: range


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a page: row ``k`` holds the letters of the key from ``starts[k]`` to ``starts[k + 1]``.

    Lines with more letters than ``wide`` may hold rows of several columns.
    """

    lines: Lines
    starts: list[int]
    wide: float

    def __len__(self) -> int:
        return len(self.starts) - 1

    def span(self, rows: range) -> tuple[int, int]:
        """The places of the key from the first letter of some rows to behind their last."""
        return self.starts[rows.start], self.starts[rows.stop]

    def text(self, rows: range) -> str:
        """The letters of some rows."""
        start, end = self.span(rows)
        return self.lines.key.text[start:end]

    def source(self, rows: range) -> str:
        """Some rows as they stand on the page, from the first letter to the last."""
        return self.lines.source(*self.span(rows))

    def begin(self, row: int) -> int:
        """Where a row begins on the page: with its line, or within it behind what is of the row before."""
        at = bisect_left(self.lines.keys, self.starts[row])
        if self.lines.keys[at] == self.starts[row]:
            return self.lines.start(at)
        return self.lines.between_letters(self.starts[row])

    def end(self, row: int) -> int:
        """Where a row ends on the page: with its line, or where the next one in it begins."""
        at = bisect_left(self.lines.keys, self.starts[row + 1])
        return self.lines.end(at - 1) if self.lines.keys[at] == self.starts[row + 1] else self.begin(row + 1)

    def at(self, place: int) -> int:
        """The row of a place of the key."""
        return bisect_right(self.starts, place) - 1

    def is_wide(self, place: int) -> bool:
        """Whether a place of the key is in a row that may be several."""
        row = self.at(place)
        return self.starts[row + 1] - self.starts[row] > self.wide


_GAP = re.compile(
    r"[ \u3000\t|”“\"](?:(?<=[|”“\"])|[ \u3000\t])"
)  # engines read a gap between columns as a quotation mark


def rows_of(lines: Lines) -> Rows:
    """The rows of a page as its lines and the gaps within the long ones of them tell."""
    keys, places = lines.keys, lines.key.places
    found = places.searchsorted([gap.start() for gap in _GAP.finditer(lines.text)])  # the letters behind
    gaps = {k for k in found.tolist() if 0 < k < len(places)}
    sizes = sorted(b - a for a, b in pairwise(sorted(gaps.union(keys))) if b - a >= SHORT)
    wide = WIDE * (sizes[(len(sizes) - 1) // 2] + sizes[len(sizes) // 2]) / 2 if sizes else 0.0
    long = {b for a, b in pairwise(keys) if b - a > wide}  # where the lines end that may be divided
    inner = [k for k in gaps if keys[bisect_right(keys, k)] in long] if long else []
    return Rows(lines, sorted({*keys, *inner}) if inner else keys, wide)


def divided(rows: Rows, matches: Iterable[Pairs]) -> Rows:
    """The rows of a page, those within long lines that another reading shows too.

    Where the columns of such a line meet nothing may tell; but in the other strip its rows may be lines of their own.
    """
    cuts: set[int] = set()
    for here, there, same in matches:
        for ours, theirs in ((here[same], there[same]), (there[same], here[same])):
            if len(ours) >= SHORT:
                cuts.update(_cells(rows, ours, theirs))
    return Rows(rows.lines, sorted(cuts.union(rows.starts)), rows.wide) if cuts else rows


def _cells(rows: Rows, ours: Ints, theirs: Ints) -> Iterator[int]:
    """Where rows of which all was read again begin and end in the lines that they stand in there."""
    starts = rows.starts
    for k in range(rows.at(int(ours[0])), rows.at(int(ours[-1])) + 1):
        start, end = starts[k], starts[k + 1]
        first, last = np.searchsorted(ours, (start, end)).tolist()
        last -= 1
        if last - first + 1 < SHORT or ours[first] - start > SLACK or end - 1 - ours[last] > SLACK:
            continue
        there = rows.at(int(theirs[first]))
        low, high = starts[there], starts[there + 1]
        if theirs[last] >= high:
            continue
        begins, ends = int(theirs[first] - ours[first]) + start, int(theirs[last] - ours[last]) + end
        if 2 * (last - first + 1) < LIKE_ALONE * (end - start + ends - begins):
            continue
        if high - low > rows.wide or ends - begins >= COVERED * (high - low):
            yield from (place for place in (begins, ends) if low + SLACK < place < high - SLACK)


def readings(rows: Rows, matches: Iterable[Pairs]) -> list[Reading]:
    """What two places of a page have in common, as rows that are whole on both sides; those with most letters first."""
    found: dict[Reading, int] = {}
    for match in matches:
        reading = _whole(rows, match)
        if reading and reading not in found:
            reading = _grown(rows, reading)
            start, end = rows.span(reading.first)
            found[reading] = end - start
    return sorted(found, key=lambda reading: (-found[reading], reading.again.start, reading.first.start))


def _whole(rows: Rows, aligned: Pairs) -> Reading | None:
    """The rows of two aligned places, if they say the same as a whole."""
    here, there = aligned.here[aligned.same], aligned.there[aligned.same]
    while len(here) >= SHORT:
        first, again = _most(rows, here), _most(rows, there)
        if first is None or again is None or first.stop > again.start:
            return None
        (a0, a1), (b0, b1) = rows.span(first), rows.span(again)
        inner = (here >= a0) & (here < a1) & (there >= b0) & (there < b1)
        if not inner.all():  # rows of one side that the other has not as a whole
            here, there = here[inner], there[inner]
            continue
        like = LIKE if max(len(first), len(again)) > 1 else LIKE_ALONE
        before, behind = max(here[0] - a0, there[0] - b0), max(a1 - here[-1], b1 - there[-1]) - 1
        if 2 * len(here) >= like * (a1 - a0 + b1 - b0) and before + behind <= SLACK:
            reading = Reading(first, again)
            return reading if _fits(rows, reading, Pairs(here, there, aligned.same)) else None
        if len(first) == 1 or len(again) == 1:
            return None
        # without the row at the end that is less alike
        inner = here >= rows.starts[first.start + 1] if before >= behind else here < rows.starts[first.stop - 1]
        here, there = here[inner], there[inner]
    return None


def _most(rows: Rows, places: Ints) -> range | None:
    """The rows of which most letters are among some places of the key, and all rows between them."""
    first, last = rows.at(int(places[0])), rows.at(int(places[-1]))
    edges = np.array(rows.starts[first : last + 2])
    (some,) = np.nonzero(np.diff(np.searchsorted(places, edges)) >= MOST * np.diff(edges))
    return range(first + int(some[0]), first + int(some[-1]) + 1) if len(some) else None


def _fits(rows: Rows, reading: Reading, aligned: Pairs) -> bool:
    """Whether rows end within the two readings at the same places; a line of several columns may lack some ends."""
    inner = [np.array(rows.starts[side.start + 1 : side.stop], np.int64) for side in reading]
    for (ours, theirs), places, others in zip((inner, inner[::-1]), aligned[:2], aligned[1::-1], strict=True):
        if not len(ours) or (not len(theirs) and _one_wide(rows, reading)):
            continue
        met = others[np.minimum(np.searchsorted(places, ours), len(others) - 1)]
        if not len(theirs) or (np.abs(met[:, None] - theirs).min(axis=1) <= SLACK).mean() < FIT:
            return False
    return True


def _one_wide(rows: Rows, reading: Reading) -> bool:
    return any(len(side) == 1 and rows.span(side)[1] - rows.span(side)[0] > rows.wide for side in reading)


def _grown(rows: Rows, reading: Reading) -> Reading:
    """A reading with the rows before it and behind it that were misread so much that nothing else tells of them."""
    first, again = reading
    while again.stop < len(rows) and first.stop < again.start and _alike(rows, first.stop, again.stop):
        first, again = range(first.start, first.stop + 1), range(again.start, again.stop + 1)
    while first.start and first.stop < again.start and _alike(rows, first.start - 1, again.start - 1):
        first, again = range(first.start - 1, first.stop), range(again.start - 1, again.stop)
    return Reading(first, again)


def _alike(rows: Rows, a: int, b: int) -> bool:
    ours, theirs = rows.text(range(a, a + 1)), rows.text(range(b, b + 1))
    same = LCSseq.similarity(ours, theirs)
    return same >= LEAST and 2 * same >= BESIDE * (len(ours) + len(theirs))


def alike(rows: Rows, firsts: Sequence[int], agains: Sequence[int]) -> list[Reading]:
    """Of some rows and some later ones those that are most like each other, with the rows beside them that are too."""
    ours, theirs = ([k for k in some if rows.starts[k + 1] - rows.starts[k] >= SHORT] for some in (firsts, agains))
    if not ours or not theirs:
        return []
    texts = [[rows.text(range(k, k + 1)) for k in some] for some in (ours, theirs)]
    like = cdist(*texts, scorer=Indel.normalized_similarity, score_cutoff=BESIDE)
    best = like.argmax(axis=1)
    pairs = [(i, j) for i, j in enumerate(best.tolist()) if like[i, j] and like[:, j].argmax() == i]
    pairs.sort(key=lambda pair: (-float(like[pair]), pair))
    found = [
        _grown(rows, Reading(range(a, a + 1), range(b, b + 1))) for a, b in ((ours[i], theirs[j]) for i, j in pairs)
    ]
    return list(dict.fromkeys(found))


def aligned(rows: Rows, reading: Reading) -> Pairs:
    """A reading letter by letter."""
    (a0, a1), (b0, b1) = rows.span(reading.first), rows.span(reading.again)
    return _between(rows.lines.key, [], a0, a1, b0, b1)


def pairs(key: Key, chain: Sequence[Run]) -> Pairs:
    """Align the two places of a chain of runs, read on over single misreadings at both ends."""
    return _between(key, chain, *extent(key, chain))


def extent(key: Key, chain: Sequence[Run]) -> tuple[int, int, int, int]:
    """From where to where the two places of a chain of runs reach, read on over single misreadings at both ends."""
    text = key.text
    head, tail = chain[0], chain[-1]
    i1, j1 = tail.first + tail.n, tail.again + tail.n
    i, j = max(0, head.first - MAX_GAP), max(min(i1, head.again), head.again - MAX_GAP)
    i, j = reach(text, head.first, head.again, -1, i, j)
    i1, j1 = reach(text, i1, j1, 1, min(max(i1, head.again), i1 + MAX_GAP), min(len(text), j1 + MAX_GAP))
    return i, i1, j, j1


def _between(key: Key, chain: Sequence[Run], i: int, i1: int, j: int, j1: int) -> Pairs:
    """Align two spans of the key by a chain of runs that they share, and what lies between these."""
    here: list[int] = []
    there: list[int] = []
    for run in (*chain, Run(i1, j1, 0)):
        a, b = key.text[i : run.first], key.text[j : run.again]
        for tag, a0, a1, b0, b1 in Levenshtein.opcodes(a, b):
            n = int(a1) - int(a0)
            if tag == "equal" or (tag == "replace" and n == int(b1) - int(b0) <= SLIP):
                here += range(i + int(a0), i + int(a1))
                there += range(j + int(b0), j + int(b1))
        i, j = max(i, run.first), max(j, run.again)
        n = min(run.first + run.n - i, run.again + run.n - j)
        if n > 0:
            here += range(i, i + n)
            there += range(j, j + n)
            i, j = i + n, j + n
    xs, ys = np.array(here, np.int64), np.array(there, np.int64)
    return Pairs(xs, ys, key.codes[xs] == key.codes[ys])
