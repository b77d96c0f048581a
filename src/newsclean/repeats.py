"""Passages that stand twice on a page, whole, by their tail or by their head: found, told, and dropped.

:mod:`newsclean.passages` finds what two places of a page have in common. Here it is judged: a match becomes a
:class:`Repeat` only if one of its two sides is a passage of its own, that is, fills whole lines. A clause, a name or a
quotation that stands again within a longer paragraph is none; nor is a headline whose words stand again in the text,
or a row of a form with other numbers or names.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
from rapidfuzz.distance import LCSseq, Levenshtein

from newsclean.edits import Edit, Level, apply_edits
from newsclean.passages import MAX_SLIP, RUN, Key, Run, chains, key_of, runs
from newsclean.steps import Step
from newsclean.trace import Span, Trace

How = Literal["whole", "tail", "head", "lines"]
"""What of the other passage is repeated: all of it, its end, its beginning, or lines out of its middle."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A passage that repeats another.

    Attributes:
        start, end: the copy that should go, in code points: whole lines, without the line break behind the last.
        of: the passage that it repeats and that stays, from its first letter to its last.
        likeness: how like the two are, from 0 to 1: twice the letters and digits that they share in order, by the
            letters and digits that both have together.
        how: what of the other passage is repeated.
        level: how sure that is; a repeat below ``LIKELY`` is reported and not dropped.
    """

    start: int
    end: int
    of: Span
    likeness: float
    how: How
    level: Level


MIN_LIKENESS = 0.84
NEAR, WIDE = 3, 24
SHORT = 8
LEAST: dict[How, int] = {"whole": 20, "tail": 18, "head": 25, "lines": 40}
_BREAK = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")
_TERMINAL = re.compile(r"(?:[。！？…!?]|\.(?!\d))[^，、；,;]*\Z|[：:）)]\s*\Z")
_STOP = re.compile(r"[。！？…；!?;]|\.(?!\d)")
_CLOSING_LINE = re.compile(r"[ \t\u3000]*[。！？…”』」）》，；：、,.!?;:)\"]+[ \t\u3000]*(?=[\n\r]|\Z)")
_BRACKET = re.compile(r"[）】〕)\]：:]")
_CLOSER = re.compile(r"[，。；：！？、…”』」）》,;:!?)]")
_PROSE = re.compile(r"[，。；！？,;!?]")
_WORD = re.compile(r"[a-z0-9]{4,}")
_WORD_LAST = re.compile(r"[a-z0-9]{4,}\Z")
_NUMBER = re.compile(r"(?<![a-z0-9])[0-9]+(?![a-z0-9])")
_MARK = re.compile(r"[，。；：、,;:]")
_ODD = re.compile(r"[\ufffd\ue000-\uf8ff|\\^~*_#@<>{}=\[\]$&]|(?<=[\u4e00-\u9fff])[A-Za-z](?=[\u4e00-\u9fff])")


class _Edge(NamedTuple):
    """Where a side of a match begins or ends: a place of the key, the boundary of lines there (or None: within a line),
    and whether a paragraph begins or ends with it."""

    place: int
    line: int | None = None
    paragraph: bool = False


class _Side(NamedTuple):
    """One of the two places of a match."""

    left: _Edge
    right: _Edge

    @property
    def start(self) -> int:
        return self.left.place

    @property
    def end(self) -> int:
        return self.right.place

    @property
    def whole_lines(self) -> bool:
        return self.left.line is not None and self.right.line is not None


class _Match(NamedTuple):
    """Two places of the key that say the same."""

    first: _Side
    again: _Side
    likeness: float
    conflicts: int
    runs: list[Run]


@dataclass(slots=True)
class _Lines:
    """The lines of a text that have letters or digits, and the boundaries between them: line ``k`` begins at boundary
    ``k``."""

    text: str
    key: Key
    breaks: np.ndarray = field(init=False)
    keys: list[int] = field(init=False)
    width: float = field(init=False)
    _ends: dict[int, bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.breaks = np.array([m.end() for m in _BREAK.finditer(self.text)], dtype=np.int64)
        numbers = np.searchsorted(self.breaks, self.key.places, side="right")
        firsts = np.flatnonzero(np.diff(numbers)) + 1
        self.keys = [0, *firsts.tolist(), len(numbers)]
        widths = np.diff(self.breaks, prepend=0)
        self.width = float(np.median(widths[widths > 1])) if len(self.breaks) else 1.0

    def between(self, boundary: int) -> str:
        """What stands between the last letter before a boundary and the first behind it."""
        at = self.keys[boundary]
        start = int(self.key.places[at - 1]) + 1 if at else 0
        return self.text[start : int(self.key.places[at]) if at < len(self.key.places) else len(self.text)]

    def ends_paragraph(self, boundary: int) -> bool:
        """Whether a paragraph ends at the boundary: a blank line, an end mark or a line much shorter or longer
        than the page's others before it, or an indent behind it."""
        if boundary in (0, len(self.keys) - 1):
            return True
        known = self._ends.get(boundary)
        if known is None:
            pieces = _BREAK.split(self.between(boundary))
            wide = self.end(boundary - 1) - self.start(boundary - 1)
            known = self._ends[boundary] = (
                any(not piece.strip() for piece in pieces[1:-1])
                or _TERMINAL.search("".join(pieces[:-1])) is not None
                or pieces[-1].startswith(("\u3000", "  ", "\t"))
                or not 0.7 <= wide / self.width <= 1.4
            )
        return known

    def prose(self, side: _Side) -> bool:
        """Whether a side of a match reads as running text: it has clauses, or ends with the end mark of a sentence."""
        places = self.key.places
        inner = int(places[side.start]), int(places[side.end - 1])
        return self.sentence_ends(side.end) or _PROSE.search(self.text, *inner) is not None

    def sentence_begins(self, at: int) -> bool:
        """Whether a sentence, or what follows a bracket at its beginning, begins at a place of the key."""
        start = int(self.key.places[at - 1]) + 1 if at else 0
        return self.sentence_ends(at) or _BRACKET.search(self.text, start, int(self.key.places[at])) is not None

    def begins_with_mark(self, at: int) -> bool:
        """Whether a line that begins at a place of the key begins with a mark that no sentence begins with."""
        before = self.text[int(self.key.places[at - 1]) + 1 if at else 0 : int(self.key.places[at])]
        return _CLOSER.match(_BREAK.split(before)[-1].lstrip()) is not None

    def sentence_ends(self, at: int) -> bool:
        """Whether a sentence ends before a place of the key."""
        start = int(self.key.places[at - 1]) + 1 if at else 0
        end = int(self.key.places[at]) if at < len(self.key.places) else len(self.text)
        return _STOP.search(self.text, start, end) is not None

    def follows_title(self, boundary: int | None) -> bool:
        """Whether the line before a boundary has no mark of a sentence in it, as a headline has none."""
        if not boundary:
            return True
        return _MARK.search(self.text, self.start(boundary - 1), self.end(boundary - 1)) is None

    def near(self, place: int, low: int, high: int, paragraph: bool) -> _Edge | None:
        """The boundary between lines (or paragraphs) nearest to a place of the key, not before low nor behind high."""
        found = [b for b in range(bisect_left(self.keys, low), bisect_right(self.keys, high))]
        for b in sorted(found, key=lambda b: abs(self.keys[b] - place)):
            if self.ends_paragraph(b) or not paragraph:
                return _Edge(self.keys[b], b, self.ends_paragraph(b))
        return None

    def exact(self, place: int) -> _Edge:
        """A place of the key, with the boundary of lines that is exactly there, or none."""
        place = min(max(0, place), len(self.key.text))
        return self.near(place, place, place, False) or _Edge(place)

    def start(self, line: int) -> int:
        """Where a line begins in the text, indent and all."""
        place = int(self.key.places[self.keys[line]])
        k = int(np.searchsorted(self.breaks, place, side="right"))
        return int(self.breaks[k - 1]) if k else 0

    def end(self, line: int) -> int:
        """Where a line ends in the text; a line of nothing but closing marks behind it belongs to it."""
        place = int(self.key.places[self.keys[line + 1] - 1])
        while True:
            found = _BREAK.search(self.text, place)
            if not found:
                return len(self.text)
            closing = _CLOSING_LINE.match(self.text, found.end())
            if not closing:
                return found.start()
            place = closing.end()


