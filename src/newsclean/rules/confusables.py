"""Characters that an OCR engine took for others of like shape: 己经 for 已经, 侯选 for 候选.

The table says which characters are alike. A place is looked at when the pair that a character makes with a neighbour has
not been seen in newspapers while those of its double have; then the language model judges. Only what it is very sure of
is done: names and classical phrases make unseen pairs too.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsclean.chars import HAN
from newsclean.edits import Edit, Level
from newsclean.language import load
from newsclean.steps import Step

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]

__all__ = ["alternatives", "confusables", "confusables_step", "proposals"]

LEAST = 16.0  # evidence at which a repair is carried out, measured by benchmarks/confusions.py
GUESS = 5.0  # and at which it is suggested
SOME = 5.0  # the least log-odds at which a misread word of two characters is taken for one
LONGER = -1.5  # what each character more adds to it
CHANCE = 2.0  # what each doubling adds by which it stands in newspapers by chance
WORD = 0.4  # what each doubling adds by which the other character's pair with a neighbour is better known
MEANT = 7.5  # what it costs that the page has the same pair again
MISREAD = 12.0  # what it adds that the word is one that only a misreading makes
TWIN = 5.0  # what it adds that engines take the two characters for each other day by day
LIMIT, LIMIT_A_GAIN = 8.0, 2.0  # above it, and so much a doubling of its gain, the log-odds of few repairs are (benchmarks/confusions.py measure)
PAGE = 20_000  # how far to both sides the page is searched
SELDOM = 3  # log2(1 + count) of a pair at which a place is looked at
GAIN = 5  # and by how much the pairs of another character must be better known, both together and one alone
LOSS = -4  # and each
TWIN_GAIN = 3  # or one pair of a twin, whatever the other one
SIDE = 3  # characters on each side that the language model reads
CHUNK = 1 << 14  # characters in one go


_REACH = 4  # characters of a word on either side of one
_HAN = re.compile(f"[{HAN}]")
# of the cycle of sixty years; and who is called A or B
_CYCLE = re.compile("[甲乙丙丁戊己庚辛壬癸][巳戌午申]|戊[辰寅子戌申午]|[巳戌]时|[张李王赵刘陈某][甲乙丙丁]")
_SURNAME = "[张李王刘陈杨赵黄周吴徐孙朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范石廖贾夏邹熊孟秦邱江]"
_NAMED = re.compile(f"[者员民长记任席授生表演手辑影士师] ?{_SURNAME}.?$")  # 记者 李
_TITLED = re.compile(f"{_SURNAME}.{{1,2}}(?:同志|先生|女士|老师|教授)")


@functools.cache
def twins(table: str) -> frozenset[str]:
    """Pairs of characters of almost one shape, each both ways: ``"twins"`` by hand, ``"twins_by_image"``."""
    rows = (files("newsclean") / "data" / f"{table}.txt").read_text(encoding="utf-8").splitlines()
    groups = [group for row in rows if not row.startswith("#") for group in row.split()]
    return frozenset(a + b for group in groups for a in group for b in group if a != b)


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


class _Other(NamedTuple):
    """An alternative to a character."""

    base: int  # of its pairs
    point: int
    twin: bool
    enough: float  # the evidence that it needs
    misread: frozenset[str]  # what stands beside the one in misread words in which it stands for the other


class _Known(NamedTuple):
    """What is known of pairs of a confusable character and a neighbour.

    A pair's number is the base of the character and the column of the neighbour. The two tables have a byte for each
    pair: its upper half is for the neighbour before, its lower half for the one behind.
    """

    base: Places  # of each code point of the basic plane
    column: Places  # of each code point of the basic plane
    seen: memoryview  # of each pair: log2(1 + count)
    better: Bytes  # of each pair: by how much one with another character is better known, from 1 for LOSS to its most,
    # and _TWIN where a twin is by TWIN_GAIN
    looked_at: npt.NDArray[np.bool_]  # whether a place is, for the two halves of ``better`` that it has
    others: list[list[_Other]]  # of each row: its alternatives


_FULL = np.ones(0x10000, bool)  # what is no blank
_FULL[[*range(33), 0x3000, 0xA0]] = False
_SIDES = np.arange(-SIDE, SIDE + 1)
_COLUMNS = 4096
_HALF, _UPPER, _LOWER = (np.array(n, np.uint8) for n in (4, 0xF0, 0x0F))
_MOST = GAIN - LOSS  # beyond which it does not matter how much better a pair is known
_TWIN = 15


@functools.cache
def _known() -> _Known:
    with (files("newsclean") / "data" / "confusables.npz").open("rb") as file, np.load(file) as arrays:
        rows, columns, before, after = (arrays[name] for name in ("rows", "columns", "before", "after"))
    seen = np.zeros((len(rows) + 1, _COLUMNS), np.uint8)  # two columns in a byte of before and after
    seen[:-1, ::2] = before & 0xF0 | after >> 4
    seen[:-1, 1::2] = before << 4 | after & 15
    none = len(rows) * _COLUMNS
    base = np.full(0x10000, none, np.int32)
    base[rows] = np.arange(0, none, _COLUMNS)
    column = np.full(0x10000, len(columns), np.int32)
    column[columns] = np.arange(len(columns))
    column[ord("\n")] = column[ord("。")]
    alike = twins("twins") | twins("twins_by_image")

    def other(character: str, new: str) -> _Other:
        pair, place = character + new, ord(new)
        needed, beside = _enough().get(pair, LEAST), _beside_misread().get(pair, frozenset())
        return _Other(int(base[place]), place, pair in alike, needed, beside)

    others = [[other(chr(row), new) for new in alternatives()[chr(row)][0]] for row in rows]
    for misread, (word, _) in _misread_words().items():
        at = next(i for i, (a, b) in enumerate(zip(misread, word, strict=True)) if a != b)
        pairs = seen[base[ord(misread[at])] // _COLUMNS]
        for neighbour, half in ((misread[at - 1 : at], 0xF0), (misread[at + 1 : at + 2], 15)):
            if neighbour:
                place = column[ord(neighbour)]
                pairs[place] = int(pairs[place]) & ~half  # however often newspapers themselves misprint it
    better = _steps(seen >> _HALF, others) << _HALF | _steps(seen & _LOWER, others)
    steps = np.arange(16) - 1 + LOSS
    one, two = np.repeat(steps, 16), np.tile(steps, 16)
    looked_at = (np.minimum(one, two) >= LOSS) & (np.maximum(one, two) >= GAIN) & (one + two >= GAIN)
    looked_at |= (one == steps[_TWIN]) | (two == steps[_TWIN])
    return _Known(base, column, seen.ravel().data, better.ravel(), looked_at, others)


def _steps(seen: Bytes, others: list[list[_Other]]) -> Bytes:
    """By how much the best known of the alternatives of each row is better known with each neighbour, from 1 for LOSS."""
    best, twin = np.zeros_like(seen), np.zeros_like(seen)
    for nth in range(max(map(len, others))):
        rows = [row for row, alike in enumerate(others) if len(alike) > nth]
        best[rows] = np.maximum(best[rows], seen[[others[row][nth].base // _COLUMNS for row in rows]])
        rows = [row for row in rows if others[row][nth].twin]
        twin[rows] = np.maximum(twin[rows], seen[[others[row][nth].base // _COLUMNS for row in rows]])
    steps: Bytes = (np.clip(best.view(np.int8) - seen.view(np.int8), LOSS - 1, _MOST) - (LOSS - 1)).view(np.uint8)
    steps[(twin.view(np.int8) - seen.view(np.int8) >= TWIN_GAIN) & (seen <= SELDOM)] = _TWIN
    return steps


def pairs_known(characters: str, before: str, behind: str) -> list[tuple[int, int]]:
    """How well known the pairs of characters with their neighbours are: log2(1 + count), at most 15."""
    known = _known()
    left, right = (known.column.item(min(ord(c), 0xFFFF)) for c in (before, behind))
    bases = [known.base.item(ord(c)) for c in characters]
    return [(known.seen[base + left] >> 4, known.seen[base + right] & 15) for base in bases]


class Proposal(NamedTuple):
    """Another character for the one at a place, and by how much the language model prefers it."""

    start: int
    new: str
    odds: float
    gain: int  # by how much the pairs of the other character are better known, in the same measure
    word: int  # the same for the neighbour where it is most
    twin: bool  # whether engines take the two for each other day by day


def proposals(text: str, least: float | None = None) -> Iterator[Proposal]:
    """The best other character, a stroke apart, for each place where one fits better by the language model.

    Args:
        text: a page or any piece of it.
        least: leave out places of which no repair can come that needs so much evidence, or what its pair needs.

    >>> [(p.start, p.new) for p in proposals("工程己经完工")]
    [(2, '已')]
    """
    points = np.frombuffer(f"\n{text}\n".encode("utf-32-le", "surrogatepass"), np.uint32)
    full = _FULL.take(points, mode="clip")
    full[0] = full[-1] = True
    (places,) = full.nonzero()
    for start in range(1, max(2, len(places) - 1), CHUNK):  # chunks share their edges
        first = max(0, start - SIDE - 1)
        some = places[first : min(start + CHUNK, len(places) - 1) + SIDE + 1]
        yield from _chunk(text, points, some, start - first, min(CHUNK, len(places) - 1 - start), least)


def _chunk(
    text: str, points: npt.NDArray[np.uint32], places: Ints, start: int, count: int, least: float | None
) -> Iterator[Proposal]:
    """Proposals for so many of the places, from start on; the others are their neighbours."""
    known = _known()
    page = points.take(places)
    column = known.column.take(page[start - 1 : start + count + 1], mode="clip")
    base = known.base.take(page[start : start + count], mode="clip")
    before, behind = base + column[:-2], base + column[2:]
    better = known.better.take(before) & _UPPER | known.better.take(behind) & _LOWER
    (at,) = known.looked_at.take(better).nonzero()
    found: list[tuple[int, _Other, int, int]] = []
    for k in at.tolist():
        others = _better_known(known, int(base[k]), int(before[k]), int(behind[k]))
        if least is None or _may_be_done(text, int(places[start + k]) - 1, others, least):
            found += [(k, *other) for other in others]
    if not found:
        return
    around = np.array([k for k, *_ in found])[:, None] + (start + _SIDES)
    rows = page.take(around, mode="clip").astype(np.int64)
    odds = load().swap_odds(rows, np.array([other.point for _, other, *_ in found])).tolist()
    last = -1
    for item in sorted(range(len(found)), key=lambda item: (found[item][0], -odds[item])):
        k, other, gain, word = found[item]
        if k != last and odds[item] > 0:
            yield Proposal(int(places[start + k]) - 1, chr(other.point), odds[item], gain, word, other.twin)
        last = k


_Better = tuple[_Other, int, int]
"""An alternative, and gain and word of a proposal."""


def _better_known(known: _Known, base: int, before: int, behind: int) -> list[_Better]:
    """The alternatives whose pairs with both neighbours are better known than the pairs of these numbers."""
    seen = known.seen
    left, right = seen[before] >> 4, seen[behind] & 15
    if left > SELDOM and right > SELDOM:
        return []
    better = []
    for other in known.others[base // _COLUMNS]:
        shift = other.base - base
        more_left, more_right = (seen[before + shift] >> 4) - left, (seen[behind + shift] & 15) - right
        least, word = (more_left, more_right) if more_left < more_right else (more_right, more_left)
        if (other.twin and word >= TWIN_GAIN) or (word >= GAIN and least >= LOSS and least + word >= GAIN):
            better.append((other, least + word, word))
    return better


def _may_be_done(text: str, place: int, better: list[_Better], least: float) -> bool:
    """Whether there may be as much evidence for one of the alternatives as a repair needs."""
    for other, gain, word in better:
        most = LIMIT + LIMIT_A_GAIN * gain + WORD * word + TWIN * other.twin
        if most >= min(other.enough, least):
            return True
        if not other.misread.isdisjoint(text[max(0, place - 1) : place + 2]):
            if _misread_odds(text, place, chr(other.point)) is not None:
                return True
    return False


@functools.cache
def _misread_words() -> dict[str, tuple[str, float]]:
    """Words that only a misreading makes, those that were printed, and the least log-odds at which that is believed."""
    table = (files("newsclean") / "data" / "misread_words.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {
        misread: (word, SOME + LONGER * (len(word) - 2) + CHANCE * math.log2(1 + int(count)))
        for misread, word, count in rows
    }


@functools.cache
def _beside_misread() -> dict[str, frozenset[str]]:
    """For the characters in which misread words and those that were printed differ, both in one: what stands beside them."""
    beside: dict[str, set[str]] = {}
    for misread, (word, _) in _misread_words().items():
        for at, pair in enumerate(map("".join, zip(misread, word, strict=True))):
            if pair[0] != pair[1]:
                beside.setdefault(pair, set()).update(misread[max(0, at - 1) : at] + misread[at + 1 : at + 2])
    return {pair: frozenset(characters) for pair, characters in beside.items()}


def confusables(text: str, least: float = LEAST, level: Level = Level.GUESS) -> Iterator[Edit]:
    """Characters that were taken for others of like shape, where the language model is sure of the other.

    What is only likely is suggested. A word that the page has more than once as it stands is taken to be meant.

    Args:
        text: a page or any piece of it.
        least: the evidence that a repair needs, about in log-odds. A page known to be full of misreadings may do with
            less.
        level: what is below this level is not looked for, which is faster.

    >>> confusables_step("工程己经完工，侯选人名单公布")
    '工程已经完工，候选人名单公布'
    >>> confusables_step("他自己解决；诸侯；拔河比赛")
    '他自己解决；诸侯；拔河比赛'
    """
    done_only = level > Level.GUESS
    for found in proposals(text, least if done_only else None):
        place, new = found.start, found.new
        needed = enough(text[place], new, least)
        asked = needed if done_only else GUESS
        if (speaks := evidence(text, found, asked)) >= asked:
            sure = speaks >= needed and not kept(text, place)
            reason = f"{text[place]} looks like {new}, which fits here (log-odds {found.odds:.1f})"
            yield Edit(place, place + 1, new, "confusables", Level.LIKELY if sure else Level.GUESS, reason)


def kept(text: str, place: int) -> bool:
    """Whether the character stands in a word that has it rightly, in a person's name, or in the name of a year."""
    return _kept_in(text[max(0, place - _REACH) : place + _REACH + 1], min(place, _REACH))


