"""Lines that stay apart whatever speaks for joining them: what an editor sees in their form alone.

The reader weighs a break by the words and widths around it. Some forms outweigh that: an item of a list, a line of
verse, a row of names or figures, a turn of a conversation, the end of a letter and, unless the line itself speaks firmly for joining, a sentence that ended where no column tells
of a cut: of such joins 17 of 34 were right on made pages, and 16 of 18 where the line spoke for them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from newsclean.chars import HAN
from newsclean.layout.corrections import FIRM, continuation_odds
from newsclean.layout.lines import CLASSES, CLOSER, COLON, COMMA, DOTS, STOP, Floats, Lines, of_class, tables
from newsclean.layout.model import HEADS, Readings
from newsclean.layout.widths import column_width
from newsclean.page import KINDS

Bools = npt.NDArray[np.bool_]

_WRAPPED = (
    0.6  # share of the text in full lines: 0.75 and more where lines are wrapped, 0.24 and less where they are not
)
_COLUMN = 8  # em, the narrowest column
_VERSE = 20  # em, the widest line of verse: seven and seven characters with their marks, and some more
_STANZA = 4  # lines
_FREE, _POEM = 14, 6  # em and lines: verse without marks is told from a stack of headlines by its length alone
_RAGGED = 3.0  # em by which the lines of a stanza differ at most
_FEWEST = 6  # blanks in two rows of names
_HEADED = 3  # cells; a row of more has the head of a table above it where the line before has as many
_NUMERALS = "一二三四五六七八九十"
_STOPS = re.compile(f"[{CLASSES['stop']}{CLASSES['comma']}{CLASSES['colon']}]")
_NAMES = re.compile(rf"[{HAN}]{{2,4}}(?: [{HAN}]{{2,4}}){{3,}}")  # with one blank between them
_NAME = re.compile(f"[{HAN}]{{2,3}}|[{HAN}] [{HAN}]")
_MARKS = re.compile(rf"[^{HAN}·](?!$)|[^{HAN}，。！？…]$")  # within a line, and at its end
_WIDE = re.compile(r"\s\s+|\u3000")
_FIGURE = re.compile("[+-]?[0-9][0-9.,/%:∶-]*")
_NUMBER = f"[{_NUMERALS}{CLASSES['digit']}]{{1,2}}"
_CLOCK = "[0-2]?[0-9][:：][0-5][0-9]"
_ITEM = re.compile(
    rf"[\u2460-\u2473{CLASSES['bullet']}]|[{re.escape(CLASSES['opener'])}]{_NUMBER}[{re.escape(CLASSES['closer'])}]"
    rf"|{_NUMBER}[、.．](?![{CLASSES['digit']}])|第{_NUMBER}[条章步节]|[-–]\s|{_CLOCK}\s"
)
"""How the item of a list begins: （一）, 一、, 1., ①, 第一条, a bullet, the time of a programme."""
_VALUES = {numeral: number for number, numeral in enumerate(_NUMERALS, 1)}
_COUNT = re.compile(rf"[{re.escape(CLASSES['opener'])}]?([{_NUMERALS}]|[0-9]{{1,2}})[、.．{re.escape(CLASSES['closer'])}]")
_SPEAKER = re.compile(rf"([{HAN}]{{1,4}}|[A-Za-z]{{1,2}})[：:](?!$)")
_FORMULA = re.compile(
    "此致[！!]?|敬礼[！!]?|(?:特此|谨此)(?:公告|通告|通知|声明|更正|说明|公示|讣告)[。！]?|[（(]?未完待续[）)]?"
)
"""What is a line of its own in letters, notices and serials."""


def stay_apart(readings: Readings, lines: Lines, widths: Floats) -> Bools:
    """Let lines begin that are items of lists, lines of verse, rows of names, or stand behind a sentence that ended.

    Args:
        readings: what the model says of the lines; changed in place.
        lines: the page's lines.
        widths: their widths in em.

    Returns:
        Which lines are kept apart by their form, a bool array (n,): nothing that is looked at later joins them again.
    """
    formed = np.zeros(len(lines), bool)
    if len(lines) < 2:
        return formed
    column = column_width(widths)
    full = (widths >= column - 1.6) & (widths <= column + 2.6)
    wrapped = float(widths[full].sum()) >= _WRAPPED * float(widths.sum()) and column >= _COLUMN
    last = lines.classes.take(lines.ends - 1)
    before = lines.classes.take(np.maximum(lines.ends - 2, lines.starts))
    ended = of_class(STOP, DOTS).take(last) | (last == CLOSER) & of_class(STOP, DOTS).take(before)
    gaps = lines.gaps[1:] > 0
    strings = lines.strings()
    if "  " in lines.text or "\u3000" in lines.text or lines.text.count(" ") >= _FEWEST:
        cells = np.array([_cells(line) for line in strings])
        formed[1:] = (np.minimum(cells[1:], cells[:-1]) > 1) & (np.maximum(cells[1:], cells[:-1]) > 2)
        for head in np.flatnonzero(cells[1:] > _HEADED).tolist():
            if len(strings[head].split()) == cells[head + 1]:
                formed[head : head + 2] = True
    narrow = 0.8 * column if wrapped else np.inf
    stanzas = _stanzas(lines, widths, narrow, full & wrapped, ended | of_class(COMMA, COLON).take(last), ended)
    free = _free(strings, widths, narrow)
    for first, end in stanzas + free:
        formed[first + 1 : end] = True
    for first, end in free:
        _read_as_verse(readings, strings[first:end], lines.gaps[first:end] > 0, widths[first:end], first)
    items = np.array([_ITEM.match(line) is not None for line in strings])
    spoken = _spoken(strings)
    if spoken.any():
        formed[1:] |= spoken[1:] & ended[:-1]
    formulas = np.array([_FORMULA.fullmatch(line) is not None for line in strings])
    if items.any() or formulas.any():
        cut = full[:-1] & wrapped & ~gaps & (lines.indents[1:] < 1)
        formed[1:] |= items[1:] & (ended | (last == COLON) | items)[:-1] & ~(cut & ~_counted(strings)[1:])
        formed[1:] |= formulas[1:] & (ended | formulas)[:-1] & ~(cut & ~formulas[:-1])
    readings.continues[formed] = False
    spaced = 2 * np.count_nonzero(gaps) > len(gaps)  # wrapped lines may stand with a blank line between each two
    continues = readings.continues[1:]  # a view: what is set here is set there
    whole = continues & ended[:-1] & (gaps & (not spaced) | (not wrapped))
    if whole.any():
        continues[whole] = continuation_odds(readings.scores[1:][whole]) >= FIRM
    return formed


def _read_as_verse(readings: Readings, strings: Sequence[str], gaps: Bools, widths: Floats, first: int) -> None:
    """Take what stands in stanzas for running text: lines without marks look like titles, but not four of one length.

    The line before the first of them is the poem's title, or its author's name and the title stands before that.

    Args:
        readings: what the model says of the lines of the page; changed in place.
        strings: lines without marks.
        gaps: whether a blank line stands before each.
        widths: their widths in em.
        first: the place of the first of them on the page.
    """
    bounds = [0, *(np.flatnonzero(gaps[1:]) + 1).tolist(), len(gaps)]
    read = 0  # lines of which the kind is known
    for start, end in pairwise(bounds):
        if end - start < _STANZA or float(np.ptp(widths[start:end])) > _RAGGED:
            continue
        title = start - 1
        if title > read and _NAME.fullmatch(strings[title]) and tables().surnames[ord(strings[title][0])]:
            readings.kinds[first + title] = KINDS.index("byline")
            title -= 1
        if title >= read:
            readings.kinds[first + title] = KINDS.index("headline")
        readings.kinds[first + start : first + end] = KINDS.index("paragraph")
        readings.heads[first + start : first + end, HEADS.index("opens")] = -FIRM
        read = end


def _counted(strings: Sequence[str]) -> Bools:
    """Which lines begin with a number of a row of three or more, 1. 2. 3.: no column's width cuts lines so."""
    numbers = [(k, _VALUES.get(m[1]) or int(m[1])) for k, m in enumerate(map(_COUNT.match, strings)) if m]
    counted = np.zeros(len(strings), bool)
    for (a, one), (b, two), (c, three) in zip(numbers, numbers[1:], numbers[2:], strict=False):
        if (one + 1, two + 1) == (two, three):
            counted[[a, b, c]] = True
    return counted


