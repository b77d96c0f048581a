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
TWIN = 4.0  # what it adds that engines take the two characters for each other day by day
PAGE = 20_000  # how far to both sides the page is searched
SELDOM = 3  # log2(1 + count) of a pair at which a place is looked at
GAIN = 5  # and by how much the pairs of another character must be better known, both together and one alone
LOSS = -4  # and each
TWIN_GAIN = 3  # or one pair of a twin, whatever the other one
MISREAD_SEEN = 0  # as what a pair of a misread word counts, however often newspapers themselves misprint it
DOUBT = 8.0  # how far the evidence may be above what trigrams promise: of 12,288 planted repairs none was by more than 7.1
SIDE = 3  # characters on each side that the language model reads
CHUNK = 1 << 14  # characters in one go


_HAN = re.compile(f"[{HAN}]")


# Characters of almost one shape, the common misreadings of print
TWINS = (
    "己已巳 未末 日曰 人入 干千于 土士 候侯 往住佳 拔拨 晴睛 折析拆 货贷 治冶 天夭 大太 免兔 准淮 待侍 历厉 帅师 贵费 "
    "贵责 壮状 戌戍 羸赢嬴 辩辨辫 徒徙 遣谴 栽裁 拴栓 竟竞 暮幕墓募慕 撒撤 抡抢 仑仓 璧壁 哀衰衷 粟栗 钓钩 粱梁 崇祟 汩汨 芒茫 "
    "刀刃 孑孓 毫亳 杭抗 洒酒 驰弛 晓绕 提堤 喝渴 恨狠 坏环 间问 夫央 住任 自目 代伐 今令 午牛 旧归 困因 休体 买卖 史吏 "
    "甲申 普晋 微徽 薄簿 藉籍 陪赔 迅讯汛 侮悔 概慨 拼拚 搏博膊 练炼 侧测 象像 缓援 构购 漫慢 幅副 详祥 特持 "
    "佑估 乎平 迸进 困囚 巿市 子予 挤济 泄泻 抵低 底低 挡档 枪抢 熬熟 续读 额颖 科料 织职识"
)


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
    """An alternative: where its pairs begin, its code point, and whether it is a twin."""

    base: int
    point: int
    twin: bool


class _Known(NamedTuple):
    """What is known of pairs of a confusable character and a neighbour.

    Each character of text has a number. Confusable characters have a row, the usual neighbours a column each, all others
    share one. ``seen`` has a byte for each pair: its upper half is for the neighbour before, its lower half for the one
    behind. ``before`` and ``behind`` have a bit for each pair.
    """

    number: npt.NDArray[np.uint16]  # of each code point of the basic plane; _BLANK for blanks
    row: Ints  # of each number
    column: Ints  # of each number
    seen: memoryview  # of each pair: log2(1 + count)
    before: Bytes  # whether a pair of an alternative with the neighbour before is so much better known that one looks
    behind: Bytes  # the same with the neighbour behind
    others: list[list[_Other]]  # of each row: its alternatives


_BLANK = 0xFFFF
_BLANKS = [*range(33), 0x3000, 0xA0]
_SIDES = np.arange(-SIDE, SIDE + 1)
_COLUMNS = 4096
_BYTES = _COLUMNS // 8  # of a row of bits
_BIT = 1 << np.arange(8, dtype=np.uint8)


@functools.cache
def _known() -> _Known:
    with (files("newsclean") / "data" / "confusables.npz").open("rb") as file, np.load(file) as arrays:
        rows, columns, left, right = (arrays[name] for name in ("rows", "columns", "before", "after"))
    seen = np.zeros((len(rows) + 1, _COLUMNS), np.uint8)  # two columns in a byte of before and after
    seen[:-1, ::2] = left & 0xF0 | right >> 4
    seen[:-1, 1::2] = left << 4 | right & 15
    # usual neighbours are numbered by their columns, then come the confusable characters that are none
    rare = np.setdiff1d(rows, columns)
    number = np.full(0x10001, len(columns), np.uint16)
    number[columns] = np.arange(len(columns))
    number[rare] = len(columns) + 1 + np.arange(len(rare))
    number[_BLANKS] = _BLANK
    column = np.minimum(np.arange(len(columns) + 1 + len(rare)), len(columns))
    row = np.full(len(column), len(rows))
    row[number[rows]] = np.arange(len(rows))
    twins = {a + b for group in TWINS.split() for a in group for b in group}
    row_of = dict(zip(map(chr, rows.tolist()), range(len(rows)), strict=True))
    others = [
        [_Other(row_of[c] * _COLUMNS, ord(c), character + c in twins) for c in alternatives()[character][0]]
        for character in row_of
    ]
    for misread, (word, _) in _misread_words().items():
        at = next(i for i, (a, b) in enumerate(zip(misread, word, strict=True)) if a != b)
        pairs = seen[row_of[misread[at]]]
        for neighbour, half in ((misread[at - 1 : at], 0xF0), (misread[at + 1 : at + 2], 15)):
            if neighbour:
                place = column[number[ord(neighbour)]]
                both = int(pairs[place])
                pairs[place] = (both & ~half) | min(both & half, MISREAD_SEEN * 0x11 & half)
    before, behind = (_looked_at(half, others) for half in (seen >> np.uint8(4), seen & np.uint8(15)))
    return _Known(number, row, column, memoryview(seen.ravel().data), before, behind, others)