@functools.lru_cache(1 << 10)
def _kept_in(piece: str, place: int) -> bool:
    if _CYCLE.search(piece, max(0, place - 1), place + 2) or _NAMED.search(piece[:place]) or _TITLED.search(piece, place - 2):
        return True
    words = _kept_words()
    return any(
        piece[start : start + size] in words
        for size in range(2, _REACH + 2)
        for start in range(max(0, place - size + 1), place + 1)
    )


@functools.cache
def _kept_words() -> frozenset[str]:
    """Words, phrases and names with a character that is easily taken for a misread one."""
    tables = [(files("newsclean") / "data" / name).read_text(encoding="utf-8") for name in ("kept_words.txt", "place_names.txt")]
    return frozenset(word for line in "".join(tables).splitlines() if not line.startswith("#") for word in line.split())


def evidence(text: str, found: Proposal, asked: float = GUESS) -> float:
    """How much speaks for a proposal, about in log-odds: the model, the words, what engines do, the page.

    The page is only looked at where all else comes to what is asked.
    """
    total = found.odds + WORD * found.word + TWIN * found.twin
    if misread(text, found):
        total += MISREAD
    elif total >= asked and _meant(text, found.start, found.new):
        total -= MEANT
    return total


def enough(character: str, new: str, least: float) -> float:
    """The evidence that a repair of this character by this one needs: what was measured, or ``least`` where that is less."""
    needed = _enough().get(character + new, LEAST)
    return needed if least == LEAST else min(least, needed)


