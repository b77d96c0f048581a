"""Passages that two places of a text have in common, whatever their line breaks: a character n-gram join.

The text is compared on a *key*: its letters and digits only, folded in width, case and form, so that lines, spaces,
indents and punctuation play no part. Runs of :data:`RUN` characters that stand twice are joined by their hashes and
chained along diagonals. All of it is a fixed number of passes of numpy over the text, and one loop over what repeats.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

RUN = 6
"""Characters that must stand twice in a row before two places are compared: with one character in seven misread,
most passages still have such a run."""

MAX_GAP = 48
"""The most characters between two runs of one passage."""

MAX_PLACES, PHRASE = 200, 16
"""A run that stands at more than so many places is compared only where it goes on for so many characters: a phrase
that stands hundreds of times is a ruling, a form or noise. Passages that stand as often are found by their length."""

MANY = 1 << 12
"""From so many runs on those that stand alone are sorted out before the others are looked at one by one."""

AT_ONCE = 1 << 20
"""About so many of them at a time, so that the working arrays stay small."""

MAX_SLIP = 12
"""The most characters that one of two places has more than the other between two runs."""

_RADICALS = (
    "⺁厂⺇几⺌小⺎兀⺏尢⺐尢⺒巳⺓幺⺕彑⺛旡⺝月⺞歹⺟母⺠民⺡水⺢水⺣火⺤爪⺥爪⺦丬⺧牛⺨犬⺩王⺫目⺬示⺭示⺮竹⺯糸⺰纟⺱网⺲罒"
    "⺳网⺴网⺶羊⺷羊⺸羊⺹老⺺聿⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衣⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸"
    "⻓长⻔门⻕阜⻖阜⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟食⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龟⻲亀⻳龟"
)


class Key(NamedTuple):
    """What of a text is compared: ``text[k]`` is the folded letter or digit that stands at ``places[k]``."""

    text: str
    places: npt.NDArray[np.int64]
    codes: npt.NDArray[np.uint32]


class Run(NamedTuple):
    """``n`` characters of the key that stand at ``first`` and again at ``again``."""

    first: int
    again: int
    n: int


@cache
def _folds() -> npt.NDArray[np.uint32]:
    """For each code point of the basic plane the letter or digit it is compared as, or 0 where it is passed over."""
    folds = np.arange(0x10000, dtype=np.uint32)
    folds[0xD800:0xF900] = 0
    codes = [*range(0x3400), *range(0xA000, 0xAC00), *range(0xD7A4, 0xD800), *range(0xF900, 0x10000)]
    chars = [unicodedata.normalize("NFKC", chr(code))[0].lower()[0] for code in codes]
    folds[codes] = [ord(char) if char.isalnum() else 0 for char in chars]
    for radical, char in zip(_RADICALS[::2], _RADICALS[1::2], strict=True):
        folds[ord(radical)] = ord(char)
    for letter, digit in zip("oil", "011", strict=True):  # engines take the one for the other
        folds[folds == ord(letter)] = ord(digit)
    return folds


class Runs(NamedTuple):
    """The runs of a key, and of those that stand too often how many places were not compared, and where the first is."""

    found: list[Run]
    crowded: int = 0
    first_crowded: int = 0


def key_of(text: str) -> Key:
    """The key of a text.

    >>> key = key_of("３月 １２日，\\n当接到")
    >>> key.text, key.places.tolist()
    ('3月12日当接到', [0, 1, 3, 4, 5, 8, 9, 10])
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    folded = _folds().take(codes, mode="clip")
    if text and not text.isascii() and int(codes.max()) > 0xFFFF:  # the further planes: Han is kept, signs are not
        folded = np.where(codes > 0xFFFF, np.where(codes >= 0x20000, codes, 0), folded)
    places = folded.nonzero()[0]
    kept = folded[places].astype("<u4")
    return Key(kept.tobytes().decode("utf-32-le"), places, kept)


def _hashes(codes: npt.NDArray[np.uint32], size: int) -> npt.NDArray[np.uint64]:
    """A 64-bit hash of each run of so many codes."""
    base = 0x9E3779B97F4A7C15
    runs: npt.NDArray[np.uint64] = codes.astype(np.uint64)
    hashed = 1  # codes
    while hashed < size:
        more = min(hashed, size - hashed)
        runs = runs[:-more] * np.uint64(base**more % 2**64) + runs[more:]
        hashed += more
    runs ^= runs >> np.uint64(31)
    runs *= np.uint64(0xD6E8FEB86659FD93)
    return runs