def _looked_at(seen: Bytes, others: list[list[_Other]]) -> Bytes:
    """A bit for each pair: is one of the alternatives so much better known with the neighbour that one looks there?"""
    looked_at = np.zeros(seen.shape, bool)
    for nth in range(max(map(len, others))):
        rows = [row for row, alike in enumerate(others) if len(alike) > nth]
        more = np.array([[TWIN_GAIN if others[row][nth].twin else GAIN] for row in rows], np.uint8)
        looked_at[rows] |= seen[[others[row][nth].base // _COLUMNS for row in rows]] >= seen[rows] + more
    return np.packbits(looked_at, axis=1, bitorder="little").ravel()


class Proposal(NamedTuple):
    """Another character for the one at a place, and by how much the language model prefers it."""

    start: int
    new: str
    odds: float
    gain: int  # by how much the pairs of the other character are better known, in the same measure
    word: int  # the same for the neighbour where it is most
    twin: bool  # whether engines take the two for each other day by day


def proposals(text: str, least: float = 0.0) -> Iterator[Proposal]:
    """The best other character, a stroke apart, for each place where one fits better by the language model.

    Args:
        text: a page or any piece of it.
        least: the evidence, as in :func:`confusables`, below which a place need not be told; little is saved up to GUESS.

    >>> [(p.start, p.new) for p in proposals("工程己经完工")]
    [(2, '已')]
    """
    known = _known()
    points = np.frombuffer(f"\n{text}\n".encode("utf-32-le", "surrogatepass"), np.uint32)
    numbers = known.number.take(points, mode="clip")
    numbers[0] = numbers[-1] = known.number[ord("。")]  # a text begins and ends like a sentence
    (places,) = (numbers != _BLANK).nonzero()
    for start in range(1, max(2, len(places) - 1), CHUNK):  # chunks share their edges
        first = max(0, start - SIDE - 1)
        some = places[first : min(start + CHUNK, len(places) - 1) + SIDE + 1]
        yield from _chunk(points, numbers, some, start - first, min(CHUNK, len(places) - 1 - start), least)


def _chunk(
    points: npt.NDArray[np.uint32],
    numbers: npt.NDArray[np.uint16],
    places: Ints,
    start: int,
    count: int,
    least: float,
) -> Iterator[Proposal]:
    """Proposals for so many of the places, from start on; the others are their neighbours."""
    known = _known()
    number = numbers.take(places[start - 1 : start + count + 1]).astype(np.intp)
    row, column = known.row.take(number), known.column.take(number)
    byte, bit = column >> 3, _BIT.take(column & 7)
    base = row[1:-1] * _BYTES
    looked_at = known.before.take(base + byte[:-2]) & bit[:-2]
    looked_at |= known.behind.take(base + byte[2:]) & bit[2:]
    (at,) = looked_at.nonzero()
    found = [
        (k, other, gain, word)
        for k in at.tolist()
        for other, gain, word in _better_known(known, int(row[k + 1]), int(column[k]), int(column[k + 2]))
    ]
    if not found:
        return
    around = np.array([k for k, *_ in found])[:, None] + (start + _SIDES)
    rows = points.take(places.take(around, mode="clip")).astype(np.int64)
    if least > GUESS:
        promising = [
            item
            for item, (row_of_points, (_, other, _, word)) in enumerate(zip(rows.tolist(), found, strict=True))
            if _promises(row_of_points, other, word, least)
        ]
        if not promising:
            return
        found, rows = [found[item] for item in promising], rows[promising]
    odds = load().swap_odds(rows, np.array([other.point for _, other, *_ in found])).tolist()
    last = -1
    for item in sorted(range(len(found)), key=lambda item: (found[item][0], -odds[item])):
        k, other, gain, word = found[item]
        if k != last and odds[item] > 0:
            yield Proposal(int(places[start + k]) - 1, chr(other.point), odds[item], gain, word, other.twin)
        last = k


def _promises(row: list[int], other: _Other, word: int, least: float) -> bool:
    """Whether the evidence for another character in the middle of a row may be as much as that, to go by trigrams."""
    if words := _misread_by_pair().get((row[SIDE], other.point)):
        around = "".join(map(chr, row))
        if any(around.startswith(word, SIDE - at) for at, word in words):
            return True
    estimate = load().swap_estimate(row, other.point)
    return estimate + WORD * word + TWIN * other.twin >= least - DOUBT


def _better_known(known: _Known, row: int, before: int, behind: int) -> Iterator[tuple[_Other, int, int]]:
    """The alternatives whose pairs with both neighbours are better known, with gain and word of a proposal.

    Args:
        known: the table.
        row: that of the character.
        before, behind: the columns of its neighbours.
    """
    seen = known.seen
    base = row * _COLUMNS
    left, right = seen[base + before] >> 4, seen[base + behind] & 15
    if left <= SELDOM or right <= SELDOM:
        for other in known.others[row]:
            more_left = (seen[other.base + before] >> 4) - left
            more_right = (seen[other.base + behind] & 15) - right
            least, word = (more_left, more_right) if more_left < more_right else (more_right, more_left)
            if (other.twin and word >= TWIN_GAIN) or (word >= GAIN and least >= LOSS and least + word >= GAIN):
                yield other, least + word, word


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
def _misread_by_pair() -> dict[tuple[int, int], list[tuple[int, str]]]:
    """The misread words by the code points of the character that is wrong and of the one meant; and its place in them."""
    found: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for misread, (word, _) in _misread_words().items():
        for at, (a, b) in enumerate(zip(misread, word, strict=True)):
            if a != b:
                found.setdefault((ord(a), ord(b)), []).append((at, misread))
    return found


def confusables(text: str, least: float = LEAST, level: Level = Level.GUESS) -> Iterator[Edit]:
    """Characters that were taken for others of like shape, where the language model is sure of the other.

    What is only likely is suggested. A word that the page has more than once as it stands is taken to be meant.

    Args:
        text: a page or any piece of it.
        least: the evidence that a repair needs, about in log-odds. A page known to be full of misreadings may do with
            less.
        level: edits below it need not be told.

    >>> confusables_step("工程己经完工，侯选人名单公布")
    '工程已经完工，候选人名单公布'
    >>> confusables_step("他自己解决；诸侯；拔河比赛")
    '他自己解决；诸侯；拔河比赛'
    """
    for found in proposals(text, least if level > Level.GUESS else GUESS):
        place, new, odds = found.start, found.new, found.odds
        evidence = odds + WORD * found.word + TWIN * found.twin
        if _misread(text, place, new, odds):
            evidence += MISREAD
        elif evidence >= GUESS and _meant(text, place, new):
            evidence -= MEANT
        if evidence >= GUESS:
            level = Level.LIKELY if evidence >= least else Level.GUESS
            reason = f"{text[place]} looks like {new}, which fits here (log-odds {odds:.1f})"
            yield Edit(place, place + 1, new, "confusables", level, reason)


def _misread(text: str, place: int, new: str, odds: float) -> bool:
    """Whether the character stands in a word that only a misreading makes, and its double in the word meant."""
    words = _misread_words()
    for size in (2, 3, 4):
        for start in range(max(0, place - size + 1), place + 1):
            right, least = words.get(text[start : start + size], ("", 0.0))
            if right and right[place - start] == new and odds >= least:
                return True
    return False


def _meant(text: str, place: int, new: str) -> bool:
    """Whether the page has a pair with the character as it stands again, and never the same pair with the other."""
    near = max(0, place - PAGE), place + PAGE
    for before, after in ((text[max(0, place - 1) : place], ""), ("", text[place + 1 : place + 2])):
        if _HAN.fullmatch(before + after) and text.count(before + text[place] + after, *near) > 1:
            return not text.count(before + new + after, *near)
    return False


confusables_step = Step("confusables", confusables, graded=True)
