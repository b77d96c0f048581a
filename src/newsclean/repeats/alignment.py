"""Two places of a text that have runs of characters in common, aligned and fitted to the boundaries of its lines.

What lies between two runs is aligned by rapidfuzz; beyond the outer runs a match is read on over single misreadings,
and its ends are set to the boundaries of lines and paragraphs on one side or on both.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import LCSseq, Levenshtein, Prefix

from newsclean.repeats.boundaries import Edge, Lines
from newsclean.repeats.passages import MAX_SLIP, RUN, Run

NEAR, WIDE = 3, 24
"""How many characters from the end of a match a boundary is its own, and how many where what lies between is alike."""

_WORD = re.compile(r"[a-z0-9]{4,}")
_WORD_LAST = re.compile(r"[a-z0-9]{4,}\Z")
_NUMBER = re.compile(r"(?<![a-z0-9])[0-9]+(?![a-z0-9])")


class Side(NamedTuple):
    """One of the two places of a match."""

    left: Edge
    right: Edge

    @property
    def start(self) -> int:
        """Its first place of the key."""
        return self.left.place

    @property
    def end(self) -> int:
        """The place of the key behind it."""
        return self.right.place

    @property
    def whole_lines(self) -> bool:
        """Whether it begins and ends with lines."""
        return self.left.line is not None and self.right.line is not None


class Match(NamedTuple):
    """Two places of the key that say the same."""

    first: Side
    again: Side
    likeness: float
    conflicts: int
    runs: list[Run]


def reach(text: str, i: int, j: int, step: int, i_stop: int, j_stop: int) -> tuple[int, int]:
    """Extend a match from two places of the key, over single errors, as far as both say the same."""
    best = i, j
    score = top = 0
    stride = _STRIDE
    while (left := min((i_stop - i) * step, (j_stop - j) * step, stride)) > 0:
        if step > 0:
            ours, theirs = text[i : i + left], text[j : j + left]
        else:
            ours, theirs = text[i - left : i][::-1], text[j - left : j][::-1]
        same = Prefix.similarity(ours, theirs)
        stride = 2 * stride if same == left else _STRIDE
        if same:
            i, j, score = i + step * same, j + step * same, score + same
            if score > top:
                top, best = score, (i, j)
            continue
        for di, dj, longer in _ERRORS:
            if left > longer + 1 and ours[di] == theirs[dj] and ours[di + 1] == theirs[dj + 1]:
                i, j, score = i + step * di, j + step * dj, score - longer
                break
        else:
            break
        if score < top - 6:
            break
    return best


_ERRORS = tuple(
    (di, dj, max(di, dj))
    for di, dj in ((1, 1), (0, 1), (1, 0), (2, 2), (0, 2), (2, 0), (1, 2), (2, 1), (3, 3), (0, 3), (3, 0))
)
"""How many characters of the one and the other side are passed over for an error, and the more of both."""

_STRIDE = 64
"""So many characters are compared at once, twice as many where all of them are the same."""


def cut_chain(text: str, chain: list[Run]) -> Iterator[tuple[list[Run], int]]:
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


def align(lines: Lines, chain: list[Run]) -> Match | None:
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
            unlike += len(without_foreign(a, b)) + len(without_foreign(b, a)) - 2 * same
            conflicts += name_conflicts(a, b)
        shared += n
        at = run.first + over + n, run.again + over + n
    likeness = 2 * shared / max(1, 2 * shared + unlike)
    return Match(Side(left[0], right[0]), Side(left[1], right[1]), likeness, conflicts, chain)


def without_foreign(ours: str, theirs: str) -> str:
    """One reading without the foreign words in it, where the other has none: engines leak them for Chinese words."""
    return ours if _WORD.search(theirs) else _WORD.sub("", ours)


def _end(lines: Lines, chain: list[Run], i: int, j: int, step: int, stops: tuple[int, int]) -> tuple[Edge, Edge] | None:
    """One end of a match: where its last run ends, if paragraphs do so too, else behind what can be read on over."""
    found = _paragraphs(lines, i, j, step, 1)
    if found and found[0].paragraph and found[1].paragraph:
        return found
    i1, j1 = reach(lines.key.text, i, j, step, *stops)
    further = _fit(lines, chain, i1, j1, step)
    if not found or not further:
        return found or further
    both = further[0].paragraph and further[1].paragraph
    return further if both and (further[1].place - j) * step > NEAR else found


def _without_phrase(lines: Lines, chain: list[Run], step: int) -> list[Run]:
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
        if edges(run) > least and (gap >= RUN or (least == 0 and edges(run) == 1)):
            return chain[k:] if step < 0 else chain[: len(chain) - k]
        here = run
    return chain


def name_conflicts(a: str, b: str) -> int:
    """How often two readings differ as two entries of a form do: in a number, or in a name."""
    found = 0
    for kind, a0, a1, b0, b1 in Levenshtein.opcodes(a, b):
        if kind == "equal":
            continue
        ours, theirs = a[int(a0) : int(a1)], b[int(b0) : int(b1)]
        if _NUMBER.search(ours) or _NUMBER.search(theirs):
            found += 3
        elif max(len(ours), len(theirs)) >= 2 and len(ours) != 1 != len(theirs):
            found += (not ours.isascii() and not theirs.isascii()) or not ours or not theirs
    return found


def _paragraphs(lines: Lines, i: int, j: int, step: int, near: int) -> tuple[Edge, Edge] | None:
    """The boundaries of paragraphs right at an end of a match: on both sides, or on one of them."""

    def look(place: int) -> Edge | None:
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


def _fit(lines: Lines, chain: list[Run], i: int, j: int, step: int) -> tuple[Edge, Edge] | None:
    """Fit an end of a match to the boundaries of lines on one side or both; None where neither has one."""

    def look(place: int, out: int, into: int, paragraph: bool = True) -> Edge | None:
        low, high = (place - out, place + into) if step < 0 else (place - into, place + out)
        return lines.near(place, low, high, paragraph)

    def alike(n: int) -> float:  # how much of n characters at an end must be the same
        return 0.3 if n <= NEAR else 0.5

    def same(a: int, b: int) -> bool:  # whether what lies between the end and two boundaries is the same passage still
        ours, theirs = (text[a:i], text[b:j]) if step < 0 else (text[i:a], text[j:b])
        ours, theirs = without_foreign(ours, theirs), without_foreign(theirs, ours)
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
            place = round(float(np.interp(lines.keys[k], [b for b, _ in knots], [a for _, a in knots])))
            if other := lines.near(place, place - 2, place + 2, True):
                return other, Edge(lines.keys[k], k, True)
    first, again = lines.exact(i), lines.exact(j)
    return None if first.line is None and again.line is None else (first, again)
