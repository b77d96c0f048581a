"""From lines to blocks: the labels of the lines read off, their text joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from newsclean.language import load
from newsclean.layout.features import edge_characters, features
from newsclean.layout.lines import Ints, Lines, lines_of
from newsclean.layout.model import HEADS, Readings, load_reader, no_readings
from newsclean.page import KINDS, Kind


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """A block as it was read: its lines, and what is not yet decided of it.

    Attributes:
        kind: one of :data:`~newsclean.page.KINDS`.
        lines: indices of its lines, in reading order.
        opens: log-odds that it opens an article.
        switches: log-odds that it belongs to another article than the block before.
        lost_start, lost_end: log-odds that its beginning or end is not on the page.
    """

    kind: Kind
    lines: tuple[int, ...]
    opens: float
    switches: float
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
    return load_reader().read(features(lines, load())[0], edge_characters(lines))


def read_blocks(readings: Readings) -> list[ReadBlock]:
    """The blocks of a page: a line that continues goes to the last block of its kind."""
    members: list[list[int]] = []
    open_block: dict[int, int] = {}
    for k, (kind, continues) in enumerate(zip(readings.kinds.tolist(), readings.continues.tolist(), strict=True)):
        if continues and kind in open_block:
            members[open_block[kind]].append(k)
        else:
            open_block[kind] = len(members)
            members.append([k])
    heads = readings.heads
    opens, switches, lost_start, lost_end = (HEADS.index(h) for h in ("opens", "switches", "lost_start", "lost_end"))
    return [
        ReadBlock(
            KINDS[readings.kinds[of[0]]],
            tuple(of),
            float(heads[of[0], opens]),
            float(heads[of[0], switches]),
            float(heads[of[0], lost_start]),
            float(heads[of[-1], lost_end]),
        )
        for of in members
    ]


def owners(blocks: Sequence[ReadBlock], lines: int) -> Ints:
    """For each of the lines the index of its block."""
    owner = np.zeros(lines, np.int64)
    for b, block in enumerate(blocks):
        owner[list(block.lines)] = b
    return owner
