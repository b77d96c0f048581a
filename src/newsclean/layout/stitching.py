"""The lines of a page that was read in overlapping strips, in the order in which they were printed.

An engine reads each strip by itself: the upper parts of all columns, then the lower parts. Where a column goes on in
the next strip its lines were read twice, and such pairs tell which part goes on where.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from newsclean.language import load
from newsclean.layout.lines import Ints, Lines
from newsclean.repeats import Repeat
from newsclean.repeats.boundaries import LINE_BREAK
from newsclean.repeats.overlaps import UNRELATED
from newsclean.repeats.strips import between, seams

MISSED = 1
"""The most lines between two that were read twice, if all of them are of one column."""

REST = 24
"""The most lines of a column that may stand behind those that were read twice, most of them read badly."""


class _Joint(NamedTuple):
    """Where a column goes on in the next strip: the line behind its part in the one, and the first line in the other."""

    end: int
    start: int


def print_order(lines: Lines, repeats: Sequence[Repeat]) -> Ints:
    """The numbers of all lines, ordered so that each column goes on where its next strip begins.

    Args:
        lines: the lines of a page.
        repeats: what :func:`newsclean.repeats.find_repeats` found on it, suggestions among them.
    """
    order = _columns(lines, [repeat for repeat in repeats if repeat.how == "strip"])
    return _rows(lines, order, [repeat for repeat in repeats if repeat.how == "half"])


def _rows(lines: Lines, order: Ints, repeats: Sequence[Repeat]) -> Ints:
    """Lines in an order, the right half of each row that was cut in two behind its left half.

    Args:
        lines: the lines of a page, divided where a copy ends within one.
        order: the numbers of the lines.
        repeats: what stands in both halves of a row.
    """
    behind: dict[int, int] = {}
    for repeat in repeats:
        here = int(np.searchsorted(lines.ends, repeat.start, side="right"))
        there = int(np.searchsorted(lines.ends, repeat.of[0], side="right"))
        if there > here:
            behind[here] = there
        elif here + 1 < len(lines) and not LINE_BREAK.search(lines.text, repeat.end - 1, int(lines.starts[here + 1])):
            behind[there] = here + 1
    if not behind:
        return order
    moved = set(behind.values())
    out: list[int] = []
    for line in order.tolist():
        k = None if line in moved else line
        while k is not None:
            out.append(k)
            k = behind.pop(k, None)
    return np.array(out, np.int64)


def _columns(lines: Lines, repeats: Sequence[Repeat]) -> Ints:
    """The lines, ordered so that each column goes on in the next strip; repeats are what was read in both."""
    order = np.arange(len(lines))
    spans = [sorted(((repeat.start, repeat.end), repeat.of)) for repeat in repeats]
    if not spans:
        return order
    firsts = np.searchsorted(lines.ends, [start for pair in spans for start, _ in pair], side="right").tolist()
    behind = np.searchsorted(lines.starts, [end for pair in spans for _, end in pair]).tolist()
    pairs = sorted(zip(firsts[::2], behind[::2], firsts[1::2], behind[1::2], strict=True))
    joints = _joints(lines, _runs([(range(a, a1), range(b, b1)) for a, a1, b, b1 in pairs]))
    places = seams([(joint.end, joint.start) for joint in joints])
    followed: list[list[_Joint]] = [[] for _ in places]
    for joint in joints:
        crossed = between(places, *joint)
        if len(crossed) == 1:
            followed[crossed[0]].append(joint)
    followed = [of if len(of) > 1 else [] for of in followed]  # one column alone does not tell where the others go on
    begins = [min((joint.start for joint in of), default=seam.high) for of, seam in zip(followed, places, strict=True)]
    bounds = [0, *begins, len(lines)]
    seen = np.zeros(len(lines), bool)
    out: list[int] = []

    def go(strip: int, line: int, end: int) -> None:
        """Put out the lines of a strip up to another, and behind each part of a column what follows in the next strip."""
        for joint in sorted(followed[strip]) if strip < len(followed) else ():
            if line < joint.end <= end:
                put(line, joint.end)
                line = joint.end
                later = [other.start for other in followed[strip] if other.start > joint.start]
                go(strip + 1, joint.start, min([*later, bounds[strip + 2]]))
        put(line, end)

    def put(line: int, end: int) -> None:
        out.extend(k for k in range(line, end) if not seen[k])
        seen[line:end] = True

    for strip, (line, end) in enumerate(pairwise(bounds)):
        go(strip, line, end)
    return np.array(out, np.int64)


def _runs(pairs: Sequence[tuple[range, range]]) -> list[tuple[range, range]]:
    """Pairs of lines that follow one another on both sides as one."""
    joined: list[tuple[range, range]] = []
    for a, b in pairs:
        if joined:
            c, d = joined[-1]
            if -1 <= a.start - c.stop <= MISSED and -1 <= b.start - d.stop <= MISSED:
                joined[-1] = range(c.start, max(a.stop, c.stop)), range(d.start, max(b.stop, d.stop))
                continue
        joined.append((a, b))
    return joined


def _joints(lines: Lines, runs: Sequence[tuple[range, range]]) -> list[_Joint]:
    """Where the columns of which some lines were read twice end in their strips, and begin in the next."""
    strings = lines.strings()
    joints = []
    for first, again in runs:
        most = min(first.stop + REST, again.start)
        breaks = [k for k in range(first.stop, most) if lines.gaps[k] > 0]
        end = breaks[0] if breaks else most
        if end > first.stop:
            odds = load().junction(strings[first.stop - 1 : end - 1], strings[first.stop : end])
            (apart,) = np.nonzero(odds <= UNRELATED)
            end = first.stop + int(apart[0]) if len(apart) else end
        start = again.start
        if start - 1 > end and not lines.gaps[start] and lines.gaps[start - 1]:
            start -= 1  # the line that the edge of the strip cut through
        joints.append(_Joint(end, start))
    return joints