def _reach(text: str, i: int, j: int, step: int, i_stop: int, j_stop: int) -> tuple[int, int]:
    """Extend a match from two places of the key, over single errors, as far as both say the same."""

    def left(i: int, j: int) -> int:
        return min(abs(i_stop - i), abs(j_stop - j))

    def char(k: int) -> str:
        return text[k] if step > 0 else text[k - 1]

    best = i, j
    score = top = 0
    while left(i, j) > 0:
        if char(i) == char(j):
            i, j, score = i + step, j + step, score + 1
            if score > top:
                top, best = score, (i, j)
            continue
        for di, dj in ((1, 1), (0, 1), (1, 0), (2, 2), (0, 2), (2, 0), (1, 2), (2, 1), (3, 3), (0, 3), (3, 0)):
            ni, nj = i + di * step, j + dj * step
            if left(i, j) >= max(di, dj) + 2 and char(ni) == char(nj) and char(ni + step) == char(nj + step):
                i, j, score = ni, nj, score - max(di, dj)
                break
        else:
            break
        if score < top - 6:
            break
    return best


def _pieces_of(text: str, chain: list[Run]) -> Iterator[tuple[list[Run], int]]:
    """Cut a chain where what lies between two runs is too unlike, and leave off runs at its ends that cost more than
    they bring. Each piece comes with the number of characters that its two places share in order."""
    piece, shared, worth = [chain[0]], chain[0].n, chain[0].n
    if len(chain) == 1:
        yield piece, shared
        return
    best = 1, shared, worth  # how many runs of the piece to take, what they share, what they are worth
    for run in chain[1:]:
        end = piece[-1].first + piece[-1].n, piece[-1].again + piece[-1].n
        a, b = text[end[0] : run.first], text[end[1] : run.again]
        same = LCSseq.similarity(a, b) if a and b else 0
        cost = 2 * (max(len(a), len(b)) - same) - same
        if cost > 30 or worth <= cost:
            yield piece[: best[0]], best[1]
            piece, shared, worth = [run], run.n, run.n
            best = 1, shared, worth
            continue
        piece.append(run)
        shared, worth = shared + same + run.n, worth - cost + run.n
        if worth > best[2]:
            best = len(piece), shared, worth
    yield piece[: best[0]], best[1]


