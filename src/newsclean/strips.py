"""Lines that stand twice because a page was read in overlapping strips.

A scan too large for an engine is cut into strips that overlap, so that no line is lost between two of them. What lies
in the overlap is read a second time, with other errors, and cut: in the middle of a paragraph, a line, a row of
characters. Such copies are shorter than what a writer could only have said once, but they are not alone: all of them
lie on both sides of a few *seams*, where one strip ends and the next one begins.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from newsclean.alignment import reach
from newsclean.language import load
from newsclean.passages import LINE_BREAK, MAX_GAP, PROSE, Key, Lines, Run

SHORT = 8
"""The least letters of a line that was read twice."""

SURE = 12
"""The least letters of a passage that shows by itself that it was read twice."""

COVERED = 0.75
"""The least part of a line that stands in the other strip too, if the line is to go."""

LEAST_SAME = 0.75
"""The least part of two aligned readings that is the same; the rest was misread in one of them."""

ALONE = 0.7
"""The least part of it that is one passage; the rest may be of another column, read on the same line."""

MOST = 0.6
"""The most of a page that can stand in its strips twice; what repeats itself more is something else."""

UNRELATED = -2.0
"""Log-odds of a junction below which two lines do not belong together."""

SLIP = 3
"""So many letters, not more, may be misread between two that are the same."""


class Pairs(NamedTuple):
    """Two readings of the same print, letter by letter: ``here[k]`` was read again as ``there[k]`` (places of the key)."""

    here: npt.NDArray[np.int64]
    there: npt.NDArray[np.int64]
    same: npt.NDArray[np.bool_]


class Copy(NamedTuple):
    """Lines to drop, the span of the key that they repeat, and how like it they are."""

    lines: range
    of: tuple[int, int]
    likeness: float
    alone: bool
    """Whether they repeat one passage: not lines of several columns read as one."""


def pairs(key: Key, chain: Sequence[Run]) -> Pairs:
    """Align the two places of a chain of runs, read on over single misreadings at both ends."""
    text = key.text
    head, tail = chain[0], chain[-1]
    i1, j1 = tail.first + tail.n, tail.again + tail.n
    i, j = max(0, head.first - MAX_GAP), max(min(i1, head.again), head.again - MAX_GAP)
    i, j = reach(text, head.first, head.again, -1, i, j)
    i1, j1 = reach(text, i1, j1, 1, min(max(i1, head.again), i1 + MAX_GAP), min(len(text), j1 + MAX_GAP))
    here: list[int] = []
    there: list[int] = []
    for run in (*chain, Run(i1, j1, 0)):
        a, b = text[i : run.first], text[j : run.again]
        for tag, a0, a1, b0, b1 in Levenshtein.opcodes(a, b):
            n = int(a1) - int(a0)
            if tag == "equal" or (tag == "replace" and n == int(b1) - int(b0) <= SLIP):
                here += range(i + int(a0), i + int(a1))
                there += range(j + int(b0), j + int(b1))
        i, j = max(i, run.first), max(j, run.again)
        n = min(run.first + run.n - i, run.again + run.n - j)
        if n > 0:
            here += range(i, i + n)
            there += range(j, j + n)
            i, j = i + n, j + n
    xs, ys = np.array(here, np.int64), np.array(there, np.int64)
    return Pairs(xs, ys, key.codes[xs] == key.codes[ys])


class Seam(NamedTuple):
    """Where two strips of a page meet: some place of the key from ``low`` to ``high``."""

    low: int
    high: int

    def between(self, first: int, again: int) -> bool:
        """Whether a passage that ends at one place and one that begins at another lie on both sides of it."""
        return first <= self.high and again >= self.low


def seams(matches: Sequence[tuple[int, int]]) -> list[Seam]:
    """The fewest seams that lie between all of the matches, each told by where its first side ends and the second begins."""
    found: list[Seam] = []
    for end, begin in sorted(matches, key=lambda match: match[1]):
        if found and end <= found[-1].high:
            found[-1] = Seam(max(end, found[-1].low), found[-1].high)
        else:
            found.append(Seam(end, begin))
    return found


class _Reading(NamedTuple):
    """A passage that two strips have in common, and the lines that it touches on both sides."""

    pairs: Pairs
    first: range
    again: range


def fluency(texts: Sequence[str]) -> list[float]:
    """How much each text reads like language: less where more characters were misread or left out."""
    ends = np.cumsum([len(text) + 1 for text in texts])
    return [float(part.sum()) for part in np.split(load().context_gain("\n".join(texts)), ends[:-1] - 1)]


def _lines_of(lines: Lines, places: npt.NDArray[np.int64]) -> range:
    return range(bisect_right(lines.keys, int(places[0])) - 1, bisect_right(lines.keys, int(places[-1])))


def _boundary(lines: Lines, place: int) -> int | None:
    """The boundary between two lines at a place of the key; None if a sentence ends there."""
    b = bisect_left(lines.keys, place)
    inner = 0 < b < len(lines.keys) - 1 and lines.keys[b] == place
    return b if inner and not lines.sentence_ends(place) else None


def _may_be_cut(lines: Lines, chain: Sequence[Run]) -> bool:
    """Whether lines break in mid-sentence near one end of a chain of runs, on both sides."""
    head, tail = chain[0], chain[-1]
    ends = (head.first, head.again), (tail.first + tail.n, tail.again + tail.n)
    if sum(run.n for run in chain) < SURE - SLIP:
        return False
    return any(all(_breaks_near(lines, place) for place in pair) for pair in ends)


def _breaks_near(lines: Lines, place: int) -> bool:
    for at in lines.keys[bisect_left(lines.keys, place - SHORT) : bisect_right(lines.keys, place + SHORT)]:
        if 0 < at < len(lines.key.text) and not lines.sentence_ends(at):
            return True
    return False


def _cut_edges(lines: Lines, readings: Sequence[_Reading]) -> list[int]:
    """At how many of its two ends each reading is one piece of print, not one text printed twice: both places break
    off at the end of a line in mid-sentence, and at one of them the lines run on without a break between paragraphs."""
    asked: list[tuple[int, int]] = []
    for k, reading in enumerate(readings):
        here, there, _ = reading.pairs
        inner = slice(int(lines.key.places[here[0]]), int(lines.key.places[here[-1]]))
        if len(here) < SURE or PROSE.search(lines.text[inner]) is None:
            continue
        for first, again in ((int(here[0]), int(there[0])), (int(here[-1]) + 1, int(there[-1]) + 1)):
            bounds = _boundary(lines, first), _boundary(lines, again)
            if None not in bounds:
                asked += [(k, b) for b in bounds if b is not None and _runs_on(lines, b)]
    edges = [0] * len(readings)
    odds = load().junction(*_around(lines, [b for _, b in asked])).tolist() if asked else []
    for (k, _), odd in zip(asked, odds, strict=True):
        edges[k] += odd > UNRELATED
    return edges


def _runs_on(lines: Lines, boundary: int) -> bool:
    between = lines.between(boundary)
    pieces = LINE_BREAK.split(between)
    return len(pieces) == 2 and not pieces[1].startswith(("\u3000", "  ", "\t"))


def _filled(lines: Lines, reading: _Reading) -> _Reading:
    """A reading with the rest of its first and last line, if it is as long on both sides, short, and without a number."""
    here, there, same = reading.pairs
    if len(here) < SURE:
        return reading
    keys, text = lines.keys, lines.key.text
    before = int(here[0]) - keys[reading.first.start], int(there[0]) - keys[reading.again.start]
    behind = keys[reading.first.stop] - 1 - int(here[-1]), keys[reading.again.stop] - 1 - int(there[-1])
    n, m = (min(gap) if abs(gap[0] - gap[1]) <= 1 and min(gap) < SHORT else 0 for gap in (before, behind))
    for at in here, there:
        n = 0 if _DIGIT.search(text, at[0] - n, at[0]) else n
        m = 0 if _DIGIT.search(text, at[-1] + 1, at[-1] + 1 + m) else m
    here, there = (
        np.concatenate([np.arange(at[0] - n, at[0]), at, np.arange(at[-1], at[-1] + m) + 1]) for at in (here, there)
    )
    return reading._replace(pairs=Pairs(here, there, np.pad(same, (n, m))))


_DIGIT = re.compile("[0-9]")


def _fits(lines: Lines, reading: _Reading) -> bool:
    """Whether the lines of both places begin and end together; where columns were read as one line, at their gaps."""
    here, there, _ = reading.pairs
    met = asked = 0
    for ours, theirs, touched in ((here, there, reading.first), (there, here, reading.again)):
        for k in (*touched, touched.stop):
            at = lines.keys[k]
            n = int(np.searchsorted(ours, at))
            if n < len(ours) and (n or ours[n] - at <= 1):
                place = int(theirs[n])
            elif n == len(ours) and at - ours[-1] <= 2:
                place = int(theirs[-1]) + 1
            else:
                continue
            asked += 1
            near = len(here) >= (2 if k in (touched.start, touched.stop) else 4) * SHORT
            beside = (place, place - 1, place + 1) if near else (place,)
            gaps = [_between(lines, p) for p in beside]
            met += any(_GAP.search(gap) or (len(here) >= SURE and _QUOTE.search(gap)) for gap in gaps)
    return asked >= 2 and met >= 0.75 * asked


_GAP = re.compile(r"[\n\r]|[ \u3000]{2}|[|]")
_COLUMNS = re.compile(r"\S(?:[ \u3000]{3,}|[ \u3000]*[|][ \u3000]*)\S")
_QUOTE = re.compile(r"[”“’‘\"]")  # engines read a gap between columns as a quotation mark


def _between(lines: Lines, place: int) -> str:
    """What stands between two letters of the key."""
    places = lines.key.places
    if not 0 < place < len(places):
        return "\n"
    return lines.text[int(places[place - 1]) + 1 : int(places[place])]


def _readings(lines: Lines, chains: Sequence[Sequence[Run]]) -> list[_Reading]:
    """The chains that, aligned, fit the lines of both places."""
    readings: list[_Reading] = []
    for chain in chains:
        aligned = pairs(lines.key, chain)
        if len(aligned.here) >= SHORT and aligned.same.mean() >= LEAST_SAME:
            readings.append(_Reading(aligned, _lines_of(lines, aligned.here), _lines_of(lines, aligned.there)))
    return [reading for reading in readings if _fits(lines, reading)]


def read_twice(lines: Lines, chains: Sequence[Sequence[Run]]) -> list[Copy]:
    """The lines that were read twice, the worse one of each two; none if the page was not read in strips.

    Args:
        lines: the lines of the page.
        chains: what two places of the page have in common, the longest first.
    """
    shared = sum(run.n for chain in chains for run in chain if run.n >= SURE)
    cut = [chain for chain in chains if _may_be_cut(lines, chain)]
    if shared > MOST * len(lines.key.text) or len(cut) < 2:
        return []
    edges = _cut_edges(lines, _readings(lines, cut))
    if sum(n > 0 for n in edges) < 2:
        return []  # most pages
    readings = _readings(lines, chains)
    edges = _cut_edges(lines, readings)
    firsts, agains = np.zeros(len(lines.key.text), bool), np.zeros(len(lines.key.text), bool)
    for reading in readings:
        firsts[reading.pairs.here], agains[reading.pairs.there] = True, True
    thrice = firsts & agains  # a refrain, not print at the edge of a strip
    sure = [
        reading
        for reading, n in zip(readings, edges, strict=True)
        if n and not (thrice[reading.pairs.here] | thrice[reading.pairs.there]).any()
    ]
    if len(sure) < 2 or sum(len(reading.pairs.here) for reading in sure) < 3 * SURE:
        return []
    places = seams([(int(reading.pairs.here[-1]) + 1, int(reading.pairs.there[0])) for reading in sure])
    straddling = []
    for reading in readings:
        ends = int(reading.pairs.here[-1]) + 1, int(reading.pairs.there[0])
        crossed = [k for k, seam in enumerate(places) if seam.between(*ends)]
        if len(crossed) == 1:
            seam = places[crossed[0]]
            places[crossed[0]] = Seam(max(seam.low, ends[0]), min(seam.high, ends[1]))
            straddling.append(_filled(lines, reading))
    return list(_copies(lines, straddling))


def _copies(lines: Lines, readings: Sequence[_Reading]) -> Iterator[Copy]:
    keys, n = np.array(lines.keys), len(lines.key.text)
    sizes = np.diff(keys)
    line_of = np.repeat(np.arange(len(sizes)), sizes)
    covered = np.zeros(n, bool)
    alone = np.zeros(len(sizes), bool)  # lines that are of one passage, not of columns read as one
    for reading in readings:
        here, there, _ = reading.pairs
        for ours, theirs, touched in ((here, there, reading.first), (there, here, reading.again)):
            covered[ours] = True
            ends = np.searchsorted(ours, keys[touched.start : touched.stop + 1])
            wide = theirs[np.maximum(ends[1:] - 1, 0)] - theirs[np.minimum(ends[:-1], len(ours) - 1)]
            size = sizes[touched.start : touched.stop]
            alone[touched.start : touched.stop] |= (np.diff(ends) >= ALONE * size) & (wide <= 1.3 * size + SLIP)
    gaps = np.zeros(len(sizes), bool)
    for k in np.flatnonzero(alone).tolist():
        gaps[k] = _COLUMNS.search(lines.text, lines.start(k), lines.end(k)) is not None
    least = np.minimum(COVERED * sizes, sizes - 1)
    whole = np.add.reduceat(covered, keys[:-1]) >= least
    goes = np.zeros(n, bool)  # letters that one of the readings would rather drop
    for reading in readings:
        here, there, _ = reading.pairs
        ours, theirs = line_of[here], line_of[there]
        stays = (
            ~(whole[ours] & alone[theirs]) | (gaps[theirs] & ~gaps[ours]),
            ~(whole[theirs] & alone[ours]) | (gaps[ours] & ~gaps[theirs]),
        )
        cut = _cut(lines, reading, stays)
        goes[here[cut:][~stays[0][cut:]]] = goes[there[:cut][~stays[1][:cut]]] = True
    dropped = np.add.reduceat(goes, keys[:-1]) >= least
    for reading in readings:  # one of the two stays
        here, there, _ = reading.pairs
        both = dropped[line_of[here]] & dropped[line_of[there]]
        dropped[np.unique(line_of[there[both]])] = False
    told = np.zeros(len(sizes), bool)
    for reading in readings:
        here, there, same = reading.pairs
        for ours, theirs, touched in ((here, there, reading.first), (there, here, reading.again)):
            lost = [k for k in touched if dropped[k] and not told[k]]
            for _, run in groupby(enumerate(lost), key=lambda at: (at[1] - at[0], bool(alone[at[1]]))):
                part = [k for _, k in run]
                start, end = int(keys[part[0]]), int(keys[part[-1] + 1])
                at = slice(*np.searchsorted(ours, (start, end)).tolist())
                if at.stop > at.start:
                    told[part] = True
                    of = int(theirs[at.start]), int(theirs[at.stop - 1]) + 1
                    like = 2 * int(same[at].sum()) / max(end - start + of[1] - of[0], 2)
                    yield Copy(range(part[0], part[-1] + 1), of, like, bool(alone[part[0]]))


def _cut(lines: Lines, reading: _Reading, stays: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]) -> int:
    """How many letters of the first reading stay: from there on the second one does. One of the two may stay whole."""
    here, there, _ = reading.pairs
    costs = []
    for ours, touched in ((here, reading.first), (there, reading.again)):
        start, end = int(ours[0]), int(ours[-1]) + 1
        gain = np.concatenate([[0], load().context_gain(lines.key.text[start:end]).cumsum()])
        cost = -np.diff(gain[ours - start + 1], prepend=0)
        if not _in_context(lines, touched):
            cost[0] += 8
        for line in touched:
            at = slice(*np.searchsorted(ours, (lines.keys[line], lines.keys[line + 1])).tolist())
            if at.stop - at.start < ALONE * (lines.keys[line + 1] - lines.keys[line]):  # of two columns
                cost[at] += 1
        costs.append(np.concatenate([[0], cost.cumsum()]))
    first, again = costs
    left, right = (np.concatenate([[0], 20 * side.cumsum()]) for side in stays)  # what cannot go stands twice
    # the first stays up to a cut, the second from there on
    total = first + again[-1] - again + left[-1] - left + right
    ends = {0, len(here)}
    for line in reading.first:
        k = int(np.searchsorted(here, lines.keys[line + 1]))
        if 0 < k < len(here) and lines.keys[bisect_left(lines.keys, int(there[k]))] == there[k]:
            ends.add(k)
    best = min(ends, key=lambda k: (float(total[k]), -k))
    return len(here) if total[-1] <= total[best] + 3 else best


def _in_context(lines: Lines, touched: range) -> bool:
    """Whether the line before some lines may lead up to them, or they to the line behind them."""
    bounds = [b for b in (touched.start, touched.stop) if 0 < b < len(lines.keys) - 1 and _runs_on(lines, b)]
    if any(lines.sentence_ends(lines.keys[b]) for b in bounds):
        return True
    return any(odds > UNRELATED for odds in load().junction(*_around(lines, bounds)).tolist())


def _around(lines: Lines, bounds: Sequence[int]) -> tuple[list[str], list[str]]:
    """The line before each boundary, and the one behind it."""
    text = lines.text
    lefts = [text[lines.start(b - 1) : lines.end(b - 1)].rstrip() for b in bounds]
    return lefts, [text[lines.start(b) : lines.end(b)].strip() for b in bounds]
