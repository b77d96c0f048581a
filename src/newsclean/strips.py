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
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsclean.alignment import name_conflicts
from newsclean.language import load
from newsclean.passages import LINE_BREAK, PROSE, Lines, Run
from newsclean.rows import (
    COVERED,
    SHORT,
    SLACK,
    SLIP,
    Reading,
    Rows,
    aligned,
    alike,
    divided,
    extent,
    pairs,
    readings,
    rows_of,
)
from newsclean.trace import Span

SURE = 10
"""The least letters of a reading that shows by itself that the page was read in strips."""

LEAST_SURE = 20
"""The least letters of all such readings of a page."""

FEW, MANY = 2, 3
"""So many such readings show it; more if rows of them were found within lines."""

CLAUSE = 60
"""In so many letters running text has a mark at least; lists and tables that stand twice have fewer."""

REST = 6
"""The most letters of a line that go with its rows without standing in the other strip: noise between columns."""

ALONE = 0.7
"""The least part of a line that is one row; the rest may be of another column, read on the same line."""

MOST = 0.6
"""The most of a page that can stand in its strips twice; what repeats itself more is something else."""

CONFLICT = 15
"""In so many letters two readings may differ once in more than a character."""

HEIGHT = 24
"""Of so many rows at most the overlap of two strips consists, where they are compared with each other."""

MOST_PAIRS = 1 << 16
"""At most so many rows at the edges of two strips are compared with each other."""

GAPS = 1.5
"""So many line breaks a line has at most on pages of which a column may run on over a blank line."""

RELATED = 2.0
"""Log-odds of a junction above which two lines surely belong together."""

UNRELATED = -2.0
"""Log-odds of a junction below which two lines do not belong together."""


class Copy(NamedTuple):
    """What is to be dropped, the span of the key that it repeats, and how like it is."""

    span: Span
    of: tuple[int, int]
    likeness: float
    across: bool
    """Whether it is of lines of several columns."""


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


def _breaks_off(lines: Lines, chain: Sequence[Run]) -> bool:
    """Whether lines break in mid-sentence near one end of a chain of runs, on both sides."""
    head, tail = chain[0], chain[-1]
    ends = (head.first, head.again), (tail.first + tail.n, tail.again + tail.n)
    return any(all(_breaks_near(lines, place) for place in pair) for pair in ends)


def _breaks_near(lines: Lines, place: int) -> bool:
    near = lines.keys[bisect_left(lines.keys, place - SHORT) : bisect_right(lines.keys, place + SHORT)]
    return any(0 < at < lines.keys[-1] and not lines.sentence_ends(at) for at in near)


def _may_be_cut(rows: Rows, both: tuple[int, int, int, int]) -> bool:
    """Whether rows begin, or end, in mid-sentence near one end of two passages, at the same place of both."""
    i, i1, j, j1 = both
    if min(len(_bounds(rows, i - SLACK, i1 + SLACK)), len(_bounds(rows, j - SLACK, j1 + SLACK))) < 2:
        return False  # no row lies within it
    ends = (i, j, SLACK, SHORT), (i1, j1, SHORT, SLACK)
    return any(
        abs((a - here) - (b - there)) <= SLIP and _cut_at(rows.lines, a, b)
        for here, there, behind, ahead in ends
        for a in _bounds(rows, here - behind, here + ahead)
        for b in _bounds(rows, there - behind, there + ahead)
    )


def _bounds(rows: Rows, low: int, high: int) -> list[int]:
    """The places of the key from one to another at which rows begin or end."""
    return rows.starts[bisect_left(rows.starts, low) : bisect_right(rows.starts, high)]


def _cut_at(lines: Lines, *places: int) -> bool:
    """Whether no sentence ends at any of some places, within the page, and at one of them a line that may run on."""
    if min(places) <= 0 or max(places) >= lines.keys[-1] or any(map(lines.sentence_ends, places)):
        return False
    bounds = [bisect_left(lines.keys, place) for place in places]
    return any(lines.keys[b] == place and _runs_on(lines, b) for b, place in zip(bounds, places, strict=True))


