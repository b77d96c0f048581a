"""From lines to blocks: the labels of the lines read off, their text joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from newsclean.language import load
from newsclean.layout.apart import stay_apart
from newsclean.layout.corrections import give_back_jumps, part_fragments, run_on
from newsclean.layout.elsewhere import stand_elsewhere
from newsclean.layout.features import edges_of, features_with
from newsclean.layout.headlines import join_cut, rejoin
from newsclean.layout.lines import BEYOND, Ints, Lines, lines_of
from newsclean.layout.model import HEADS, Readings, load_reader, no_readings
from newsclean.layout.quoted import weigh_quoted
from newsclean.layout.widths import line_widths
from newsclean.page import KINDS, Kind

FEW = 4  # lines
LOST_START, LOST_END = -0.5, -1.5
"""Log-odds from which a beginning or an end counts as lost; set where F1 is best on made pages."""
LOST_END_WITHOUT_MARK = -4.0
"""The same for the end of a paragraph that has no end mark."""
LEAST_OPENING = -1.0
"""That a line looks like no beginning says little of a piece that stands apart from its article: it has no title."""


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """A block as it was read: its lines, and what is not yet decided of it.

    Attributes:
        kind: one of :data:`~newsclean.page.KINDS`.
        lines: indices of its lines, in reading order.
        opens: log-odds that it opens an article.
        lost_start, lost_end: log-odds that its beginning or end is not on the page.
    """

    kind: Kind
    lines: tuple[int, ...]
    opens: float
    lost_start: float
    lost_end: float


def read_lines(text: str) -> tuple[Lines, Readings]:
    """The lines of a page and what the model says of each."""
    lines = lines_of(text)
    return lines, read(lines)


def read(lines: Lines) -> Readings:
    """What the model says of each line."""
    if not len(lines):
        return no_readings()
    odds = load().lines(lines.codes, lines.starts, lines.ends)
    widths, edges = line_widths(lines), edges_of(lines)
    table, names = features_with(lines, odds, widths, edges)
    reader = load_reader()
    scores, heads = reader.scores(table, edges.codes)
    weigh_quoted(scores, lines)
    readings = reader.decide(scores, heads)
    whole, across = stand_elsewhere(lines)
    part_fragments(readings, odds.junction)
    formed = stay_apart(readings, lines, widths)
    run_on(readings, lines, odds.junction, whole, odds.begins)
    rejoin(readings, lines, odds.junction, odds.across, across)
    join_cut(readings, lines, odds.junction, whole)
    readings.continues[formed] = False
    if len(lines) < FEW:  # they do not tell the width of a column: a sentence that ended may have ended its paragraph
        ended = np.flatnonzero(table[:-1, names.index("char -1 stop")]) + 1
        readings.continues[ended] = False
    give_back_jumps(readings, lines)
    told = odds.junction
    if (lines.codes == BEYOND).any():  # the codes do not tell rare ideographs from signs, their characters do
        strings = lines.strings()
        told = np.append(np.float32(0), load().junction(strings[:-1], strings[1:]))
    return replace(readings, junction=told, elsewhere=whole)


def read_blocks(readings: Readings) -> list[ReadBlock]:
    """The blocks of a page: a line that continues goes to the last block of its kind."""
    members: list[list[int]] = []
    open_block: dict[int, int] = {}
    kinds = readings.kinds.tolist()
    for k, (kind, continues) in enumerate(zip(kinds, readings.continues.tolist(), strict=True)):
        if continues and kind in open_block:
            members[open_block[kind]].append(k)
        else:
            open_block[kind] = len(members)
            members.append([k])
    opens, lost_start, lost_end = (readings.heads[:, HEADS.index(h)].tolist() for h in ("opens", "lost_start", "lost_end"))
    return [
        ReadBlock(KINDS[kinds[of[0]]], tuple(of), opens[of[0]], lost_start[of[0]], lost_end[of[-1]]) for of in members
    ]


def owners(blocks: Sequence[ReadBlock], lines: int) -> Ints:
    """For each of the lines the index of its block."""
    owner = np.zeros(lines, np.int64)
    for b, block in enumerate(blocks):
        owner[list(block.lines)] = b
    return owner