def _match(lines: _Lines, chain: list[Run]) -> _Match | None:
    """A chain of runs as a match: extended at both ends, fitted to the boundaries of lines, and measured."""
    text = lines.key.text
    while 0 < (over := chain[-1].first + chain[-1].n - chain[0].again) <= WIDE:  # the first cannot run into the second
        first, again, n = chain[-1]
        if n - over >= RUN:
            chain = [*chain[:-1], Run(first, again, n - over)]
        elif len(chain) > 1:
            chain = chain[:-1]
        else:
            return None
    for step in -1, 1:  # an end that is no more than a phrase both share, well apart from what follows
        chain = _without_phrase(lines, chain, step)
    head, tail = chain[0], chain[-1]
    i1, j1 = tail.first + tail.n, tail.again + tail.n
    left = _end(lines, chain, head.first, head.again, -1, (0, i1 if i1 <= head.again else 0))
    if not left:
        return None
    right = _end(lines, chain, i1, j1, 1, (left[1].place if i1 <= head.again else len(text), len(text)))
    if not right:
        return None
    (i0, *_), (j0, *_), (i1, *_), (j1, *_) = *left, *right
    if (
        min(i1 - i0, j1 - j0, j0 - i0, j1 - i1) < RUN
        or max(abs(j0 - i0 - head.again + head.first), abs(j1 - i1 - tail.again + tail.first)) > MAX_SLIP
    ):
        return None
    shared = unlike = conflicts = 0
    at = i0, j0
    for run in (*chain, Run(i1, j1, 0)):
        over = max(0, at[0] - run.first, at[1] - run.again)  # runs that the fitting has cut
        n = max(0, min(run.n, i1 - run.first, j1 - run.again) - over)
        if run.n and not n:
            continue
        a, b = text[at[0] : run.first + over if n else i1], text[at[1] : run.again + over if n else j1]
        if a or b:
            same = LCSseq.similarity(a, b)
            shared += same
            unlike += len(_foreign(a, b)) + len(_foreign(b, a)) - 2 * same
            conflicts += _conflicts(a, b)
        shared += n
        at = run.first + over + n, run.again + over + n
    likeness = 2 * shared / max(1, 2 * shared + unlike)
    return _Match(_Side(left[0], right[0]), _Side(left[1], right[1]), likeness, conflicts, chain)


