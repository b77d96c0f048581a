"""From lines to blocks: the labels of the lines read off, their text joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from newsclean.language import load
from newsclean.layout.features import JUNCTION_SCALE, edge_characters, features_with
from newsclean.layout.jumps import BEGINS, ENDS, LENGTH
from newsclean.layout.lines import BEYOND, Floats, Ints, Lines, lines_of
from newsclean.layout.model import HEADS, Readings, load_reader, no_readings
from newsclean.page import KINDS, Kind

FEW = 4  # lines
FOREIGN = -2.5  # log-odds of a junction below which two lines do not run on
FIRM = 1.0  # log-odds from which a line continues a block even so: 2 of 24 such junctions are lost by it on made pages
PARTED = 4.0  # log-odds that a fragment's other half is not on the page
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
    table, names = features_with(lines, odds)
    junction = odds.junction
    if (lines.codes == BEYOND).any():  # the codes do not tell rare ideographs from signs, their characters do
        strings = lines.strings()
        junction = np.append(np.float32(0), load().junction(strings[:-1], strings[1:]))
    readings = load_reader().read(table, edge_characters(lines), junction)
    _part_fragments(readings, table[:, names.index("junction")] * JUNCTION_SCALE)
    if len(lines) < FEW:  # they do not tell the width of a column: a sentence that ended may have ended its paragraph
        ended = np.flatnonzero(table[:-1, names.index("char -1 stop")]) + 1
        readings.continues[ended] = False
    _give_back_jumps(readings, lines)
    return readings


_ASTRAY = np.array([kind in ("jump", "furniture", "caption") for kind in KINDS])
_RUNNING = 6  # characters beside a jump that make its line one of running text


def _give_back_jumps(readings: Readings, lines: Lines) -> None:
    """A line of running text that a jump begins or ends (…道路铺装。（下转第3版）) is of the paragraph and no jump."""
    if "转" not in lines.text and "接" not in lines.text:
        return
    paragraph, kinds = KINDS.index("paragraph"), len(KINDS)
    for k in np.flatnonzero(_ASTRAY.take(readings.kinds)).tolist():
        line = lines.string(k)
        begun = BEGINS.match(line)
        if begun and len(line) - begun.end() >= _RUNNING:  # its paragraph runs on behind it
            readings.kinds[k], readings.continues[k] = paragraph, False
            if k + 1 < len(lines) and readings.kinds[k + 1] == paragraph and unended(line):
                readings.continues[k + 1] = True
            continue
        jump = ENDS.search(line[-LENGTH:])
        before = line[: len(line) - len(jump[0])] if jump else ""
        if len(before) < _RUNNING and not any(mark in before for mark in "，。；"):
            continue
        first = k
        while first and readings.continues[first] and readings.kinds[first - 1] == readings.kinds[k]:
            first -= 1
        if not first or readings.kinds[first - 1] != paragraph:
            continue
        readings.kinds[first : k + 1] = paragraph
        begins, runs_on = readings.scores[first, [paragraph, paragraph + kinds]].tolist()
        readings.continues[first] = unended(lines.string(first - 1)) or runs_on > begins


def _part_fragments(readings: Readings, junction: Floats) -> None:
    """Leave apart what does not run on and is held together by the order of the lines alone.

    Two fragments whose other halves are lost often stand behind each other: where the characters speak against the
    junction, the line itself must speak for it.
    """
    (parted,) = np.nonzero(readings.continues & (readings.kinds == KINDS.index("paragraph")) & (junction < FOREIGN))
    parted = parted[continuation_odds(readings.scores[parted]) < FIRM]
    readings.continues[parted] = False
    readings.heads[parted, HEADS.index("lost_start")] = PARTED
    readings.heads[parted - 1, HEADS.index("lost_end")] = PARTED


def continuation_odds(scores: Floats) -> Floats:
    """For each line by itself the log-odds that it continues a block, a float32 array (n,); of the lines' scores."""
    kinds = len(KINDS)
    continues = np.logaddexp.reduce(scores[:, kinds:], axis=1)
    return np.asarray(continues - np.logaddexp.reduce(scores[:, :kinds], axis=1), np.float32)


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


def unended(text: str) -> bool:
    """Whether a paragraph's text ends without an end mark.

    >>> unended("请大家有序排队，戴好口"), unended("坚守岗位。")
    (True, False)
    """
    return text[-1:] not in "。！？…”：；）!?』」"
