"""Characters that an OCR engine took for others of like shape: 己经 for 已经, 侯选 for 候选.

The table says which characters are alike. A place is looked at when the pair that a character makes with a neighbour has
not been seen in newspapers while both pairs of its double have; then the language model judges. Only what it is very
sure of is done: names and classical phrases make unseen pairs too.
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

__all__ = ["CONFUSABLES", "alternatives", "confusables", "proposals"]

# log-odds at which a repair is carried out, measured by benchmarks/confusions.py: where neither pair of the character as it
# stands has been seen, and where one has
STRANGE = 11.5
FAMILIAR = 13.5
GUESS = 5.0  # and at which it is suggested
MEANT = 5.0  # what is asked in addition where the page has the same pair again
PAGE = 20_000  # how far to both sides the page is searched
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
    before: npt.NDArray[np.uint8]  # packed bits by row and column of the character before
    after: npt.NDArray[np.uint8]
    first: npt.NDArray[np.int64]  # of each row, where its alternatives begin in the next
    other: npt.NDArray[np.int64]  # code points of alternatives

    def seen(self, bits: npt.NDArray[np.uint8], rows: npt.NDArray[Any], columns: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Whether each pair of a row and a column has been seen."""
        return (bits[rows, columns >> 3] >> (7 - (columns & 7)).astype(np.uint8)) & 1 == 1


@functools.cache
def _known() -> _Known:
    with (files("newsclean") / "data" / "confusables.npz").open("rb") as file, np.load(file) as arrays:
        rows, columns, before, after = (arrays[name] for name in ("rows", "columns", "before", "after"))
    row = np.full(0x10000, -1, np.int16)
    row[rows] = np.arange(len(rows))
    column = np.full(0x10000, len(columns), np.int16)
    column[columns] = np.arange(len(columns))
    table = alternatives()
    others = [[ord(other) for other in "".join(table[chr(c)])] for c in rows]
    first = np.concatenate([[0], np.cumsum([len(o) for o in others])])
    return _Known(row, column, before, after, first, np.array([o for row in others for o in row]))


class Proposal(NamedTuple):
    """Another character for the one at a place, and by how much the language model prefers it."""

    start: int
    new: str
    odds: float
    near: bool  # a stroke sets the two apart
    strange: bool  # neither of the pairs that the character makes with its neighbours has been seen


def proposals(text: str) -> Iterator[Proposal]:
    """The best other character for each place where one fits better, by the language model.

    >>> [(p.start, p.new) for p in proposals("工程己经完工")]
    [(2, '已')]
    """
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    places = np.flatnonzero((points > 32) & (points != 0x3000) & (points != 0xA0))
    for start in range(0, len(places), CHUNK):  # chunks share their edges
        yield from _chunk(points, places[max(0, start - 4) : start + CHUNK + 4], start > 0)


def _chunk(points: npt.NDArray[np.uint32], places: npt.NDArray[np.int64], cut: bool) -> Iterator[Proposal]:
    known = _known()
    page = np.minimum(points[places], 0xFFFF)
    rows, columns = known.row[page], known.column[page]
    inner = np.flatnonzero(rows[1:-1] >= 0) + 1
    if cut:
        inner = inner[inner >= 4]
    inner = inner[inner < CHUNK + 4]
    row, before, after = rows[inner], columns[inner - 1], columns[inner + 1]
    seen_before, seen_after = known.seen(known.before, row, before), known.seen(known.after, row, after)
    odd = ~(seen_before & seen_after)
    strange = ~(seen_before | seen_after)[odd]
    inner, row, before, after = inner[odd], row[odd], before[odd], after[odd]
    # each place with each of its alternatives whose pairs are known
    counts = known.first[row + 1] - known.first[row]
    which = np.repeat(np.arange(len(inner)), counts)
    other = known.other[np.arange(len(which)) - np.repeat(counts.cumsum() - counts, counts) + known.first[row][which]]
    other_row = known.row[other]
    fits = known.seen(known.before, other_row, before[which]) & known.seen(known.after, other_row, after[which])
    which, other = which[fits], other[fits]
    if not len(which):
        return
    text = points[places].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    at = inner[which]
    odds = load().replacement_odds(text, at, at + 1, [chr(c) for c in other])
    table = alternatives()
    best: dict[int, tuple[float, str, int]] = {}
    for item, character, odd_of in zip(which.tolist(), other.tolist(), odds.tolist(), strict=True):
        best[item] = max(best.get(item, (0.0, "", 0)), (odd_of, chr(character), item))
    for item, (odd_of, new, _) in sorted(best.items()):
        if odd_of > 0:
            place = int(inner[item])
            yield Proposal(int(places[place]), new, odd_of, new in table[text[place]][0], bool(strange[item]))


def confusables(text: str) -> Iterator[Edit]:
    """Characters that were taken for others of like shape, where the language model is sure of the other.

    What is only likely is suggested. A word that the page has more than once as it stands is taken to be meant.

    >>> CONFUSABLES("工程己经完工，侯选人名单公布")
    '工程已经完工，候选人名单公布'
    >>> CONFUSABLES("他自己解决；诸侯；曰本人；拔河比赛")
    '他自己解决；诸侯；曰本人；拔河比赛'
    """
    for place, new, odds, near, strange in proposals(text):
        if odds < GUESS:
            continue
        least = (STRANGE if strange else FAMILIAR) + (MEANT if _meant(text, place, new) else 0)
        level = Level.LIKELY if near and odds >= least else Level.GUESS
        reason = f"{text[place]} looks like {new}, which fits here (log-odds {odds:.1f})"
        yield Edit(place, place + 1, new, "confusables", level, reason)


def _meant(text: str, place: int, new: str) -> bool:
    """Whether the page has a pair with the character as it stands again, and never the same pair with the other."""
    near = max(0, place - PAGE), place + PAGE
    for before, after in ((text[max(0, place - 1) : place], ""), ("", text[place + 1 : place + 2])):
        if _HAN.fullmatch(before + after) and text.count(before + text[place] + after, *near) > 1:
            return not text.count(before + new + after, *near)
    return False


CONFUSABLES = Step("confusables", confusables)