def _foreign(ours: str, theirs: str) -> str:
    """One reading without the foreign words in it, where the other has none: engines leak them for Chinese words."""
    return ours if _WORD.search(theirs) else _WORD.sub("", ours)


def _end(
    lines: _Lines, chain: list[Run], i: int, j: int, step: int, stops: tuple[int, int]
) -> tuple[_Edge, _Edge] | None:
    """One end of a match: where its last run ends, if paragraphs do so too, else behind what can be read on over."""
    found = _paragraphs(lines, i, j, step, 1)
    if found and found[0].paragraph and found[1].paragraph:
        return found
    i1, j1 = _reach(lines.key.text, i, j, step, *stops)
    further = _fit(lines, chain, i1, j1, step)
    if not found or not further:
        return found or further
    both = further[0].paragraph and further[1].paragraph
    return further if both and (further[1].place - j) * step > NEAR else found


def _without_phrase(lines: _Lines, chain: list[Run], step: int) -> list[Run]:
    """A chain without the runs at one end, if behind them paragraphs begin (or end) on a side where none did before."""

    def edges(run: Run) -> int:
        i, j = (run.first, run.again) if step < 0 else (run.first + run.n, run.again + run.n)
        found = _paragraphs(lines, i, j, step, 1)
        return sum(edge.paragraph for edge in found) if found else 0

    skipped = 0
    here = chain[0] if step < 0 else chain[-1]
    least = edges(here)
    for k in range(1, len(chain)):
        run = chain[k] if step < 0 else chain[-1 - k]
        left, right = (here, run) if step < 0 else (run, here)
        gap = max(right.first - left.first - left.n, right.again - left.again - left.n)
        skipped += here.n + gap
        if least == 2 or skipped > 2 * WIDE:
            break
        if edges(run) > least and (gap >= RUN or least == 0 and edges(run) == 1):
            return chain[k:] if step < 0 else chain[: len(chain) - k]
        here = run
    return chain


def _conflicts(a: str, b: str) -> int:
    """How often two readings differ as two entries of a form do: in a number, or in a name."""
    found = 0
    for kind, a0, a1, b0, b1 in Levenshtein.opcodes(a, b):
        if kind == "equal":
            continue
        ours, theirs = a[a0:a1], b[b0:b1]
        if _NUMBER.search(ours) or _NUMBER.search(theirs):
            found += 3
        elif max(len(ours), len(theirs)) >= 2 and len(ours) != 1 != len(theirs):
            found += not ours.isascii() and not theirs.isascii() or not ours or not theirs
    return found


def _paragraphs(lines: _Lines, i: int, j: int, step: int, near: int) -> tuple[_Edge, _Edge] | None:
    """The boundaries of paragraphs right at an end of a match: on both sides, or on one of them."""

    def look(place: int) -> _Edge | None:
        low, high = (place - near, place + 2) if step < 0 else (place - 2, place + near)
        return lines.near(place, low, high, True)

    a, b = look(i), look(j)
    if a and b:
        return a, b
    if b and abs(b.place - j) <= 1:
        return lines.exact(i + b.place - j), b
    if a and abs(a.place - i) <= 1:
        return a, lines.exact(j + a.place - i)
    return None


