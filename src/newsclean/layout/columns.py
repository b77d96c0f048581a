"""Pages whose columns stand side by side, given in reading order.

``pdftotext -layout``, pdfplumber with ``layout=True`` and other tools that keep the physical layout print each row of a page across all
its columns, with runs of spaces as gutters. The columns are found as in page images: the tallest rectangle of white space with
text on both sides divides a region, above, left, right, below, and each part is divided again (the recursive X-Y cut of
Nagy and Seth 1984, by white space as in Breuel 2002). What geometry proposes the language model must confirm: lines run on
down the columns, not across them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsclean.language import load
from newsclean.layout.lines import SPACE, Ints, lines_of, tables
from newsclean.trace import Span

Bools = npt.NDArray[np.bool_]

WIDEST = 600  # cells of the widest row that can be set in columns
TALLEST = 600  # rows that are looked at in one go: more than a page has
BAND = 1
LEAST_ROWS = 4  # with text on both sides of a gutter
NEAR = 2  # rows of two columns need not lie on one line, but this near


class Columns(NamedTuple):
    """A page in reading order.

    Attributes:
        text: its text.
        starts: int64 array (n,): where each piece of the page begins in ``text``.
        sources: int64 array (n,): where that piece begins on the page.
        gutters: places of the page, each from the first row of a region set in columns to its last.
    """

    text: str
    starts: Ints
    sources: Ints

    def source(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """Where spans that each lie within one line of ``text`` stand on the page."""
        begins = np.array([start for start, _ in spans], np.int64)
        of = np.searchsorted(self.starts, begins, side="right") - 1
        shifts = (self.sources - self.starts)[of].tolist()
        return tuple([(start + shift, end + shift) for (start, end), shift in zip(spans, shifts, strict=True)])


class Segments(NamedTuple):
    """Runs of text between gaps of two blanks or more, each an int64 array (n,), in the order of the page."""

    starts: Ints  # code points into the text
    ends: Ints
    rows: Ints
    lefts: Ints  # cells from the start of the row
    rights: Ints

    def only(self, kept: Bools | Ints) -> Segments:
        """Those that are kept."""
        return Segments(*(a[kept] for a in self))

    def __bool__(self) -> bool:
        return len(self.starts) > 0


def columns_of(text: str) -> Columns | None:
    """The page in reading order, or None where it is not set in columns side by side."""
    if text.count("   ") < LEAST_ROWS and text.count("\u3000\u3000") < LEAST_ROWS:
        return None
    segments = _segments(text)
    pieces: list[tuple[Segments, bool]] = []
    for part in _stretches(segments):
        pieces += _divided(text, part)
    if not any(column for _, column in pieces):
        return None
    return _written(text, pieces)


def _segments(text: str) -> Segments:
    codes = lines_of(text).codes
    known = tables()
    breaks = known.breaks[codes]
    solid = np.flatnonzero(known.classes[codes] != SPACE)
    if not len(solid):
        return Segments(*[np.zeros(0, np.int64)] * 5)
    rows = np.cumsum(breaks)[solid]
    begins = np.concatenate([[0], np.flatnonzero(breaks) + 1])
    first = np.flatnonzero(np.append(True, (np.diff(solid) > 1) | (np.diff(rows) > 0)))
    starts, ends = solid[first], solid[np.append(first[1:], len(solid)) - 1] + 1
    rows = rows[first]
    begins = begins[rows]
    words = Segments(starts, ends, rows, starts - begins, ends - begins)
    gaps = starts - np.append(0, ends[:-1])
    gaps[np.append(True, np.diff(rows) > 0)] = FIRST
    narrow = _narrow(text, words, gaps)
    words.rights[narrow - 1] -= 1
    gaps[narrow] = 2
    first = np.flatnonzero(gaps > 1)
    last = np.append(first[1:], len(gaps)) - 1
    return Segments(words.starts[first], words.ends[last], words.rows[first], words.lefts[first], words.rights[last])


def _narrow(text: str, words: Segments, gaps: Ints) -> Ints:
    """Which words stand behind a gutter of one blank: a column begins in their place, and runs on in them."""
    wide = np.flatnonzero((gaps > 1) & (words.lefts > 1))
    wide = wide[np.lexsort((words.rows[wide], words.lefts[wide]))]
    asked = np.flatnonzero(gaps == 1)
    if not len(wide) or not len(asked):
        return asked[:0]
    big = int(words.rows[-1]) + 2 * REACH + 2
    keys = words.lefts[wide] * big + words.rows[wide] + REACH
    at = words.lefts[asked] * big + words.rows[asked] + REACH
    count = np.searchsorted(keys, at + REACH) - np.searchsorted(keys, at - REACH)
    before = np.searchsorted(keys, at) - 1
    kept = count >= VOTES
    asked, at, before = asked[kept], at[kept], before[kept]
    if not len(asked):
        return asked
    above, below = wide[before], wide[np.minimum(before + 1, len(wide) - 1)]
    is_above, is_below = at - keys[before] <= NEAREST, np.abs(keys[np.minimum(before + 1, len(wide) - 1)] - at) <= NEAREST
    last = np.append(np.flatnonzero(gaps[1:] > 1), len(gaps) - 1)  # the last word of each segment
    end_of = words.ends[last]
    ends = lambda of: end_of[np.searchsorted(last, of)]
    pairs = [(ends(above), words.starts[asked]), (ends(asked), words.starts[below]), (words.ends[asked - 1], words.starts[asked])]
    lefts = [text[max(0, e - 8) : e] for es, _ in pairs for e in es.tolist()]
    rights = [text[b : b + 8] for _, bs in pairs for b in bs.tolist()]
    up, down, across = load().junction(lefts, rights).reshape(3, -1)
    best = np.maximum(np.where(is_above, up, -9), np.where(is_below, down, -9))
    if DEBUG:
        for k, u,d, x in zip(asked.tolist(), up, down, across): print("NARROW", words.rows[k], words.lefts[k], round(float(u),1),round(float(d),1), round(float(x),1), text[words.starts[k]-8:words.ends[k]].split("\n")[-1])
    return asked[best - across > NARROW]

FIRST = 1 << 20
REACH = 20
VOTES = 4
NEAREST = 4
NARROW = 1.5

def _stretches(segments: Segments) -> Iterator[Segments]:
    yield segments


def _divided(text: str, region: Segments) -> list[tuple[Segments, bool]]:
    """The parts of a region in reading order, and whether each is a column."""
    known: dict[bytes, tuple[int, int, int] | None] = {}

    def parts(region: Segments, column: bool) -> list[tuple[Segments, bool]]:
        key = region.starts.tobytes()
        if key not in known:
            known[key] = _gutter(text, region)
        if known[key] is None:
            return []
        first, last, place = known[key]
        above, below = region.rows < first, region.rows > last
        within = ~(above | below)
        left = within & (region.lefts < place)
        right = within & ~left
        return [(p, is_column) for p, is_column in ((region.only(above), column), (region.only(left), True), (region.only(right), True), (region.only(below), column)) if p]

    def plain(region: Segments, column: bool) -> list[tuple[Segments, bool]]:
        found, todo = [], [(region, column)]
        while todo:
            part, is_column = todo.pop()
            divided = parts(part, is_column)
            if divided:
                todo += divided[::-1]
            else:
                found.append((part, is_column))
        return found

    found, todo = [], [(region, False)]
    while todo:
        part, column = todo.pop()
        divided = parts(part, column)
        if not divided:
            found.append((part, column))
            continue
        if BANDS:
            row = _band(text, part, plain(part, column))
            if row is not None:
                todo += [(part.only(part.rows >= row), column), (part.only(part.rows < row), column)]
                continue
        todo += divided[::-1]
    return found

BANDS = True
GAIN = 6.0
GAP = 1
BONUS = 1.0

def _band(text: str, region: Segments, leaves: list[tuple[Segments, bool]]) -> int | None:
    """The row before which a region is to be cut across: what stands above is read first."""
    rows, strings = [], []
    for part, _ in leaves:
        new = np.append(True, part.rows[1:] != part.rows[:-1])
        first = np.flatnonzero(new)
        last = np.append(first[1:], len(new)) - 1
        rows += part.rows[first].tolist()
        strings += [text[s:e] for s, e in zip(part.starts[first].tolist(), part.ends[last].tolist(), strict=True)]
    at = np.array(rows)
    candidates = region.rows[1:][np.diff(region.rows) > GAP]
    before: list[tuple[int, int]] = []
    after: list[tuple[int, int]] = []
    bounds = [(0, 0)]
    for row in candidates.tolist():
        order = np.argsort(at >= row, kind="stable")
        old = np.flatnonzero((at[1:] >= row) != (at[:-1] >= row))
        new = np.flatnonzero(np.diff(order) != 1)
        before += [(k, k + 1) for k in old.tolist()]
        after += [(int(order[k]), int(order[k + 1])) for k in new.tolist()]
        bounds.append((len(before), len(after)))
    if not before or not after:
        return None
    fits = [np.concatenate([[0], _fit(strings, pairs).cumsum()]) for pairs in (before, after)]
    ends = np.array(bounds)
    gains = np.diff(fits[1][ends[:, 1]]) - np.diff(fits[0][ends[:, 0]])
    gains = gains + np.minimum(np.diff(region.rows)[np.diff(region.rows) > GAP] - 2, 2) * BONUS
    best = int(gains.argmax())
    if DEBUG: print("BAND", [(int(c), round(float(g), 1)) for c, g in zip(candidates, gains)])
    return int(candidates[best]) if gains[best] > GAIN else None


def _fit(strings: list[str], pairs: list[tuple[int, int]]) -> npt.NDArray[np.float32]:
    """How well each second line follows its first: it runs on, or one ends and the other begins."""
    model = load()
    lefts, rights = [strings[k] for k, _ in pairs], [strings[n] for _, n in pairs]
    return np.clip(np.maximum(model.junction(lefts, rights), np.minimum(model.ends(lefts), model.begins(rights))), -4, 4)


def _gutter(text: str, region: Segments) -> tuple[int, int, int] | None:
    """First row, last row and place of the tallest gutter."""
    top, edge = region.rows[0], region.lefts.min()
    rows, lefts, rights = region.rows - top, region.lefts - edge, region.rights - edge
    height, width = int(rows[-1]) + 1, int(rights.max())
    if len(rows) < 2 * LEAST_ROWS or width < 10 or (np.diff(rows) == 0).sum() == 0:
        return None
    ink = np.zeros((height, width + 3), np.int16)
    np.add.at(ink, (rows, lefts), 1)
    np.add.at(ink, (rows, rights), -1)
    dark = ink.cumsum(1)[:, : width + 2] > 0
    white = ~(dark[:, :-1] | dark[:, 1:])  # this cell and the next
    before = np.maximum.accumulate(dark, 1)[:, :-1]  # text in this cell or left of it
    behind = np.maximum.accumulate(dark[:, ::-1], 1)[:, ::-1][:, 1:]
    both = white & _near(before) & _near(behind)
    # the count of such rows within each run of white cells down the page
    total = np.cumsum(both, 0, dtype=np.int32)
    barred = np.maximum.accumulate(np.where(white, 0, total), 0)
    count = total - barred
    for _ in range(3):
        best = int(count.max())
        if best < LEAST_ROWS:
            return None
        last, places = np.nonzero(count == best)
        place = int(places.max())
        last = int(last[places == place].min())
        column = white[:, place]
        first = last
        while first > 0 and column[first - 1]:
            first -= 1
        end = last
        while end + 1 < height and column[end + 1]:
            end += 1
        if _runs_down(text, region, first + top, end + top, place + edge):
            return first + top, end + top, place + edge
        count[first : end + 1, max(0, place - 3) : place + 4] = 0
    return None


def _near(text: Bools) -> Bools:
    near = text.copy()
    for k in range(1, NEAR):
        near[k:] |= text[:-k]
        near[:-k] |= text[k:]
    return near


def _runs_down(text: str, region: Segments, first: int, last: int, place: int) -> bool:
    """Whether lines run on down both sides of a gutter, not across it."""
    part = region.only((region.rows >= first) & (region.rows <= last))
    left = part.lefts < place
    ls, rs = np.flatnonzero(left), np.flatnonzero(~left)
    ls = ls[np.append(part.rows[ls][1:] != part.rows[ls][:-1], True)]  # the last of each row
    rs = rs[np.append(True, part.rows[rs][1:] != part.rows[rs][:-1])]  # the first of each row
    _, a, b = np.intersect1d(part.rows[ls], part.rows[rs], return_indices=True)
    across = list(zip(ls[a].tolist(), rs[b].tolist(), strict=True))
    down = [
        pair for side in (ls, rs) for pair in zip(side[:-1].tolist(), side[1:].tolist(), strict=True)
        if abs(part.lefts[pair[0]] - part.lefts[pair[1]]) <= 4 and part.rows[pair[1]] - part.rows[pair[0]] <= 3
    ]
    if not down:
        return False
    size = part.ends - part.starts
    if np.median(size[ls]) < 5 or np.median(size[rs]) < 5:
        return False
    pairs = down + across
    strings = [text[s:e] for s, e in zip(part.starts.tolist(), part.ends.tolist(), strict=True)]
    odds = np.clip(load().junction([strings[k] for k, _ in pairs], [strings[n] for _, n in pairs]), -4, 4)
    d, x = odds[: len(down)].mean(), odds[len(down) :].mean() if across else -2.0
    if DEBUG: print(first, last, place, len(down), len(across), round(float(d), 2), round(float(x), 2), strings[ls[0]], strings[rs[0]])
    return bool(d > 0.5 and d > x + 1.5)
DEBUG = False


def _written(text: str, parts: list[tuple[Segments, bool]]) -> Columns:
    """The parts one below the other."""
    out: list[str] = []
    starts, sources = [], []
    at = 0
    for part, column in parts:
        new = np.append(True, part.rows[1:] != part.rows[:-1])
        first = np.flatnonzero(new)
        begins, ends = part.starts[first], part.ends[np.append(first[1:], len(new)) - 1]
        values, counts = np.unique(part.lefts[first], return_counts=True)
        edge = int(values[counts.argmax()]) if column else 0
        step = np.diff(part.rows[first], prepend=part.rows[0])
        usual = float(np.median(step[1:])) if len(step) > 1 else 1.0
        for begin, end, left, gap in zip(begins.tolist(), ends.tolist(), part.lefts[first].tolist(), step.tolist(), strict=True):
            lead = ("\n" if gap > max(usual + 1, 2) and BLANKS else "") + " " * max(0, left - edge) * INDENTS
            out += lead, text[begin:end], "\n"
            starts.append(at + len(lead))
            sources.append(begin)
            at += len(lead) + end - begin + 1
    return Columns("".join(out), np.array(starts), np.array(sources))
BLANKS = True
INDENTS = 1