def _cells(line: str) -> int:
    """Of how many cells a line is a row: names, figures, or whatever wide white space parts; 1 where it is none."""
    fields = line.split()
    blanks = len(fields) - 1
    if not blanks:
        return 1
    if blanks >= _HEADED and 2 * sum(_FIGURE.fullmatch(field) is not None for field in fields) > len(fields):
        return len(fields)
    wide = len(_WIDE.findall(line))
    if (not wide and blanks < 3) or _STOPS.search(line):
        return 1
    if wide:
        return wide + 1
    return blanks + 1 if _NAMES.fullmatch(line) else 1


def _spoken(strings: Sequence[str]) -> Bools:
    """Which lines begin with a speaker's name or sign and a colon, at least two speakers having lines by turns."""
    found = [_SPEAKER.match(line) for line in strings]
    speakers = [m[1] if m else "" for m in found]
    turns = [speaker for speaker in speakers if speaker]
    often = {speaker for speaker, lines in Counter(turns).items() if lines > 1}
    if len(often) < 2:
        return np.zeros(len(strings), bool)
    return np.array([speaker in often for speaker in speakers])


def _stretches(held: Bools, least: int) -> list[tuple[int, int]]:
    """First and behind-last of each stretch of lines of which something holds, the short ones left out."""
    steps = (np.diff(np.concatenate([[False], held, [False]]).astype(np.int8))).nonzero()[0]
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


def _free(strings: Sequence[str], widths: Floats, narrow: float) -> list[tuple[int, int]]:
    """Long stretches of short ragged lines without any mark within."""
    held = widths <= min(_FREE, narrow)
    long = _stretches(held, _POEM)
    if not long:
        return []
    for first, last in long:
        held[first:last] = [not _MARKS.search(line) for line in strings[first:last]]
    return [
        (first, last)
        for first, last in _stretches(held, _POEM)
        if 2 * np.count_nonzero(widths[first:last] >= widths[first:last].max() - 0.6) < last - first
    ]