def _fit(lines: _Lines, chain: list[Run], i: int, j: int, step: int) -> tuple[_Edge, _Edge] | None:
    """Fit an end of a match to the boundaries of lines on one side or both; None where neither has one."""

    def look(place: int, out: int, into: int, paragraph: bool = True) -> _Edge | None:
        low, high = (place - out, place + into) if step < 0 else (place - into, place + out)
        return lines.near(place, low, high, paragraph)

    def alike(n: int) -> float:  # how much of n characters at an end must be the same
        return 0.3 if n <= NEAR else 0.5

    def same(a: int, b: int) -> bool:  # whether what lies between the end and two boundaries is the same passage still
        ours, theirs = (text[a:i], text[b:j]) if step < 0 else (text[i:a], text[j:b])
        ours, theirs = _foreign(ours, theirs), _foreign(theirs, ours)
        least = min(len(ours), len(theirs))
        return abs(len(ours) - len(theirs)) <= MAX_SLIP and LCSseq.similarity(ours, theirs) >= least * alike(least)

    def partner(here: int, there: int, bound: int) -> int | None:  # where the other side is when this one is at bound
        edge = text[bound:here] if step < 0 else text[here:bound]
        best, place = 0, None
        if step < 0 and len(edge) <= NEAR and (word := _WORD_LAST.search(text, max(0, there - 16), there)):
            return word.start()
        for n in range(max(1, len(edge) - 3), len(edge) + MAX_SLIP):
            other = text[max(0, there - n) : there] if step < 0 else text[there : there + n]
            score = LCSseq.similarity(edge, other)
            if score > best:
                best, place = score, there + step * len(other)
        return place if best >= len(edge) * alike(len(edge)) else None

    text = lines.key.text
    if found := _paragraphs(lines, i, j, step, NEAR):
        return found
    a, b = look(i, WIDE, 2), look(j, WIDE, 2)
    if a and b and same(a.place, b.place):
        return a, b
    first, again = look(i, 1, 1, False), look(j, 1, 1, False)
    if first and again:  # the same lines, read twice
        return first, again
    if b and (b.place - j) * step > 0 and (place := partner(j, i, b.place)) is not None:
        return lines.exact(place), b
    if a and (a.place - i) * step > 0 and (place := partner(i, j, a.place)) is not None:
        return a, lines.exact(place)
    # the nearest paragraphs within it that begin (or end) together on both sides
    knots = [(run.again + d, run.first + d) for run in chain for d in (0, run.n)]
    knots.insert(0 if step < 0 else len(knots), (j, i))
    low, high = (knots[0][0], knots[-1][0] - 20) if step < 0 else (knots[0][0] + 20, knots[-1][0])
    bounds = range(bisect_left(lines.keys, low), bisect_right(lines.keys, high))
    for k in bounds if step < 0 else reversed(bounds):
        if lines.ends_paragraph(k):
            place = round(float(np.interp(lines.keys[k], *zip(*knots, strict=True))))
            if other := lines.near(place, place - 2, place + 2, True):
                return other, _Edge(lines.keys[k], k, True)
    first, again = lines.exact(i), lines.exact(j)
    return None if first.line is None and again.line is None else (first, again)


def _read_twice(lines: _Lines, match: _Match) -> bool:
    """Whether a match is the same lines, two or more, broken at the same places, and not whole paragraphs."""
    first, again = match.first, match.again
    if first.left.line is None or first.right.line is None or again.left.line is None or again.right.line is None:
        return False
    edges = first.left.paragraph, first.right.paragraph, again.left.paragraph, again.right.paragraph
    if match.likeness < 0.9 or first.left.paragraph and again.left.paragraph and edges[1] == edges[3]:
        return False  # whole paragraphs, or the same opening of two
    if not any(edges) and first.end - first.start >= LEAST["lines"]:
        return True
    n = first.right.line - first.left.line
    if n < 2 or n != again.right.line - again.left.line or first.end - first.start < 8 * n:
        return False
    offsets = zip(
        lines.keys[first.left.line : first.right.line], lines.keys[again.left.line : again.right.line], strict=True
    )
    return all(abs(a - first.start - b + again.start) <= 2 for a, b in offsets)


