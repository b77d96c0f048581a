"""Lines that stay apart whatever speaks for joining them: what an editor sees in their form alone.

The reader weighs a break by the words and widths around it. Four forms outweigh that: an item of a list, a line of
verse, a row of names and, unless the line itself speaks firmly for joining, a sentence that ended where no column tells
of a cut: of such joins 17 of 34 were right on made pages, and 16 of 18 where the line spoke for them.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from newsclean.chars import HAN
from newsclean.layout.corrections import FIRM, continuation_odds
from newsclean.layout.lines import (
    BULLET,
    CLASSES,
    CLOSER,
    COLON,
    COMMA,
    DIGIT,
    DOTS,
    OPENER,
    SPACE,
    STOP,
    Floats,
    Ints,
    Lines,
    members,
    tables,
)
from newsclean.layout.model import Readings
from newsclean.layout.widths import column_width

Bools = npt.NDArray[np.bool_]

_WRAPPED = (
    0.6  # share of the text in full lines: 0.75 and more where lines are wrapped, 0.24 and less where they are not
)
_COLUMN = 8  # em, the narrowest column
_VERSE = 20  # em, the widest line of verse: seven and seven characters with their marks, and some more
_STANZA = 4  # lines
_FREE, _POEM = 14, 6  # em and lines: verse without marks is told from a stack of headlines by its length alone
_FEWEST = 6  # blanks in two rows of names
_STOPS = re.compile(f"[{CLASSES['stop']}{CLASSES['comma']}{CLASSES['colon']}]")
_NAMES = re.compile(rf"[{HAN}]{{2,4}}(?: [{HAN}]{{2,4}}){{3,}}")  # with one blank between them
_MARKS = re.compile(rf"[^{HAN}·](?!$)|[^{HAN}，。！？…]$")  # within a line, and at its end
_CIRCLED = "".join(map(chr, range(0x2460, 0x2474)))
_NUMERALS = "一二三四五六七八九十"


def stay_apart(readings: Readings, lines: Lines) -> Bools:
    """Let lines begin that are items of lists, lines of verse, rows of names, or stand behind a sentence that ended.

    Args:
        readings: what the model says of the lines; changed in place.
        lines: the page's lines.

    Returns:
        Which lines are kept apart by their form, a bool array (n,): nothing that is looked at later joins them again.
    """
    formed = np.zeros(len(lines), bool)
    if len(lines) < 2:
        return formed
    known = tables()
    total = np.concatenate([[0], np.cumsum(known.width[lines.codes])])
    widths = (total[lines.ends] - total[lines.starts]).astype(np.float32)
    column = column_width(widths)
    full = (widths >= column - 1.6) & (widths <= column + 2.6)
    wrapped = float(widths[full].sum()) >= _WRAPPED * float(widths.sum()) and column >= _COLUMN
    edge = known.classes[lines.codes[np.stack([lines.ends - 1, np.maximum(lines.ends - 2, lines.starts)])]]
    stop = np.isin(edge, (STOP, DOTS))
    ended = stop[0] | (edge[0] == CLOSER) & stop[1]
    marked = ended | np.isin(edge[0], (COMMA, COLON))
    gaps = lines.gaps[1:] > 0
    if "  " in lines.text or "\u3000" in lines.text or lines.text.count(" ") >= _FEWEST:
        cells = _cells(lines)
        formed[1:] = (np.minimum(cells[1:], cells[:-1]) > 1) & (np.maximum(cells[1:], cells[:-1]) > 2)
    narrow = 0.8 * column if wrapped else np.inf
    for first, last in _stanzas(lines, widths, narrow, full & wrapped, marked, ended) + _free(lines, widths, narrow):
        formed[first + 1 : last] = True
    cut = full[:-1] & wrapped & ~gaps & (lines.indents[1:] < 1)
    items = _items(lines)
    formed[1:] |= items[1:] & (ended | (edge[0] == COLON) | items)[:-1] & ~cut
    readings.continues[formed] = False
    spaced = bool(np.average(gaps) > 0.5)  # wrapped lines may stand with a blank line between each two
    continues = readings.continues[1:]  # a view: what is set here is set there
    whole = continues & ended[:-1] & (gaps & (not spaced) | (not wrapped))
    if whole.any():
        continues[whole] = continuation_odds(readings.scores[1:][whole]) >= FIRM
    return formed


def _items(lines: Lines) -> Bools:
    """Lines that begin as the item of a list: （一）, 一、, 1., ①, 第一条, a bullet."""
    at = [lines.codes[np.minimum(lines.starts + k, len(lines.codes) - 1)] for k in range(4)]
    known = tables()
    numeral = members(_NUMERALS)
    is_digit = [known.classes[codes] == DIGIT for codes in at]
    number = [numeral[codes] | digit for codes, digit in zip(at, is_digit, strict=True)]
    closed = [known.classes[codes] == CLOSER for codes in at]
    point = [members("、.．")[codes] for codes in at]
    item = members(_CIRCLED)[at[0]] | (known.classes[at[0]] == BULLET)
    item |= (known.classes[at[0]] == OPENER) & number[1] & (closed[2] | number[2] & closed[3])
    item |= number[0] & (point[1] & ~is_digit[2] | number[1] & point[2] & ~is_digit[3])
    item |= (at[0] == ord("第")) & number[1] & (members("条章步节")[at[2]] | number[2] & members("条章步节")[at[3]])
    return np.asarray(item | members("-–")[at[0]] & (known.classes[at[1]] == SPACE))


def _cells(lines: Lines) -> Ints:
    """Of how many cells each line is a row: names, or whatever wide white space parts; 1 where it is none."""
    space = tables().classes[lines.codes] == SPACE
    blank = np.flatnonzero(space[1:] & ~space[:-1]) + 1  # where white space begins
    wide = blank[np.append(space, False)[blank + 1] | (lines.codes[blank] == 0x3000)]
    blanks, gaps = _within(lines, blank), _within(lines, wide)
    rows = np.flatnonzero((gaps >= 1) | (blanks >= 3))
    marks = np.zeros(len(lines), bool)
    marks[rows] = [_STOPS.search(lines.string(k)) is not None for k in rows.tolist()]
    cells: Ints = np.where(marks, 1, gaps + 1)
    for k in rows[(gaps[rows] == 0) & ~marks[rows]].tolist():
        if _NAMES.fullmatch(lines.string(k)):
            cells[k] = blanks[k] + 1
    return cells


def _within(lines: Lines, places: Ints) -> Ints:
    """How many of the places lie within each line."""
    return np.searchsorted(places, lines.ends) - np.searchsorted(places, lines.starts)


def _stretches(held: Bools, least: int) -> list[tuple[int, int]]:
    """First and behind-last of each stretch of lines of which something holds, the short ones left out."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], held, [False]]).astype(np.int8)))
    first, last = steps[::2], steps[1::2]
    long = last - first >= least
    return list(zip(first[long].tolist(), last[long].tolist(), strict=True))


def _stanzas(
    lines: Lines, widths: Floats, narrow: float, full: Bools, marked: Bools, ended: Bools
) -> list[tuple[int, int]]:
    """Stretches of short lines each of which ends with a mark: of one width, or narrower than a column."""
    found = []
    for first, last in _stretches(marked & (widths <= _VERSE), _STANZA):
        if not ended[last - 1] or (first and lines.gaps[first] == 0 and full[first - 1]):
            continue
        here = widths[first:last]
        if float(np.ptp(here)) <= 1.2 or float(here.max()) < narrow:
            found.append((first, last))
    return found


def _free(lines: Lines, widths: Floats, narrow: float) -> list[tuple[int, int]]:
    """Long stretches of short ragged lines without any mark within."""
    held = widths <= min(_FREE, narrow)
    long = _stretches(held, _POEM)
    if not long:
        return []
    for first, last in long:
        for k in range(first, last):
            held[k] = not _MARKS.search(lines.string(k))
    return [
        (first, last)
        for first, last in _stretches(held, _POEM)
        if np.average(widths[first:last] >= widths[first:last].max() - 0.6) < 0.5
    ]