def runs(key: Key, size: int = RUN, apart: int = 0) -> Runs:
    """Where the key repeats itself: runs of characters with one of the two places where they last stood before.

    Args:
        key: the key.
        size: characters of the shortest runs.
        apart: how far from each other the two places of a run are at least.
    """
    if len(key.codes) <= size:
        return Runs([])
    hashes = _hashes(key.codes, size)
    # most runs stand once: a table smaller than a sort tells which ones may not
    bits = min(22, max(10, len(hashes).bit_length() + 2))
    slots = (hashes >> np.uint64(64 - bits)).view(np.int64)
    maybe = (np.bincount(slots, minlength=1 << bits).take(slots) > 1).nonzero()[0]
    if not len(maybe):
        return Runs([])
    hashes = hashes[maybe]
    order = np.argsort(hashes, kind="stable")
    maybe, hashes = maybe[order], hashes[order]
    first_of = changes(hashes, 0).nonzero()[0]
    counts = _sizes(first_of, len(hashes))
    times = None
    if int(counts.max()) > MAX_PLACES:
        times = np.zeros(len(key.codes), np.int32)  # how often the run at a place of the key stands
        times[maybe] = counts.repeat(counts)
    found: list[npt.NDArray[np.int32]] = []
    crowded, first_crowded = 0, 0
    for back in (1, 2):  # a passage may repeat a phrase within itself: then the last place before is not the one it copies
        same = (hashes[back:] == hashes[:-back]).nonzero()[0]
        if not len(same):
            break
        first, again = maybe[same], maybe[same + back]
        in_order = np.argsort(again, kind="stable")
        first, again = first[in_order], again[in_order]
        starts = (changes(first, 1) | changes(again, 1)).nonzero()[0]
        sizes = _sizes(starts, len(first)) + (size - 1)
        first, again = first[starts], again[starts]
        rows = np.empty((3, len(starts)), np.int32)
        rows[0], rows[1], rows[2] = first, again, sizes
        if times is not None:
            told = (sizes >= PHRASE) | (times[first] <= MAX_PLACES)
            if back == 1 and not told.all():
                crowded, first_crowded = int((~told).sum()), int(first[~told].min())
            rows = rows[:, told]
        if apart:
            rows = rows[:, rows[1] - rows[0] >= apart]
        found.append(rows)
    if not found:
        return Runs([], crowded, first_crowded)
    del hashes, maybe, times, first_of, counts
    together = np.concatenate(found, axis=1)
    found.clear()
    if together.shape[1] > MANY:
        together = together[:, ~_alone(*together)]
    first, again, _ = together
    rows = together[:, np.lexsort((-first, again))]
    return Runs(list(map(Run, *rows.tolist())), crowded, first_crowded)


def _alone(
    first: npt.NDArray[np.int32], again: npt.NDArray[np.int32], sizes: npt.NDArray[np.int32]
) -> npt.NDArray[np.bool_]:
    """Whether a run is short and no other ends or begins near enough to be of one passage with it.

    Such a run makes no passage. In a text of random digits nearly all are such.
    """
    near = 1 << 6  # above MAX_GAP and what runs may overlap by
    diagonals = again - first >> 4  # as in chains
    least, most = int(diagonals.min()), int(diagonals.max())
    across = int(again.max()) // near + 4  # cells of one diagonal
    alone = sizes < RUN + 2
    step = max(1, (most - least) * AT_ONCE // len(first))
    for low in range(least, most + 1, step):  # some diagonals at a time, and those beside them
        (some,) = np.nonzero((diagonals >= low - 1) & (diagonals <= low + step))
        if not len(some):
            continue
        cells = (diagonals[some].astype(np.int64) - (low - 2)) * across
        begins, ends = cells + again[some] // near + 1, cells + (again[some] + sizes[some]) // near + 1
        begun, ended = np.argsort(begins), np.argsort(ends)
        company = np.zeros(len(some), bool)
        for order, ours, others in ((begun, begins[begun], ends[ended]), (ended, ends[ended], begins[begun])):
            beside = np.zeros(len(some), np.int64)
            for shift in (-across, 0, across):  # asked in order, which is many times faster
                beside += others.searchsorted(ours + (shift + 1), side="right")
                beside -= others.searchsorted(ours + (shift - 1))
            company[order[beside > 1]] = True  # one is itself
        inner = (diagonals[some] >= low) & (diagonals[some] < low + step)
        alone[some[inner & company]] = False
    return alone


def _sizes(starts: npt.NDArray[np.int64], end: int) -> npt.NDArray[np.int64]:
    """How far it is from each of some places to the next one, and from the last to the end."""
    sizes = np.empty(len(starts), np.int64)
    sizes[:-1], sizes[-1:] = starts[1:], end
    sizes -= starts
    return sizes


def changes(values: npt.NDArray[np.int64] | npt.NDArray[np.uint64], step: int) -> npt.NDArray[np.bool_]:
    """Whether each value, the first always, is not the one before it plus the step."""
    changed = np.ones(len(values), bool)
    np.not_equal(values[1:] - values[:-1], step, out=changed[1:])
    return changed


def chains(found: list[Run]) -> list[list[Run]]:
    """Runs that follow one another in both places, near enough to belong to one passage."""
    done: list[list[Run]] = []
    latest: dict[int, list[Run]] = {}  # by diagonal, in steps of 16
    for run in found:
        first, again, n = run
        diagonal = again - first >> 4
        for near in (diagonal, diagonal - 1, diagonal + 1):
            chain = latest.get(near)
            if chain is None:
                continue
            before = chain[-1]
            gap, gap_again = first - before[0] - before[2], again - before[1] - before[2]
            if gap <= MAX_GAP and gap_again <= MAX_GAP and -MAX_SLIP <= gap - gap_again <= MAX_SLIP:
                over = -min(gap, gap_again, 0)  # both cannot have the same characters twice
                if over < n and over < 2 * RUN:
                    chain.append(Run(first + over, again + over, n - over) if over else run)
                    latest[diagonal] = chain
                    break
        else:
            latest[diagonal] = chain = [run]
            done.append(chain)
    return done
