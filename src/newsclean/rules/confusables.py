"""Characters that an OCR engine took for others of like shape: 己经 for 已经, 侯选 for 候选.

The table says which characters are alike. A place is looked at when the pair that a character makes with a neighbour has
not been seen in newspapers while those of its double have; then the language model judges. Only what it is very sure of
is done: names and classical phrases make unseen pairs too.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from newsclean.chars import HAN
from newsclean.edits import Edit, Level
from newsclean.language import load
from newsclean.steps import Step

__all__ = ["alternatives", "confusables", "confusables_step", "proposals"]

LEAST = 16.0  # evidence at which a repair is carried out, measured by benchmarks/confusions.py
GUESS = 5.0  # and at which it is suggested
WORD = 0.4  # what each doubling adds by which the other character's pair with a neighbour is better known
MEANT = 7.5  # what it costs that the page has the same pair again
MISREAD = 7.5  # what it adds that the word is one that only a misreading makes
PAGE = 20_000  # how far to both sides the page is searched
SELDOM = 3  # log2(1 + count) of a pair at which a place is looked at
GAIN = 5  # and by how much the pairs of another character must be better known, both together and one alone
LOSS = -4  # and each
SIDE = 3  # characters on each side that the language model reads
CHUNK = 1 << 16  # characters in one go


_HAN = re.compile(f"[{HAN}]")


@functools.cache
def alternatives() -> dict[str, tuple[str, str]]:
    """Characters, those that a stroke sets apart from them, and those that are less alike.

    >>> near, less = alternatives()["己"]
    >>> "已" in near
    True
    """
    table = (files("newsclean") / "data" / "confusables.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {character: (near, less) for character, near, less in rows}


class _Known(NamedTuple):
    """Which neighbours the confusable characters have been seen with, and the table as arrays."""

    row: npt.NDArray[np.int16]  # of each code point of the basic plane; -1: not confusable
    column: npt.NDArray[np.int16]  # of each code point of the basic plane
    before: npt.NDArray[np.uint8]  # log2(1 + count), two columns in a byte, by row and column of the character before
    after: npt.NDArray[np.uint8]
    first: npt.NDArray[np.int64]  # of each row, where its alternatives begin in the next
    other: npt.NDArray[np.int64]  # code points of alternatives

    def seen(
        self, counts: npt.NDArray[np.uint8], rows: npt.NDArray[Any], columns: npt.NDArray[Any]
    ) -> npt.NDArray[np.int8]:
        """How often each pair of a row and a column has been seen: log2(1 + count)."""
        level: npt.NDArray[np.int8] = (
            (counts[rows, columns >> 1] >> (4 - 4 * (columns & 1)).astype(np.uint8)) & 15
        ).astype(np.int8)
        return level


@functools.cache
def _known() -> _Known:
    with (files("newsclean") / "data" / "confusables.npz").open("rb") as file, np.load(file) as arrays:
        rows, columns, before, after = (arrays[name] for name in ("rows", "columns", "before", "after"))
    row = np.full(0x10000, -1, np.int16)
    row[rows] = np.arange(len(rows))
    column = np.full(0x10000, len(columns), np.int16)
    column[columns] = np.arange(len(columns))
    column[ord("\n")] = column[ord("。")]
    table = alternatives()
    others = [[ord(other) for other in table[chr(c)][0]] for c in rows]
    first = np.concatenate([[0], np.cumsum([len(o) for o in others])])
    return _Known(row, column, before, after, first, np.array([o for row in others for o in row]))


class Proposal(NamedTuple):
    """Another character for the one at a place, and by how much the language model prefers it."""

    start: int
    new: str
    odds: float
    seen: int  # log2(1 + count) of its better known pair with a neighbour, as it stands
    gain: int  # by how much the pairs of the other character are better known, in the same measure
    word: int  # the same for the neighbour where it is most


def proposals(text: str) -> Iterator[Proposal]:
    """The best other character, a stroke apart, for each place where one fits better by the language model.

    >>> [(p.start, p.new) for p in proposals("工程己经完工")]
    [(2, '已')]
    """
    points = np.frombuffer(f"\n{text}\n".encode("utf-32-le", "surrogatepass"), np.uint32)
    blank = (points <= 32) | (points == 0x3000) | (points == 0xA0)
    blank[0] = blank[-1] = False
    places = np.flatnonzero(~blank)
    for start in range(1, max(2, len(places) - 1), CHUNK):  # chunks share their edges
        yield from _chunk(points, places, start, min(start + CHUNK, len(places) - 1))


def _chunk(points: npt.NDArray[np.uint32], places: npt.NDArray[np.int64], start: int, end: int) -> Iterator[Proposal]:
    """Proposals for the places from start to end."""
    known = _known()
    offset = max(0, start - 4)
    places = places[offset : end + 4]
    page = np.minimum(points[places], 0xFFFF)
    rows, columns = known.row[page], known.column[page]
    at = np.flatnonzero(rows[start - offset : end - offset] >= 0) + (start - offset)
    row, before, after = rows[at], columns[at - 1], columns[at + 1]
    left, right = known.seen(known.before, row, before), known.seen(known.after, row, after)
    odd = np.minimum(left, right) <= SELDOM
    at, row, before, after, left, right = at[odd], row[odd], before[odd], after[odd], left[odd], right[odd]
    # each place with each of its alternatives that are better known there
    counts = known.first[row + 1] - known.first[row]
    which = np.repeat(np.arange(len(at)), counts)
    other = known.other[np.arange(len(which)) - np.repeat(counts.cumsum() - counts, counts) + known.first[row][which]]
    other_row = known.row[other]
    more_left = known.seen(known.before, other_row, before[which]) - left[which]
    more_right = known.seen(known.after, other_row, after[which]) - right[which]
    gain, word = more_left + more_right, np.maximum(more_left, more_right)
    fits = (gain >= GAIN) & (word >= GAIN) & (np.minimum(more_left, more_right) >= LOSS)
    which, other, gain, word = which[fits], other[fits], gain[fits], word[fits]
    if not len(which):
        return
    here = at[which]
    around = np.clip(here[:, None] + np.arange(-SIDE, SIDE + 1), 0, len(places) - 1)
    text = points[places[around.ravel()]].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    middle = np.arange(len(here)) * (2 * SIDE + 1) + SIDE
    odds = load().replacement_odds(text, middle, middle + 1, [chr(c) for c in other])
    last = -1
    for item in np.lexsort((-odds, here)).tolist():
        place, new = int(here[item]), chr(other[item])
        if place != last and odds[item] > 0:
            seen = int(max(left[which[item]], right[which[item]]))
            yield Proposal(int(places[place]) - 1, new, float(odds[item]), seen, int(gain[item]), int(word[item]))
        last = place


@functools.cache
def _misread_words() -> dict[str, str]:
    table = (files("newsclean") / "data" / "misread_words.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))


def confusables(text: str, least: float = LEAST) -> Iterator[Edit]:
    """Characters that were taken for others of like shape, where the language model is sure of the other.

    What is only likely is suggested. A word that the page has more than once as it stands is taken to be meant.

    Args:
        text: a page or any piece of it.
        least: the evidence that a repair needs, about in log-odds. A page known to be full of misreadings may do with
            less.

    >>> confusables_step("工程己经完工，侯选人名单公布")
    '工程已经完工，候选人名单公布'
    >>> confusables_step("他自己解决；诸侯；拔河比赛")
    '他自己解决；诸侯；拔河比赛'
    """
    for found in proposals(text):
        place, new, odds = found.start, found.new, found.odds
        evidence = odds + WORD * found.word
        if odds >= GUESS and _misread(text, place, new):
            evidence += MISREAD
        elif evidence >= GUESS and _meant(text, place, new):
            evidence -= MEANT
        if evidence >= GUESS:
            level = Level.LIKELY if evidence >= least else Level.GUESS
            reason = f"{text[place]} looks like {new}, which fits here (log-odds {odds:.1f})"
            yield Edit(place, place + 1, new, "confusables", level, reason)


def _misread(text: str, place: int, new: str) -> bool:
    """Whether the character stands in a word that only a misreading makes, and its double in the word meant."""
    words = _misread_words()
    for size in (2, 3, 4):
        for start in range(max(0, place - size + 1), place + 1):
            right = words.get(text[start : start + size])
            if right and right[place - start] == new:
                return True
    return False


def _meant(text: str, place: int, new: str) -> bool:
    """Whether the page has a pair with the character as it stands again, and never the same pair with the other."""
    near = max(0, place - PAGE), place + PAGE
    for before, after in ((text[max(0, place - 1) : place], ""), ("", text[place + 1 : place + 2])):
        if _HAN.fullmatch(before + after) and text.count(before + text[place] + after, *near) > 1:
            return not text.count(before + new + after, *near)
    return False


confusables_step = Step("confusables", confusables)