def _judge(lines: _Lines, match: _Match, strips: tuple[int, int] | None) -> tuple[bool, How, Level] | None:
    """Whether the first side goes (else the second), how it repeats the other, and how sure that is."""
    if match.likeness < MIN_LIKENESS:
        return None
    sides = [side for side in (match.first, match.again) if side.whole_lines]
    if not sides:
        return None
    if len(sides) == 2:
        first, again = sides
        gain: float = (first.left.paragraph + first.right.paragraph) - (again.left.paragraph + again.right.paragraph)
        if gain == 0:
            gain = (_odd(lines, first) > _odd(lines, again) + 2) - 0.5
        goes = first if gain > 0 else again
    else:
        goes = sides[0]
    stays = match.again if goes is match.first else match.first
    size = goes.end - goes.start
    text = lines.key.text
    how: How
    if stays.left.paragraph:
        how = "whole" if stays.right.paragraph else "head"
    else:
        how = "tail" if stays.right.paragraph else "lines"
    if strips and stays.whole_lines and size >= SHORT and match.conflicts <= 1 + size // 16:
        apart = match.again.start - match.first.start
        opening = (
            goes.left.paragraph and stays.left.paragraph and not goes.right.paragraph and not stays.right.paragraph
        )
        if (size >= 24 or strips[0] <= apart <= strips[1]) and not opening:
            return goes is match.first, how, Level.LIKELY
    prose = all(map(lines.prose, (goes, stays)))
    begins = lines.sentence_ends(stays.start) or stays.left.paragraph and lines.sentence_ends(goes.start)
    allowed = (size if begins else size + 10) // 40
    if how == "tail" and not begins and goes.start == stays.end:  # a fragment right behind what it repeats
        allowed = 1 + size // 20
    if match.conflicts > allowed:
        return None
    if not prose and size < 60:
        return None
    if size < 60 and (text.startswith("图为", goes.start) or text.endswith(("摄", "供图"), goes.start, goes.end)):
        return None  # two pictures may have one caption
    if how == "whole" and size < 32 and match.likeness < 1:
        return None
    level = Level.SURE if size >= 40 and match.likeness >= 0.95 else Level.LIKELY
    if how in ("whole", "tail"):  # a headline does not end with a mark
        if size < 60 and lines.sentence_ends(goes.end) != lines.sentence_ends(stays.end):
            return None
        if not goes.left.paragraph and (match.likeness < 0.9 or size < 28 or not lines.follows_title(goes.left.line)):
            return None
    elif how == "head":  # cut in mid-sentence; a whole sentence that stands alone is a guide or a lead
        if not (goes.left.paragraph and goes.right.paragraph):
            return None
    elif not stays.whole_lines and (
        size < 40
        or not (goes.left.paragraph and goes.right.paragraph)
        or lines.sentence_ends(stays.start)
        or lines.sentence_ends(stays.end)
    ):
        return None
    if size < LEAST[how]:
        return None
    return goes is match.first, how, level


def _doubtful(lines: _Lines, goes: _Side, stays: _Side, how: How) -> bool:
    """Whether the writer may have said it twice: a whole sentence that ends or opens another paragraph and stands as one
    of its own, as leads, guides and quotations do. Right behind itself, or cut in mid-sentence, it is none of these."""
    if how == "tail":
        return lines.sentence_begins(stays.start) and not (
            0 <= goes.start - stays.end <= 2 or lines.begins_with_mark(goes.start)
        )
    return how == "head" and lines.sentence_ends(stays.end)


def _odd(lines: _Lines, side: _Side) -> int:
    places = lines.key.places
    return len(_ODD.findall(lines.text, int(places[side.start]), int(places[side.end - 1]) + 1))


