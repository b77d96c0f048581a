"""Whether a page was read in overlapping strips.

Where a strip ends it cuts the columns in mid-sentence: a row that was read twice runs on in one strip and stands alone at
the edge of the other. Two rows so cut tell it, or several columns that follow one another in the same order twice.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from newsclean.language import load
from newsclean.repeats.alignment import name_conflicts
from newsclean.repeats.boundaries import LINE_BREAK, PROSE, Lines
from newsclean.repeats.passages import Run
from newsclean.repeats.rows import SHORT, SLACK, SLIP, Reading, Rows, extent, pairs, readings

SURE = 10
"""The least letters of a reading that shows by itself that the page was read in strips."""

LEAST_SURE = 20
"""The least letters of all such readings of a page."""

FEW, MANY = 2, 3
"""So many such readings show it; more if rows of them were found within lines, or if only their order shows it."""

CLAUSE = 60
"""In so many letters running text has a mark at least; lists and tables that stand twice have fewer."""

CONFLICT, FORM = 15, 8
"""In so many letters two readings may differ once in more than a character: one alone, and one in a row of them."""

GAPS = 1.5
"""So many line breaks a line has at most on pages whose lines are no paragraphs and may run on over a blank line."""

RELATED = 2.0
"""Log-odds of a junction above which two lines surely belong together."""

UNRELATED = -2.0
"""Log-odds of a junction below which two lines do not belong together."""


def breaks_off(lines: Lines, chain: Sequence[Run]) -> bool:
    """Whether lines break in mid-sentence near one end of a chain of runs, on both sides."""
    head, tail = chain[0], chain[-1]
    ends = (head.first, head.again), (tail.first + tail.n, tail.again + tail.n)
    return any(all(_breaks_near(lines, place) for place in pair) for pair in ends)


def _breaks_near(lines: Lines, place: int) -> bool:
    near = lines.keys[bisect_left(lines.keys, place - SHORT) : bisect_right(lines.keys, place + SHORT)]
    return any(0 < at < lines.keys[-1] and not lines.sentence_ends(at) for at in near)


def likely(rows: Rows, chains: Sequence[Sequence[Run]]) -> bool:
    """Whether a page may have been read in strips; nearly all others are told by this alone."""
    extents = [extent(rows.lines.key, chain) for chain in chains]
    sizes = [sum(run.n for run in chain) for chain in chains]
    cut = [size >= SURE - SLIP and _may_be_cut(rows, both) for size, both in zip(sizes, extents, strict=True)]
    if any(cut) or max(sizes, default=0) >= 2 * LEAST_SURE:
        some = [chain for chain, size, may in zip(chains, sizes, cut, strict=True) if may or size >= 2 * SHORT]
        found = readings(rows, [pairs(rows.lines.key, chain) for chain in some])
        if shown(rows, found, cut_by_strips(rows, found)):
            return True
    return sum(_within(rows, both) for both in extents) >= MANY


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
    return any(lines.keys[b] == place and runs_on(lines, b) for b, place in zip(bounds, places, strict=True))


def _within(rows: Rows, both: tuple[int, int, int, int]) -> bool:
    """Whether what is a row on one side of two passages lies within a long line on the other."""
    i, i1, j, j1 = both
    return any(
        rows.is_wide(low) and rows.at(low) == rows.at(high - 1) and len(_bounds(rows, start - SLACK, end + SLACK)) > 1
        for start, end, low, high in ((i, i1, j, j1), (j, j1, i, i1))
    )


def shown(rows: Rows, found: Sequence[Reading], sure: Sequence[Reading]) -> bool:
    """Whether the readings show that a page was read in strips: by cuts, by columns that follow one another twice, or by
    lines across several columns that stand twice."""
    if len(sure) >= FEW and _prose(rows, sure):
        return True
    if any(_across(rows, reading) and _prose(rows, [reading]) for reading in found):
        return True
    in_order: list[Reading] = []
    several = (reading for reading in found if min(map(len, reading)) > 1 and not differ(rows, reading, FORM))
    for reading in sorted(several, key=lambda reading: reading.first.start):
        if in_order and (  # the other rows of a column stand between them
            in_order[-1].first.stop >= reading.first.start
            or in_order[-1].again.stop >= reading.again.start
            or in_order[0].again.start < reading.first.stop
        ):
            in_order = []
        in_order.append(reading)
        if len(in_order) >= (FEW if any(other in sure for other in in_order) else MANY) and _prose(rows, in_order):
            return True
    return False


def _across(rows: Rows, reading: Reading) -> bool:
    """Whether several long lines, which are no paragraphs, were read twice and begin and end in mid-sentence."""
    lines = rows.lines
    if len(lines.breaks) > GAPS * len(lines.keys):
        return False
    for side in reading:
        start, end = rows.span(side)
        some = range(bisect_left(lines.keys, start), bisect_left(lines.keys, end))
        if len(some) < FEW or any(lines.sentence_ends(place) for place in (start, end)):
            return False
        if any(lines.keys[k + 1] - lines.keys[k] <= rows.wide for k in some):
            return False
    return not differ(rows, reading, FORM)


def shown_within(rows: Rows, sure: Sequence[Reading]) -> bool:
    """Whether readings of rows within lines show it too, of which more are asked than of lines."""
    told = [reading for reading in sure if not differ(rows, reading)]
    return len(told) >= MANY and _prose(rows, told)


def _prose(rows: Rows, some: Sequence[Reading]) -> bool:
    """Whether readings have letters enough, and are no list."""
    letters = sum(len(rows.text(reading.first)) for reading in some)
    marks = sum(len(PROSE.findall(rows.source(reading.first))) for reading in some)
    return letters >= LEAST_SURE and marks * CLAUSE >= letters


def cut_by_strips(rows: Rows, found: Sequence[Reading]) -> list[Reading]:
    """The readings that show by themselves that a strip cut the page."""
    times = np.zeros(len(rows), int)
    for reading in found:
        times[reading.first] |= 1
        times[reading.again] |= 2
    once = [r for r in found if max((times[side] == 3).mean() for side in r) <= 0.5]  # no refrain
    return [reading for reading, n in zip(once, _edges(rows, once), strict=True) if n]


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
    runs_on = lead_on(lines, [place for _, place, _ in asked], gaps=gaps)
    asked = [ends for ends, leads in zip(asked, runs_on, strict=True) if leads]
    for (k, *_), leads in zip(asked, lead_on(lines, [place for *_, place in asked]), strict=True):
        edges[k] += not leads
    return edges


def differ(rows: Rows, reading: Reading, least: int = CONFLICT) -> bool:
    """Whether two readings differ as two entries of a form do, in names and numbers, not in single characters."""
    ours, theirs = map(rows.text, reading)
    return name_conflicts(ours, theirs) > max(len(ours), len(theirs)) // least


def lead_on(lines: Lines, ends: Sequence[int], least: float = UNRELATED, gaps: bool = False) -> list[bool]:
    """Whether a line ends at each place of the key that leads on to the next one, over a blank line too if gaps may be."""
    bounds = [bisect_left(lines.keys, end) for end in ends]
    solid = [lines.keys[b] == end and runs_on(lines, b) for b, end in zip(bounds, ends, strict=True)]
    asked = [b for b, on, end in zip(bounds, solid, ends, strict=True) if on or (gaps and lines.keys[b] == end)]
    odds = dict(zip(asked, load().junction(*around(lines, asked)).tolist(), strict=True)) if asked else {}
    return [
        lines.keys[b] == end and odds.get(b, least) > (least if on else RELATED)
        for b, end, on in zip(bounds, ends, solid, strict=True)
    ]


def runs_on(lines: Lines, boundary: int) -> bool:
    """Whether neither a blank line nor an indent is at a boundary between lines."""
    pieces = LINE_BREAK.split(lines.between(boundary))
    return len(pieces) == 2 and not pieces[1].startswith(("\u3000", "  ", "\t"))


def around(lines: Lines, bounds: Sequence[int]) -> tuple[list[str], list[str]]:
    """The line before each boundary, and the one behind it."""
    text = lines.text
    lefts = [text[lines.start(b - 1) : lines.end(b - 1)].rstrip() for b in bounds]
    return lefts, [text[lines.start(b) : lines.end(b)].strip() for b in bounds]