def _sure(rows: Rows, found: Sequence[Reading]) -> list[Reading]:
    """The readings that show by themselves that a strip cut the page."""
    times = np.zeros(len(rows), int)
    for reading in found:
        times[reading.first] |= 1
        times[reading.again] |= 2
    once = [r for r in found if max((times[side] == 3).mean() for side in r) <= 0.5]  # no refrain
    return [reading for reading, n in zip(once, _edges(rows, once), strict=True) if n]


def _likely(rows: Rows, chains: Sequence[Sequence[Run]]) -> bool:
    """Whether a page may have been read in strips; nearly all others are told by this alone."""
    extents = [extent(rows.lines.key, chain) for chain in chains]
    cut = [
        chain
        for chain, both in zip(chains, extents, strict=True)
        if sum(run.n for run in chain) >= SURE - SLIP and _may_be_cut(rows, both)
    ]
    if len(cut) >= FEW and _shown(rows, _sure(rows, readings(rows, [pairs(rows.lines.key, chain) for chain in cut])), FEW):
        return True
    return sum(_within(rows, both) for both in extents) >= MANY


def _shown(rows: Rows, sure: Sequence[Reading], least: int) -> bool:
    """Whether so many readings show that a page was read in strips, have letters enough, and are no list."""
    letters = sum(len(rows.text(reading.first)) for reading in sure)
    marks = sum(len(PROSE.findall(rows.source(reading.first))) for reading in sure)
    return len(sure) >= least and letters >= LEAST_SURE and marks * CLAUSE >= letters


def _within(rows: Rows, both: tuple[int, int, int, int]) -> bool:
    """Whether what is a row on one side of two passages lies within a long line on the other."""
    i, i1, j, j1 = both
    return any(
        rows.is_wide(low) and rows.at(low) == rows.at(high - 1) and len(_bounds(rows, start - SLACK, end + SLACK)) > 1
        for start, end, low, high in ((i, i1, j, j1), (j, j1, i, i1))
    )


def _edges(rows: Rows, found: Sequence[Reading]) -> list[int]:
    """At how many ends each reading shows that a strip cut it: in mid-sentence, and where the strip ends or begins the
    line stands alone that runs on in the other strip."""
    lines = rows.lines
    asked: list[tuple[int, int, int]] = []
    for k, reading in enumerate(found):
        if len(rows.text(reading.first)) >= SURE:
            (a, a_end), (b, b_end) = rows.span(reading.first), rows.span(reading.again)
            for ends in ((a, b), (b_end, a_end)):  # of the strip in which the line runs on, and of the other one
                if min(ends) > 0 and max(ends) < lines.keys[-1] and not any(map(lines.sentence_ends, ends)):
                    asked += [(k, *ends)]
    edges = [0] * len(found)
    gaps = len(lines.breaks) <= GAPS * len(lines.keys)  # where there are more they tell nothing
    runs_on = _lead_on(lines, [place for _, place, _ in asked], gaps=gaps)
    asked = [ends for ends, leads in zip(asked, runs_on, strict=True) if leads]
    for (k, *_), leads in zip(asked, _lead_on(lines, [place for *_, place in asked]), strict=True):
        edges[k] += not leads
    return edges


def _differ(rows: Rows, reading: Reading) -> bool:
    """Whether two readings differ as two entries of a form do, in names and numbers, not in single characters."""
    ours, theirs = map(rows.text, reading)
    return name_conflicts(ours, theirs) > max(len(ours), len(theirs)) // CONFLICT


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
    leads = _lead_on(lines, [place for _, place in asked], RELATED)
    within = {
        r for (r, place), leads_on in zip(asked, leads, strict=True) if leads_on and not lines.sentence_ends(place)
    }
    return [reading for reading in found if reading not in within]