def _pieces(lines: _Lines, match: _Match, first_goes: bool, how: How, level: Level) -> Iterator[Repeat]:
    """The copy, paragraph by paragraph where both sides have the boundary of a paragraph at the same place."""
    goes, stays = (match.first, match.again) if first_goes else (match.again, match.first)
    assert goes.left.line is not None and goes.right.line is not None
    knots = [(goes.start, stays.start)]
    for run in match.runs:
        a, b = (run.first, run.again) if first_goes else (run.again, run.first)
        knots += [(a, b), (a + run.n, b + run.n)]
    knots.append((goes.end, stays.end))
    xs, ys = zip(*knots, strict=True)
    cuts = [(goes.left.line, stays.start)]
    for b in range(goes.left.line + 1, goes.right.line):
        if lines.ends_paragraph(b):
            y = round(float(np.interp(lines.keys[b], xs, ys)))
            other = lines.near(y, y - 2, y + 2, True)
            if other and cuts[-1][1] < other.place < stays.end:
                cuts.append((b, other.place))
    cuts.append((goes.right.line, stays.end))
    # the beginning of a paragraph that follows whole paragraphs may be an opening that many share
    if len(cuts) > 2 and not stays.left.paragraph and not lines.between(cuts[1][0]).split("\n")[0].strip():
        del cuts[0]  # a headline whose words end the paragraph before
    if (
        len(cuts) > 2
        and not stays.right.paragraph
        and lines.keys[cuts[-1][0]] - lines.keys[cuts[-2][0]] < LEAST["head"]
    ):
        cuts.pop()
    if len(cuts) == 2 and _doubtful(lines, goes, stays, how):
        level = Level.GUESS
    text, places = lines.key.text, lines.key.places
    for n, ((b, y), (after, y_after)) in enumerate(zip(cuts, cuts[1:], strict=False)):
        part: How = "whole"
        if len(cuts) == 2:
            part = how
        elif n == 0 and not stays.left.paragraph:
            part = "tail"
        elif n == len(cuts) - 2 and not stays.right.paragraph:
            part = "head"
        likeness = match.likeness
        if len(cuts) > 2 and y_after - y <= 5000:
            ours, theirs = text[lines.keys[b] : lines.keys[after]], text[y:y_after]
            likeness = LCSseq.normalized_similarity(_foreign(ours, theirs), _foreign(theirs, ours))
        if likeness >= (MIN_LIKENESS if n in (0, len(cuts) - 2) else 0.7):
            span = int(places[y]), int(places[y_after - 1]) + 1
            yield Repeat(lines.start(b), lines.end(after - 1), span, likeness, part, level)


