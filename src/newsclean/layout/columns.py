"""Pages whose columns stand side by side, given in reading order.

``pdftotext -layout``, pdfplumber with ``layout=True`` and whatever else keeps the layout of the print give each row of a page
across all its columns, with runs of spaces as gutters. The page is divided as images of pages are: the gutter that has most
rows on both sides parts a region, what stands above and below it is read before and behind, and each part is divided again
(the recursive X-Y cut of Nagy and Seth 1984). Where regions stand one above the other with the same gutters, the lines
that follow each other tell the cut across.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from newsclean.edits import check_text
from newsclean.layout.gutters import LEAST_ROWS, Evidence, Gutter, Segments, find_gutter, segments_of
from newsclean.layout.lines import Ints
from newsclean.trace import Span

WIDEST = 600  # cells of a row that can be set in columns
TALLEST = 600  # rows that are looked at in one go: more than a page has
LEAST_SHARE = (
    0.5  # of a page's rows have text in two columns or more: .65 to 1 on pages printed so, below .45 on others
)
CUT = 5.0  # log-odds by which the lines must follow each other better for a region to be cut across,
BAND = 3  # less 1 for each blank row there but the first, up to so many
MOST_PARTS = 60  # a region of more parts is not asked where to be cut across


def reading_order(text: str) -> str:
    """Give the text of a page whose columns stand side by side in reading order, column after column.

    Only pages are touched most of whose rows run across columns of prose, as ``pdftotext -layout`` and pdfplumber's
    ``layout=True`` give them; any other text comes back as it is: tables, lists, verse and headlines in two halves are no columns.
    Each character that is not white space stays; indents are kept, gutters go. Pages are told apart by form feeds.

    Args:
        text: the text of one page or several.

    Returns:
        The text, the lines of each column one below the other. :func:`segment_articles` does the same before it reads a page.

    >>> print(reading_order('''\\
    ... 村里的老戏台去年冬天重    的琴声又响起来了。说起
    ... 新修好了，每到周末的晚    这座戏台，七十岁的老木
    ... 上，附近几个村子的老人    匠打开了话匣子，他的爷
    ... 就提着小板凳来听戏，沉    爷当年就是搭这座台子的
    ... 寂了好多年的山坳里，二    师傅，柱子上还刻着名字。
    ... 胡和锣鼓声传得老远，孩    如今他又把手艺教给了年
    ... 子们在台下追来跑去，他    轻人。'''))
    村里的老戏台去年冬天重
    新修好了，每到周末的晚
    上，附近几个村子的老人
    就提着小板凳来听戏，沉
    寂了好多年的山坳里，二
    胡和锣鼓声传得老远，孩
    子们在台下追来跑去，他
    的琴声又响起来了。说起
    这座戏台，七十岁的老木
    匠打开了话匣子，他的爷
    爷当年就是搭这座台子的
    师傅，柱子上还刻着名字。
    如今他又把手艺教给了年
    轻人。
    """
    check_text(text)
    columns = columns_of(text)
    return text if columns is None else columns.text


@dataclass(frozen=True, slots=True)
class Columns:
    """A page in reading order.

    Attributes:
        text: its text.
        starts: int64 array (n,): where each piece of the page begins in ``text``, a code point.
        sources: int64 array (n,): where that piece begins on the page.
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


class Part(NamedTuple):
    """A part of a page, and whether it is a column or stands across the page."""

    segments: Segments
    is_column: bool


def columns_of(text: str) -> Columns | None:
    """The page in reading order, or None where it is not set in columns side by side."""
    if text.count("   ") + text.count("\u3000\u3000") < LEAST_ROWS:
        return None
    evidence = Evidence(text)
    pages = [
        (page, parts if _share(parts) >= LEAST_SHARE else [Part(page, False)])
        for page in _pages(text, segments_of(text, evidence))
        for parts in [_divided(evidence, page)]
    ]
    if not any(part.is_column for _, parts in pages for part in parts):
        return None
    return _written(text, [parts for _, parts in pages])


def _pages(text: str, segments: Segments) -> Iterator[Segments]:
    """The pages of a text: rows too long to be set in columns stand alone."""
    if not len(segments.rows):
        return
    new = np.append(True, segments.rows[1:] != segments.rows[:-1])
    long = np.zeros(int(segments.rows[-1]) + 2, bool)
    long[segments.rows[segments.rights > WIDEST]] = True
    breaks = new & (long[segments.rows] | long[segments.rows - 1])
    if "\f" in text:
        feeds = np.array([k for k, c in enumerate(text) if c == "\f"], np.int64)
        page = np.searchsorted(feeds, segments.starts)
        breaks[1:] |= page[1:] != page[:-1]
    breaks[0] = True
    page_top = np.maximum.accumulate(np.where(breaks, segments.rows, 0))
    stretch = (segments.rows - page_top) // TALLEST
    breaks[1:] |= stretch[1:] != stretch[:-1]
    for first, last in pairwise([*np.flatnonzero(breaks).tolist(), len(breaks)]):
        yield segments.only(slice(first, last))


