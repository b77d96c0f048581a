"""Lines that stand twice because a page was read in overlapping strips.

A scan too large for an engine is cut into strips that overlap, so that no line is lost between two of them. What lies
in the overlap is read a second time, with other errors, and cut: in the middle of a paragraph, a line, a row of
characters. Such copies are shorter than what a writer could only have said once, but they are not alone: all of them
lie on both sides of a few *seams*, where one strip ends and the next one begins.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel

from newsclean.language import load
from newsclean.repeats.boundaries import Lines
from newsclean.repeats.halves import Half, halves
from newsclean.repeats.overlaps import (
    RELATED,
    SURE,
    UNRELATED,
    around,
    breaks_off,
    cut_by_strips,
    differ,
    lead_on,
    likely,
    runs_on,
    shown,
    shown_within,
)
from newsclean.repeats.passages import Run
from newsclean.repeats.rows import (
    COVERED,
    SLIP,
    Reading,
    Rows,
    aligned,
    alike,
    divided,
    pairs,
    readings,
    rows_of,
)
from newsclean.trace import Span

REST = 6
"""The most letters of a line that go with its rows without standing in the other strip: noise between columns."""

ALONE = 0.7
"""The least part of a line that is one row; the rest may be of another column, read on the same line."""

MOST = 0.6
"""The most of a page that can stand in its strips twice; what repeats itself more is something else."""

HEIGHT = 24
"""Of so many rows at most the overlap of two strips consists, where they are compared with each other."""

MOST_PAIRS = 1 << 16
"""At most so many rows at the edges of two strips are compared with each other."""


class Copy(NamedTuple):
    """What is to be dropped, the span of the key that it repeats, and how like it is."""

    span: Span
    of: tuple[int, int]
    likeness: float
    how: Literal["strip", "across", "half"] = "strip"


class Seam(NamedTuple):
    """Where two strips of a page meet: before some row from ``low`` to ``high``."""

    low: int
    high: int


def seams(matches: Sequence[tuple[int, int]]) -> list[Seam]:
    """The fewest seams that lie between all of the matches, each told by where its first side ends and the second begins."""
    found: list[Seam] = []
    for end, begin in sorted(matches, key=lambda match: match[1]):
        if found and end <= found[-1].high:
            found[-1] = Seam(max(end, found[-1].low), found[-1].high)
        else:
            found.append(Seam(end, begin))
    return found


def between(places: Sequence[Seam], first: int, again: int) -> range:
    """Which seams may lie between a passage that ends at one place and one that begins at another."""
    return range(
        bisect_left(places, first, key=lambda seam: seam.high), bisect_right(places, again, key=lambda seam: seam.low)
    )


def fluency(texts: Sequence[str]) -> list[float]:
    """How much each text reads like language: less where more characters were misread or left out."""
    ends = np.cumsum([len(text) + 1 for text in texts])
    return [float(part.sum()) for part in np.split(load().context_gain("\n".join(texts)), ends[:-1] - 1)]


def _apart(rows: Rows, found: Sequence[Reading]) -> list[Reading]:
    """The readings but one or two rows within running text, of which no more was read twice: words that are said twice."""
    lines = rows.lines
    firsts, agains = ({k for reading in found for k in reading[side]} for side in (0, 1))
    asked: list[tuple[Reading, int]] = []
    for reading in found:
        if max(map(len, reading)) <= 2:
            beside = (
                (reading.first.stop, reading.first.stop in firsts),
                (reading.again.start, reading.again.start - 1 in agains),
            )
            asked += [(reading, rows.starts[row]) for row, too in beside if not too]
    leads = lead_on(lines, [place for _, place in asked], RELATED)
    within = {
        r for (r, place), leads_on in zip(asked, leads, strict=True) if leads_on and not lines.sentence_ends(place)
    }
    return [reading for reading in found if reading not in within]


def read_twice(lines: Lines, runs: Sequence[Run], chains: Sequence[Sequence[Run]]) -> list[Copy]:
    """The rows that were read twice, the worse one of each two; none if the page was not read in strips.

    Args:
        lines: the lines of the page.
        runs: the runs of characters that stand twice on the page.
        chains: what two places of the page have in common, the longest first.
    """
    shared = sum(run.n for chain in chains for run in chain if run.n >= SURE)
    if shared > MOST * len(lines.key.text):
        return []
    columns = halves(lines, runs)
    if not columns and not any(breaks_off(lines, chain) for chain in chains):
        return []
    rows = rows_of(lines)
    cut = [half for column in columns for half in _both_cut(rows, column)]
    if not cut and not likely(rows, chains):
        return []
    matches = [pairs(lines.key, chain) for chain in chains]
    found = readings(rows, matches)
    sure = cut_by_strips(rows, found)
    known = bool(cut) or shown(rows, found, sure)
    finer = divided(rows, matches)
    if finer is not rows:
        rows, found = finer, readings(finer, matches)
        sure = cut_by_strips(rows, found)
    if not known and not shown_within(rows, sure):
        return []
    found = _apart(rows, [reading for reading in found if reading in sure or not differ(rows, reading)])
    told = [reading for reading in found if reading in sure or min(map(len, reading)) > 1]
    places = seams([(reading.first.stop, reading.again.start) for reading in told])
    kept: list[Reading] = []
    taken = np.zeros(len(rows), int)
    for k in {line for half in cut for line in half[:2]}:
        taken[rows.at(lines.keys[k]) : rows.at(lines.keys[k + 1] - 1) + 1] = 3

    def keep(some: Sequence[Reading]) -> None:
        for reading in some:
            ends = reading.first.stop, reading.again.start
            crossed = between(places, *ends)
            if not crossed or (taken[reading.first] & 1).any() or (taken[reading.again] & 2).any():
                continue
            if len(crossed) == 1:
                seam = places[crossed[0]]
                places[crossed[0]] = Seam(max(seam.low, ends[0]), min(seam.high, ends[1]))
            kept.append(reading)
            taken[reading.first] |= 1
            taken[reading.again] |= 2

    keep(found)
    height = max((max(map(len, reading)) for reading in kept), default=0)
    keep(_missed(rows, places, taken, min(height, HEIGHT)))
    return [*_copies(rows, kept), *(_half(lines, half) for half in cut)]


def _both_cut(rows: Rows, column: Sequence[Half]) -> list[Half]:
    """The rows of a column that were cut in two; none if most are whole rows on one side, read across on the other."""
    keys, told = rows.lines.keys, []
    for half in column:
        left, right = keys[half.left + 1] - keys[half.left], keys[half.right + 1] - keys[half.right]
        whole = half.first == keys[half.left], half.again == keys[half.right + 1]
        if not (whole[0] and right > rows.wide) and not (whole[1] and left > rows.wide):
            told.append(half)
    return told if 2 * len(told) > len(column) else []


def _half(lines: Lines, half: Half) -> Copy:
    """What stands in both halves of a row, without the right one; or the left one if nothing else stands in it."""
    start, end, begin, stop = (lines.keys[k] for k in (half.left, half.left + 1, half.right, half.right + 1))
    both = lines.key.text[half.first : end], lines.key.text[begin : half.again]
    likeness = Indel.normalized_similarity(*both)
    if half.first == start:
        return Copy((lines.start(half.left), lines.end(half.left)), (begin, half.again), likeness, "half")
    last = int(lines.key.places[half.again - 1]) + 1
    marks = lines.text[last : lines.end(half.right) if half.again == stop else lines.between_letters(half.again)]
    if marks.strip() == lines.text[int(lines.key.places[end - 1]) + 1 : lines.end(half.left)].strip():
        last += len(marks)  # the left half has them too
    return Copy((lines.start(half.right), last), (half.first, end), likeness, "half")


def _missed(rows: Rows, places: Sequence[Seam], taken: npt.NDArray[np.int64], height: int) -> list[Reading]:
    """Columns whose rows at the edges of two strips were misread so much that they have nothing else in common."""
    bounds = [0, *(seam.high for seam in places), len(rows)]
    found = []
    for begin, middle, end in zip(bounds, bounds[1:], bounds[2:], strict=False):
        lasts = [
            k for k in range(begin, middle) if not taken[k] & 1 and _edge_within(rows, range(k + 1, k + 2 + height))
        ]
        firsts = [k for k in range(middle, end) if not taken[k] & 2 and _edge_within(rows, range(k - height, k + 1))]
        if len(lasts) * len(firsts) <= MOST_PAIRS:
            found += [r for r in alike(rows, lasts, firsts) if len(r.first) > 1 and not differ(rows, r)]
    return found


def _edge_within(rows: Rows, bounds: range) -> bool:
    """Whether a column ends or begins at one of some boundaries between rows."""
    lines = rows.lines
    for k in range(max(0, bounds.start), min(bounds.stop, len(rows))):
        b = bisect_left(lines.keys, rows.starts[k])
        if lines.keys[b] != rows.starts[k] or b == 0 or not runs_on(lines, b):
            return True
    return bounds.stop > len(rows)


def _copies(rows: Rows, kept: Sequence[Reading]) -> Iterator[Copy]:
    """The rows of two readings that go: of each, those behind the place from which the second reads better, or before."""
    starts, keys = np.array(rows.starts), np.array(rows.lines.keys)
    sizes, widths = np.diff(starts), np.diff(keys)
    of = np.searchsorted(keys, starts[:-1], side="right") - 1  # the line of each row
    goes, alone = np.zeros(len(sizes), bool), np.zeros(len(sizes), bool)
    for reading in kept:
        for side in reading:
            at = slice(side.start, side.stop)
            alone[at] |= np.bincount(of[at], sizes[at], len(widths))[of[at]] >= ALONE * widths[of[at]]
    for reading in kept:
        a, b = _cut(rows, reading, _knots(rows, reading), alone)
        goes[a : reading.first.stop] = True
        goes[reading.again.start : b] = True
    for first, again in kept:  # one of the two stays
        if goes[first].all() and goes[again].all():
            goes[again] = False
    rest = np.bincount(of, sizes * ~goes, len(widths))
    whole = rest <= np.minimum((1 - COVERED) * widths, REST)
    told = np.zeros(len(sizes), bool)
    for reading in kept:
        here, there, same = aligned(rows, reading)
        for ours, theirs, some in ((here, there, reading.first), (there, here, reading.again)):
            lost = [k for k in some if goes[k] and not told[k]]
            for _, run in groupby(enumerate(lost), key=lambda at: (at[1] - at[0], bool(alone[at[1]]))):
                part = [k for _, k in run]
                told[part] = True
                start, end = rows.span(range(part[0], part[-1] + 1))
                at = slice(*np.searchsorted(ours, (start, end)).tolist())
                if at.stop > at.start:
                    span = int(theirs[at.start]), int(theirs[at.stop - 1]) + 1
                    like = 2 * int(same[at].sum()) / max(end - start + span[1] - span[0], 2)
                    how: Literal["strip", "across"] = "strip" if alone[part[0]] else "across"
                    yield Copy(_place(rows, part, goes, of, whole), span, like, how)


def _place(
    rows: Rows,
    part: Sequence[int],
    goes: npt.NDArray[np.bool_],
    of: npt.NDArray[np.int64],
    whole: npt.NDArray[np.bool_],
) -> Span:
    """Where some rows stand on the page; if no other row stays in the line at either end, with what is noise in it."""
    first, last = part[0], part[-1]
    if whole[of[first]]:
        while first and of[first - 1] == of[first] and not goes[first - 1]:
            first -= 1
    if whole[of[last]]:
        inner = last
        while last + 1 < len(of) and of[last + 1] == of[last] and not goes[last + 1]:
            last += 1
        if last + 1 < len(of) and of[last + 1] == of[last]:  # the next row that goes takes what is before it
            last = inner
    return rows.begin(first), rows.end(last)


def _knots(rows: Rows, reading: Reading) -> list[tuple[int, int]]:
    """Where rows begin on both sides at the same place, and both ends: the rows behind them."""
    first, again = reading
    here, there, _ = aligned(rows, reading)
    found = [(first.start, again.start)]
    for k in first[1:]:
        at = int(np.searchsorted(here, rows.starts[k]))
        if at < len(here):
            place = int(there[at]) - int(here[at]) + rows.starts[k]
            row = rows.at(place + SLIP)
            if abs(rows.starts[row] - place) <= SLIP and found[-1][1] < row < again.stop:
                found.append((k, row))
    return [*found, (first.stop, again.stop)]


def _cut(
    rows: Rows, reading: Reading, cuts: Sequence[tuple[int, int]], alone: npt.NDArray[np.bool_]
) -> tuple[int, int]:
    """The rows from which on the second reading stays; before them the first one does."""
    costs = []
    for side in reading:
        start, end = rows.span(side)
        bounds = np.array(rows.starts[side.start : side.stop + 1]) - start
        gains = load().context_gain(rows.lines.key.text[start:end])
        cost = -np.add.reduceat(gains, bounds[:-1])
        cost[0] += 0 if _in_context(rows, side) else 8
        cost += np.diff(bounds) * ~alone[side]  # a line of several columns had better go
        costs.append(np.concatenate([[0], cost.cumsum()]))
    first, again = costs
    totals = [float(first[a - reading.first.start] + again[-1] - again[b - reading.again.start]) for a, b in cuts]
    best = min(range(len(cuts)), key=lambda k: (totals[k], -k))
    return cuts[-1] if totals[-1] <= totals[best] + 3 else cuts[best]


def _in_context(rows: Rows, side: range) -> bool:
    """Whether the line before some rows may lead up to them, or they to the line behind them."""
    lines = rows.lines
    bounds = [bisect_left(lines.keys, end) for end in rows.span(side)]
    bounds = [b for b in bounds if 0 < b < len(lines.keys) - 1 and runs_on(lines, b)]
    if any(lines.sentence_ends(lines.keys[b]) for b in bounds):
        return True
    return any(odds > UNRELATED for odds in load().junction(*around(lines, bounds)).tolist())