@functools.cache
def _enough() -> dict[str, float]:
    """The evidence that pairs of a character and its double need which clean text never comes near, below LEAST."""
    table = (files("newsclean") / "data" / "confusable_evidence.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {pair: float(least) for least, pairs in rows for pair in pairs.split()}


def misread(text: str, found: Proposal) -> bool:
    """Whether the character stands in a word that only a misreading makes, and its double in the word meant."""
    least = _misread_odds(text, found.start, found.new)
    return least is not None and found.odds >= least


def _misread_odds(text: str, place: int, new: str) -> float | None:
    """The least log-odds of the misread words around a character that have the new one in its place; None: no words."""
    if text[place] + new not in _beside_misread():
        return None
    return _misread_odds_in(text[max(0, place - _REACH) : place + _REACH + 1], min(place, _REACH), new)


@functools.lru_cache(1 << 10)
def _misread_odds_in(piece: str, place: int, new: str) -> float | None:
    words = _misread_words()
    found = [
        least
        for size in range(2, _REACH + 1)
        for start in range(max(0, place - size + 1), place + 1)
        for right, least in [words.get(piece[start : start + size], ("", 0.0))]
        if right and right[place - start] == new
    ]
    return min(found, default=None)


def _meant(text: str, place: int, new: str) -> bool:
    """Whether the page has a pair with the character as it stands again, and never the same pair with the other."""
    near = max(0, place - PAGE), place + PAGE
    for before, after in ((text[max(0, place - 1) : place], ""), ("", text[place + 1 : place + 2])):
        if _HAN.fullmatch(before + after) and text.count(before + text[place] + after, *near) > 1:
            return not text.count(before + new + after, *near)
    return False


confusables_step = Step("confusables", confusables)