def _share(parts: Sequence[Part]) -> float:
    """The share of rows that have text in two columns or more, there or in a row beside."""
    top = min(int(part.segments.rows[0]) for part in parts)
    height = max(int(part.segments.rows[-1]) for part in parts) - top + 3
    inked, columns = np.zeros(height, bool), np.zeros(height, np.int64)
    for part in parts:
        rows = np.unique(part.segments.rows) - top + 1
        inked[rows] = True
        if part.is_column:
            columns[np.unique(np.concatenate([rows - 1, rows, rows + 1]))] += 1
    return float((inked & (columns > 1)).sum() / inked.sum())


def _divided(evidence: Evidence, page: Segments) -> list[Part]:
    """The parts of a page in reading order."""
    if int(page.rights.max()) > WIDEST:
        return [Part(page, False)]
    known: dict[bytes, Gutter | None] = {}

    def halves(part: Part) -> list[Part]:
        """What a gutter makes of a part: above, left, right, below; nothing where there is none."""
        segments, is_column = part
        key = segments.starts.tobytes()
        if key not in known:
            known[key] = find_gutter(evidence, segments)
        gutter = known[key]
        if gutter is None:
            return []
        above, below = segments.rows < gutter.first, segments.rows > gutter.last
        left = ~above & ~below & (segments.lefts < gutter.place)
        right = ~above & ~below & ~left
        made = [(above, is_column), (left, True), (right, True), (below, is_column)]
        return [Part(segments.only(kept), column) for kept, column in made if kept.any()]

    def uncut(part: Part) -> list[Part]:
        """A part divided by gutters alone."""
        found, todo = [], [part]
        while todo:
            part = todo.pop()
            divided = halves(part)
            todo += divided[::-1]
            if not divided:
                found.append(part)
        return found

    found, todo = [], [Part(page, False)]
    while todo:
        part = todo.pop()
        divided = halves(part)
        if not divided:
            found.append(part)
            continue
        row = _cut(evidence, part.segments, uncut(part))
        if row is None:
            todo += divided[::-1]
        else:
            for kept in (part.segments.rows >= row, part.segments.rows < row):
                todo.append(Part(part.segments.only(kept), part.is_column))
    return found


def _cut(evidence: Evidence, region: Segments, parts: Sequence[Part]) -> int | None:
    """The row, behind a blank one, before which a region is to be cut across: what stands above is read first."""
    gaps = np.diff(region.rows)
    candidates = region.rows[1:][gaps > 1].tolist()
    if not candidates or len(parts) > MOST_PARTS:
        return None
    lines = [part.segments.lines() for part in parts]
    rows, starts, ends = (
        np.concatenate([getattr(line, name) for line in lines]) for name in ("rows", "starts", "ends")
    )
    gains = []
    for row, gap in zip(candidates, gaps[gaps > 1].tolist(), strict=True):
        below = rows >= row
        (old,) = np.nonzero(below[1:] != below[:-1])
        order = np.argsort(below, kind="stable")
        (new,) = np.nonzero(np.diff(order) != 1)
        before = evidence.odds(ends[old].tolist(), starts[old + 1].tolist())[1]
        after = evidence.odds(ends[order[new]].tolist(), starts[order[new + 1]].tolist())[1]
        gains.append(float(after.sum()) - float(before.sum()) + min(gap, BAND + 1) - 2)
    best = int(np.argmax(gains))
    return int(candidates[best]) if gains[best] > CUT + 1 else None


def _written(text: str, pages: Sequence[Sequence[Part]]) -> Columns:
    """The parts one below the other."""
    out: list[str] = []
    starts: list[int] = []
    sources: list[int] = []
    at = 0

    def put(lead: str, start: int, end: int) -> None:
        nonlocal at
        out.extend((lead, text[start:end], "\n"))
        starts.append(at + len(lead))
        sources.append(start)
        at += len(lead) + end - start + 1

    for number, parts in enumerate(pages):
        first = min(int(part.segments.starts[0]) for part in parts)
        feed = "\f" if number and "\f" in text[_end(pages[number - 1]) : first] else ""
        for segments, is_column in parts:
            lines = segments.lines()
            if not is_column:  # as it stands, with its indent
                start = int(lines.starts[0])
                begin = start - (
                    len(text[max(0, start - WIDEST) : start])
                    - len(text[max(0, start - WIDEST) : start].rstrip(" \u3000\xa0"))
                )
                put(feed, begin, int(lines.ends[-1]))
            else:
                values, times = np.unique(lines.lefts, return_counts=True)
                edge = int(values[times.argmax()])
                gaps = np.diff(lines.rows, prepend=lines.rows[0])
                usual = float(np.median(gaps[1:])) if len(gaps) > 1 else 1.0
                for start, end, left, gap in zip(
                    *(f.tolist() for f in (lines.starts, lines.ends, lines.lefts, gaps)), strict=True
                ):
                    blank = "\n" if gap > max(usual + 1, 2) else ""
                    put(feed + blank + " " * max(0, left - edge), start, end)
                    feed = ""
            feed = ""
    return Columns("".join(out)[: -1 if not text.endswith("\n") else None], np.array(starts), np.array(sources))


def _end(parts: Sequence[Part]) -> int:
    return max(int(part.segments.ends[-1]) for part in parts)
