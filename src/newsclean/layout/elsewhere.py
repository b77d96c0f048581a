"""Words that a line break cuts and that stand whole elsewhere on the page.

Between lines that run on, of titles or of prose, the characters around the break stand within a line of the same page
in three to five cases of ten, between other lines in less than one of a hundred: no language model knows the page's own
words as well as the page does.
"""

from __future__ import annotations

import numpy as np

from newsclean.layout.lines import HAN, Ints, Lines
from newsclean.layout.table import Array


def stand_elsewhere(lines: Lines) -> tuple[Array, Array]:
    """Whether three characters across a break stand side by side within a line of the page.

    So a word tells that was cut in two and is spoken of again: 杨柳|絮进入 where 杨柳絮 stands below.

    Args:
        lines: the lines of a page, n of them.

    Returns:
        For each line, of the break before it, and of a break between it and the line before the one before it, as if
        that one did not stand there: two bool arrays (n,).
    """
    han = lines.classes == HAN
    edges = np.zeros(len(han) + 1, np.bool_)  # where a line begins or ends: no run goes over it
    edges[lines.starts] = edges[lines.ends] = True
    within = han[1:] & han[:-1] & ~edges[1:-1]  # two characters that stand side by side
    run = (within[1:] & within[:-1]).nonzero()[0]
    codes = lines.codes
    twos = codes[:-1] << 16 | codes[1:]
    threes = twos.take(run) << 16 | codes.take(run + 2)
    asked = np.concatenate([_across(lines, 1), _across(lines, 2)])
    found = _stand(threes, asked).reshape(4, -1)
    return found[0] | found[1], found[2] | found[3]


def _across(lines: Lines, back: int) -> Ints:
    """Two and one characters, and one and two, on both sides of a break between each line and the one so many before it;
    0 where that is not on the page."""
    asked = np.zeros((2, len(lines)), np.int64)
    if len(lines) > back:
        several = lines.ends - lines.starts > 1
        head, next_head = _characters(lines, lines.starts, several, 1)
        last, next_last = _characters(lines, lines.ends - 1, several, -1)
        head, next_head, last, next_last = head[back:], next_head[back:], last[:-back], next_last[:-back]
        across = last << 16 | head
        np.bitwise_or(next_last << 32, across, out=asked[0, back:])
        np.bitwise_or(across << 16, next_head, out=asked[1, back:])
    return asked


def _characters(lines: Lines, at: Ints, several: Array, step: int) -> tuple[Ints, Ints]:
    """The characters at one edge of each line, and the next ones, 0 where the line has no more."""
    return lines.codes.take(at), np.where(several, lines.codes.take(at + step, mode="clip"), 0)


def _stand(threes: Ints, asked: Ints) -> Array:
    """Whether each number that is asked about stands among others; of these most are seen not to be asked about."""
    bits = min(22, max(12, asked.size.bit_length() + 2))
    wanted = np.zeros(1 << bits, np.bool_)
    wanted[_slots(asked, bits)] = True
    threes = threes[wanted.take(_slots(threes, bits))]
    if not len(threes):
        return np.zeros(asked.shape, np.bool_)
    threes.sort()
    return np.asarray(threes.take(threes.searchsorted(asked), mode="clip") == asked)


def _slots(numbers: Ints, bits: int) -> Ints:
    """A slot for each number, the same for the same ones."""
    return (numbers * 0x9E3779B97F4A7 >> 20) & ((1 << bits) - 1)