def _round(text: str) -> list[Repeat]:
    """The repeats of a text, none of which repeats what another drops."""
    key = key_of(text)
    near = [chain for chain in chains(runs(key)) if len(chain) > 1 or chain[0].n >= SHORT]
    found = [piece for chain in near for piece in _pieces_of(key.text, chain) if piece[1] >= SHORT]
    if not found:
        return []
    lines = _Lines(text, key)
    found.sort(key=lambda piece: (-piece[1], piece[0][0].again))
    matches = [match for chain, shared in found if shared >= 2 * SHORT and (match := _match(lines, chain))]
    apart = [match.again.start - match.first.start for match in matches if _read_twice(lines, match)]
    strips = (min(apart) * 3 // 4, max(apart) * 4 // 3) if len(apart) >= 2 else None
    if strips:
        matches += [match for chain, shared in found if shared < 2 * SHORT and (match := _match(lines, chain))]
    matches.sort(key=lambda match: match.first.start - match.first.end)
    repeats: list[Repeat] = []
    gone, kept = bytearray(len(key.text)), bytearray(len(key.text))
    for match in matches:
        judged = _judge(lines, match, strips)
        if judged is None:
            continue
        goes, stays = (match.first, match.again) if judged[0] else (match.again, match.first)
        if goes.end > stays.start and goes.start < stays.end:  # one passage over and over: the first of them stays
            goes, stays = match.again, match.first._replace(right=match.again.left)
        if 1 in gone[goes.start : goes.end] or 1 in kept[goes.start : goes.end] or 1 in gone[stays.start : stays.end]:
            continue
        gone[goes.start : goes.end] = b"\1" * (goes.end - goes.start)
        kept[stays.start : stays.end] = b"\1" * (stays.end - stays.start)
        repeats += _pieces(lines, match, *judged)
    repeats.sort(key=lambda repeat: repeat.start)
    for order in 1, -1:  # a doubtful one that a sure one leads into, or follows, is of the same passage
        before: Repeat | None = None
        for k in range(len(repeats))[::order]:
            here = repeats[k]
            gap = sorted((before, here), key=lambda r: r.start) if before else []
            if (
                gap
                and here.level < Level.LIKELY <= gap[order < 0].level
                and not text[gap[0].end : gap[1].start].strip()
            ):
                repeats[k] = here = replace(here, level=Level.LIKELY)
            before = here
    return repeats


def find_repeats(text: str) -> list[Repeat]:
    """The passages of a page that repeat another: whole, by their tail or head, or lines read twice.

    Args:
        text: the page as it was read, its lines wrapped or not.

    Returns:
        The copies that should go, in the order of the page, each with what it repeats.

    >>> page = "当天下午，工作人员逐户走访，登记受灾情况，发放棉被和粮油。\\n\\n记者离开时，雨已经停了。\\n\\n"
    >>> page += "况，发放棉被和粮油。\\n\\n逐户走访，登记受灾情况，发放棉被和粮油。"
    >>> [(page[r.start : r.end], r.how) for r in find_repeats(page)]
    [('逐户走访，登记受灾情况，发放棉被和粮油。', 'tail')]
    """
    return [repeat for repeat, _ in _settled(text)]


def _settled(text: str) -> list[tuple[Repeat, Span]]:
    """All repeats, those found when others were dropped among them, each with the span to delete."""
    found: list[tuple[Repeat, Span]] = []
    trace = Trace()
    rest = text
    while True:
        repeats = _round(rest)
        sure = [repeat for repeat in repeats if repeat.level >= Level.LIKELY]
        spans = _deletions(rest, sure)
        for repeat, span in zip(sure, spans, strict=True):
            start, end = trace.source_span(repeat.start, repeat.end)
            moved = replace(repeat, start=start, end=end, of=trace.source_span(*repeat.of))
            found.append((moved, trace.source_span(*span)))
        if not sure:
            for repeat in repeats:
                start, end = trace.source_span(repeat.start, repeat.end)
                found.append((replace(repeat, start=start, end=end, of=trace.source_span(*repeat.of)), (start, end)))
            break
        edits = [Edit(*span, "", "repeats") for span in spans]
        trace = trace.then(Trace.of(edits))
        rest = apply_edits(rest, edits)
    return _rooted(sorted(found, key=lambda pair: pair[0].start))


def _rooted(found: list[tuple[Repeat, Span]]) -> list[tuple[Repeat, Span]]:
    """Let each repeat name a passage that stays: where that which it repeats goes too, what that one repeats."""
    going = [repeat for repeat, _ in found if repeat.level >= Level.LIKELY]
    starts = [repeat.start for repeat in going]
    rooted: dict[int, Span] = {}  # by the start of the repeat

    def root(of: Span) -> Span:
        passed: list[int] = []
        while (k := bisect_right(starts, of[0]) - 1) >= 0 and of[0] < going[k].end and going[k].start not in passed:
            if going[k].start in rooted:
                of = rooted[going[k].start]
                break
            passed.append(going[k].start)
            of = going[k].of
        rooted.update(dict.fromkeys(passed, of))
        return of

    return [(replace(repeat, of=root(repeat.of)), span) for repeat, span in found]


def _deletions(text: str, repeats: list[Repeat]) -> list[Span]:
    """What to delete for each repeat: its lines and one of the two gaps around them, so that the wider one stays."""
    spans: list[Span] = []
    k = 0
    while k < len(repeats):
        last = k
        while last + 1 < len(repeats) and not text[repeats[last].end : repeats[last + 1].start].strip():
            last += 1
        start, end = repeats[k].start, repeats[last].end
        before = start
        while before and text[before - 1] in "\n\r":
            before -= 1
        after = end
        while after < len(text) and text[after] in "\n\r":
            after += 1
        if after - end <= start - before and after < len(text) or before == 0:
            end = after
        elif after < len(text) or before:
            start = before
        edges = [start, *(repeat.start for repeat in repeats[k + 1 : last + 1]), end]
        spans += zip(edges, edges[1:], strict=False)
        k = last + 1
    return spans


def _rule(text: str) -> Iterator[Edit]:
    """Delete passages that repeat another."""
    found = _settled(text)
    if not found:
        return
    breaks = [m.end() for m in _BREAK.finditer(text)]
    for repeat, (start, end) in found:
        opening = re.sub(r"\s+", "", text[repeat.of[0] : repeat.of[0] + 24])[:9]
        line = bisect_right(breaks, repeat.of[0]) + 1
        what = "" if repeat.how == "whole" else f"the {repeat.how} of "
        reason = f"repeats {what}“{opening}…” (line {line}), {repeat.likeness:.0%} alike".replace("%", " %")
        yield Edit(start, end, "", "repeats", repeat.level, reason)


drop_duplicates = Step("drop_duplicates", _rule)
