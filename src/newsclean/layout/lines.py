"""The lines of a page and what can be told of each from its characters, its width and its neighbours.

Everything is computed over all lines at once in numpy. A line ends at any of the line breaks of
Unicode (UAX #14, hard breaks); blank lines are not lines but gaps before the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsclean.layout.signs import BULLETS, PLACES, SURNAMES, WORDS
from newsclean.trace import Span

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

LINE_BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"  # the same that the step line_separators and the repeats know

BEYOND = 0xD800  # stands for all characters beyond the basic plane

# Classes of characters, as far as the reading of lines has use for them
CLASSES = {
    "space": "",
    "han": "",
    "digit": "0123456789０１２３４５６７８９〇",
    "latin": "",
    "stop": "。！？!?",
    "ellipsis": "…",
    "dash": "—─–－-",
    "comma": "，、,",
    "colon": "；：:;",
    "opener": "“‘（《【「『〈〔([{﹃﹁",
    "closer": "”’）》】」』〉〕)]}﹄﹂",
    "quote": "\"'＂＇",
    "point": ".．",
    "middle": "·•・‧/|｜",
    "bullet": BULLETS,
    "other": "",
}
SPACE, HAN, DIGIT, LATIN, STOP, DOTS = 0, 1, 2, 3, 4, 5
COMMA, COLON, OPENER, CLOSER, MIDDLE, BULLET, OTHER = 7, 8, 9, 10, 13, 14, 15


class Tables(NamedTuple):
    """What is known of characters, by code point of the basic plane."""

    classes: npt.NDArray[np.uint8]
    width: Floats  # em
    depth: npt.NDArray[np.int8]  # of brackets and quotes: 1 opens, -1 closes
    places: npt.NDArray[np.bool_]
    surnames: npt.NDArray[np.bool_]
    numerals: npt.NDArray[np.bool_]
    breaks: npt.NDArray[np.bool_]
    word_keys: Ints  # telling words as first << 16 | second
    word_groups: Ints
    slots: npt.NDArray[np.uint16]  # hash of a pair of characters -> index into word_keys, plus one


def pair_slots(pairs: Ints) -> Ints:
    """The slot of :attr:`Tables.slots` in which a pair of characters (first << 16 | second) would stand."""
    return (pairs * 0x9E3779B1 >> 12) & 0xFFFF


@lru_cache
def members(characters: str) -> npt.NDArray[np.bool_]:
    """Whether each code point of the basic plane is one of these characters."""
    found = np.zeros(0x10000, bool)
    found[[ord(c) for c in characters]] = True
    return found


@lru_cache
def of_class(*kinds: int) -> npt.NDArray[np.bool_]:
    """Whether each class is one of these."""
    found = np.zeros(len(CLASSES), bool)
    found[list(kinds)] = True
    return found


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables, made at first use."""
    classes = np.full(0x10000, OTHER, np.uint8)
    for start, end in ((0x3400, 0xA000), (0xF900, 0xFB00), (0x2E80, 0x2FE0), (0xD800, 0xE000)):
        classes[start:end] = HAN
    classes[0x3007] = classes[0x3005] = HAN
    for start, end in ((0x41, 0x5B), (0x61, 0x7B), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B), (0xC0, 0x250), (0x370, 0x530)):
        classes[start:end] = LATIN
    for k, characters in enumerate(CLASSES.values()):
        classes[[ord(c) for c in characters]] = k
    classes[[code for code in range(0x3001) if chr(code).isspace()]] = SPACE  # the last of them is U+3000
    width = np.full(0x10000, 1, np.float32)
    width[:0x2000] = 0.5
    width[0xFF61:0xFFDD] = 0.5
    depth = np.zeros(0x10000, np.int8)
    for opener, closer in ("“”", "‘’", "（）", "《》", "【】", "「」", "『』", "()"):
        depth[ord(opener)], depth[ord(closer)] = 1, -1
    pairs: dict[int, int] = {}
    for group, words in enumerate(WORDS.values()):
        for word in words.split():
            pairs.setdefault(ord(word[0]) << 16 | ord(word[1]), group)
    keys = np.array(sorted(pairs), np.int64)
    slots = np.zeros(0x10000, np.uint16)
    slots[pair_slots(keys)] = np.arange(1, len(keys) + 1)
    taken = slots[pair_slots(keys)] == np.arange(1, len(keys) + 1)
    if not taken.all():  # an error of the table's author, met by the first test
        raise ValueError(f"two telling words share a slot: {[chr(k >> 16) + chr(k & 0xFFFF) for k in keys[~taken]]}")
    groups = np.array([pairs[int(key)] for key in keys], np.int64)
    return Tables(
        classes,
        width,
        depth,
        members(PLACES),
        members(SURNAMES),
        members("一二三四五六七八九十"),
        members(LINE_BREAKS),
        keys,
        groups,
        slots,
    )


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text that hold anything but white space.

    Attributes:
        text: the text that the lines are of.
        starts, ends: int64 arrays (n,): code points of each line's first character and behind its last, white space at
            its edges left out.
        numbers: int64 array (n,): line breaks before each line; the pieces of a divided line share its number.
        gaps: int64 array (n,): blank lines before each line.
        indents: float32 array (n,): width in em of the white space before each line's first character.
    """

    text: str
    starts: Ints
    ends: Ints
    numbers: Ints
    gaps: Ints
    indents: Floats
    codes: npt.NDArray[np.int64]
    """Code points of the whole text, those beyond the basic plane as :data:`BEYOND`."""
    classes: npt.NDArray[np.uint8]
    """The class of each of them."""

    def __len__(self) -> int:
        return len(self.starts)

    def only(self, kept: npt.NDArray[np.bool_] | Ints) -> Lines:
        """The lines that are kept, as if the others did not stand on the page."""
        return Lines(
            self.text,
            self.starts[kept],
            self.ends[kept],
            self.numbers[kept],
            self.gaps[kept],
            self.indents[kept],
            self.codes,
            self.classes,
        )

    def divided(self, cuts: Mapping[int, Sequence[int]]) -> Lines:
        """The lines, each piece of those that are divided as a line of its own.

        Args:
            cuts: for some lines the places within them, in order, before which they are divided. White space at a
                place belongs to neither piece.
        """
        pieces = [np.array([s, *cuts.get(k, ()), e]) for k, (s, e) in enumerate(self.spans())]
        counts = np.array([len(p) - 1 for p in pieces])
        first = np.cumsum(counts) - counts
        begins = np.concatenate([p[:-1] for p in pieces])
        ends = np.concatenate([p[1:] for p in pieces])
        for k in np.flatnonzero(np.repeat(counts, counts) > 1).tolist():
            piece = self.text[begins[k] : ends[k]]
            begins[k] += len(piece) - len(piece.lstrip())
            ends[k] -= len(piece) - len(piece.rstrip())
        gaps, indents = np.zeros(len(begins), np.int64), np.zeros(len(begins), np.float32)
        gaps[first], indents[first] = self.gaps, self.indents
        numbers = self.numbers.repeat(counts)
        return Lines(self.text, begins, ends, numbers, gaps, indents, self.codes, self.classes)

    def string(self, k: int) -> str:
        """Line ``k`` without the white space at its edges."""
        return self.text[self.starts[k] : self.ends[k]]

    def strings(self) -> list[str]:
        """All lines without the white space at their edges."""
        return [self.text[start:end] for start, end in self.spans()]

    def spans(self) -> list[Span]:
        """Where each line stands, white space at its edges left out."""
        return list(zip(self.starts.tolist(), self.ends.tolist(), strict=True))


def lines_of(text: str) -> Lines:
    """The lines of a text.

    >>> lines = lines_of("　　甲乙\\n\\n丙 \\n")
    >>> [lines.string(k) for k in range(len(lines))], lines.gaps.tolist(), lines.indents.tolist()
    (['甲乙', '丙'], [0, 1], [2.0, 0.0])
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    if not text.isascii() and codes.max() > 0xFFFF:
        codes[codes > 0xFFFF] = BEYOND
    known = tables()
    classes = known.classes.take(codes)
    is_break = known.breaks.take(codes)
    if "\r\n" in text:  # one line end, not two
        is_break[1:] &= ~((codes[1:] == 10) & (codes[:-1] == 13))
    begins = np.concatenate([[0], is_break.nonzero()[0] + 1])
    solid = (classes != SPACE).nonzero()[0]
    first = solid.searchsorted(begins)
    last = np.append(first[1:], len(solid)) - 1
    numbers = (last >= first).nonzero()[0]
    begins, starts, ends = begins[numbers], solid[first[numbers]], solid[last[numbers]] + 1
    gaps = numbers.copy()
    gaps[1:] -= numbers[:-1] + 1
    # white space between the line's own start and its first character
    indents = np.zeros(len(numbers), np.float32)
    indented = (starts > begins).nonzero()[0]
    if len(indented):
        sizes = (starts - begins)[indented]
        behind = sizes.cumsum()
        white = (starts[indented] - behind).repeat(sizes) + np.arange(behind[-1])
        indents[indented] = np.add.reduceat(known.width.take(codes.take(white)), behind - sizes)
    return Lines(text, starts, ends, numbers, gaps, indents, codes, classes)


def within(places: Ints, starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Of places in the order of the text those that lie within lines, line by line, and the line of each.

    >>> places, line = within(np.array([1, 4, 7, 9]), np.array([6, 0]), np.array([8, 5]))
    >>> places.tolist(), line.tolist()
    ([7, 1, 4], [0, 1, 1])
    """
    first = places.searchsorted(starts)
    counts = places.searchsorted(ends) - first
    behind = counts.cumsum()
    at = (first - behind + counts).repeat(counts) + np.arange(counts.sum())
    return places.take(at), np.arange(len(starts)).repeat(counts)