def _lead_on(lines: Lines, ends: Sequence[int], least: float = UNRELATED, gaps: bool = False) -> list[bool]:
    """Whether a line ends at each place of the key that leads on to the next one, over a blank line too if gaps may be."""
    bounds = [bisect_left(lines.keys, end) for end in ends]
    solid = [lines.keys[b] == end and _runs_on(lines, b) for b, end in zip(bounds, ends, strict=True)]
    asked = [b for b, on, end in zip(bounds, solid, ends, strict=True) if on or (gaps and lines.keys[b] == end)]
    odds = dict(zip(asked, load().junction(*_around(lines, asked)).tolist(), strict=True)) if asked else {}
    return [
        lines.keys[b] == end and odds.get(b, least) > (least if on else RELATED)
        for b, end, on in zip(bounds, ends, solid, strict=True)
    ]


def _runs_on(lines: Lines, boundary: int) -> bool:
    between = lines.between(boundary)
    pieces = LINE_BREAK.split(between)
    return len(pieces) == 2 and not pieces[1].startswith(("\u3000", "  ", "\t"))


def read_twice(lines: Lines, chains: Sequence[Sequence[Run]]) -> list[Copy]:
    """The rows that were read twice, the worse one of each two; none if the page was not read in strips.

    Args:
        lines: the lines of the page.
        chains: what two places of the page have in common, the longest first.
    """
    shared = sum(run.n for chain in chains for run in chain if run.n >= SURE)
    if shared > MOST * len(lines.key.text) or not any(_breaks_off(lines, chain) for chain in chains):
        return []
    rows = rows_of(lines)
    if not _likely(rows, chains):
        return []
    matches = [pairs(lines.key, chain) for chain in chains]
    known = _shown(rows, _sure(rows, readings(rows, matches)), FEW)
    rows = divided(rows, matches)
    found = readings(rows, matches)
    sure = _sure(rows, found)
    if not known and not _shown(rows, [reading for reading in sure if not _differ(rows, reading)], MANY):
        return []
    found = _apart(rows, [reading for reading in found if reading in sure or not _differ(rows, reading)])
    told = [reading for reading in found if reading in sure or min(map(len, reading)) > 1]
    places = seams([(reading.first.stop, reading.again.start) for reading in told])
    kept: list[Reading] = []
    taken = np.zeros(len(rows), int)

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
    return list(_copies(rows, kept))


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
            found += [r for r in alike(rows, lasts, firsts) if len(r.first) > 1 and not _differ(rows, r)]
    return found


def _edge_within(rows: Rows, bounds: range) -> bool:
    """Whether a column ends or begins at one of some boundaries between rows."""
    lines = rows.lines
    for k in range(max(0, bounds.start), min(bounds.stop, len(rows))):
        b = bisect_left(lines.keys, rows.starts[k])
        if lines.keys[b] != rows.starts[k] or b == 0 or not _runs_on(lines, b):
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
                    yield Copy(_place(rows, part, goes, of, whole), span, like, not alone[part[0]])


def _place(
    rows: Rows, part: Sequence[int], goes: npt.NDArray[np.bool_], of: npt.NDArray[np.int64], whole: npt.NDArray[np.bool_]
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
    bounds = [b for b in bounds if 0 < b < len(lines.keys) - 1 and _runs_on(lines, b)]
    if any(lines.sentence_ends(lines.keys[b]) for b in bounds):
        return True
    return any(odds > UNRELATED for odds in load().junction(*_around(lines, bounds)).tolist())


def _around(lines: Lines, bounds: Sequence[int]) -> tuple[list[str], list[str]]:
    """The line before each boundary, and the one behind it."""
    text = lines.text
    lefts = [text[lines.start(b - 1) : lines.end(b - 1)].rstrip() for b in bounds]
    return lefts, [text[lines.start(b) : lines.end(b)].strip() for b in bounds]
