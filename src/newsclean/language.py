"""A character n-gram language model: how likely is a junction, a word in its place, a beginning, an end, a headline.

The model answers questions that other steps ask in batches: does this line run on in that one; which of two characters
that an OCR engine confuses belongs here; is this string Chinese at all. Simplified and traditional characters, full and
half width, and vertical forms share their statistics: each character is folded to a class of its own or of its kind
(digits, Latin letters, rare characters) before it is looked up.

Up to four characters are seen together. What an n-gram adds to the shorter one is kept as a *gain*, ln P(c | h) -
ln P(c | h without its first character), so that the gains that reach across a break are the evidence that both sides
belong together. Gains stand in 64 steps in a table without keys (Talbot and Brants, "Randomized language models via
perfect hash functions", ACL 2008; laid out as in Graf and Lemire, "Binary fuse filters", 2022): three places are read
and combined, ten bits tell whether the n-gram was ever put in (one foreign n-gram in a thousand passes), six bits are
the gain. Discounting is modified absolute discounting (Chen and Goodman 1998), pruning by what each n-gram adds to the
likelihood (after Stolcke 1998). ``docs/language-model.md`` is the card: training data, sizes, measured figures.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["LanguageModel", "load"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]

ORDER = 4
BITS = 13  # of one class; four classes and a tag fill one 64-bit key
BOUNDARY, NOTHING, RARE_HAN, OTHER = range(4)  # the first classes; NOTHING is a place outside the text
BEGINS, ENDS, TITLE = range(3)  # rows of the linear weights
BACKOFF = 8  # tag of the back-off weights, plus the length of the context; the tag of a gain is its order
EDGE = 4  # characters of a beginning or an end that are taken as n-grams
REACH = 6  # characters on each side that the network reads
TITLE_LENGTH = 40
_18, _27, _30, _31, _32, _54 = (np.uint64(n) for n in (18, 27, 30, 31, 32, 54))
_SPREAD_1, _SPREAD_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_ASKED = np.array([[2], [BACKOFF + 2], [3], [BACKOFF + 3], [4]])  # the tags of what is looked up of each character
_NOTHING_BEFORE = np.full(ORDER - 1, NOTHING)
_PROOF = np.uint64(0x9E3779B97F4A7C15)
_PAD = "\0"  # folds to NOTHING
_BLANK = np.zeros(0x10000, bool)  # white space, as str.isspace has it
_BLANK[[*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]] = True
_CHUNK = 1 << 15  # characters in one go, so that the working arrays stay in the cache
_LOOKED_UP = 1 << 12  # and those whose n-grams are looked up in one go
_ROWS = 1 << 10  # rows of the network in one go
_TAGS_ACROSS = np.repeat([2, 3, 4, BACKOFF + 2, BACKOFF + 3], [5, 4, 3, 3, 3])[:, None]  # of LanguageModel._gains_across


def pack(columns: Sequence[Ints], tag: int) -> Words:
    """Pack up to four columns of classes, and a tag that tells what is asked about them, into 64-bit keys."""
    key = columns[0] | np.int64(tag << (ORDER * BITS))
    for place, column in enumerate(columns[1:], 1):
        key = key | (column << np.int64(place * BITS))
    return key.view(np.uint64)


def mix(keys: Words) -> Words:
    """Spread keys over 64 bits, the same on every machine (the finalizer of splitmix64)."""
    keys = (keys ^ (keys >> _30)) * _SPREAD_1
    keys = (keys ^ (keys >> _27)) * _SPREAD_2
    return keys ^ (keys >> _31)


def places(hashed: Words, segment: int, segments: int) -> tuple[Ints, Ints, Ints]:
    """Give each hashed key its three places in a table of ``segments + 2`` segments, each a power of two long."""
    length, mask = np.uint64(segment), np.uint64(segment - 1)
    first = ((hashed >> _32) * np.uint64(segment * segments)) >> _32
    behind = first + length
    second = behind ^ ((hashed >> _18) & mask)
    third = (behind + length) ^ (hashed & mask)
    return first.view(np.int64), second.view(np.int64), third.view(np.int64)


def proof(hashed: Words) -> npt.NDArray[np.uint16]:
    """Give the ten bits that tell a key that was put in from one that was not."""
    return ((hashed * _PROOF) >> _54).astype(np.uint16)


def edge_keys(classes: Ints) -> Words:
    """Give the keys of the first one, two, three and four columns; 0 where the text is shorter."""
    keys = np.empty(classes.shape, np.int64)
    packed = np.zeros(len(classes), np.int64)
    for n in range(EDGE):
        packed |= classes[:, n] << n * BITS
        keys[:, n] = packed | (n + 1) << ORDER * BITS
    keys[classes == NOTHING] = 0
    return keys.view(np.uint64)


def title_keys(classes: Ints) -> Words:
    """Give the keys of each character and each pair, an edge of the text being a pair with nothing; 0 outside."""
    here, after = classes[:, :-1], classes[:, 1:]
    single = np.where(here == NOTHING, np.uint64(0), pack([here], 1))
    pair = np.where((here == NOTHING) & (after == NOTHING), np.uint64(0), pack([here, after], 2))
    return np.concatenate([single, pair], 1)


class LineOdds(NamedTuple):
    """What is said of n lines in their order, each a float32 array (n,): see the methods of :class:`LanguageModel`."""

    begins: Floats
    ends: Floats
    title: Floats
    junction: Floats
    """That the line runs on from the one before it."""
    across: Floats
    """That the line runs on from the one before that."""


class LanguageModel:
    """Answers about Chinese text, in batches; made by :func:`load`.

    All odds are natural logarithms: 0 says nothing, 6.9 is a thousand to one. An empty text gets 0.
    """

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._class = arrays["class"]  # uint16 (0x20001,), code point -> class
        self._log_unigram = arrays["log_unigram"]  # float32 (classes,), shared among the characters of a class
        self._log_backoff = arrays["log_backoff"].astype(np.float32)  # (classes,), of contexts of one character
        self._slots = arrays["slots"]  # uint16, ten bits of proof and six of value
        self._segment, self._segments = (int(n) for n in arrays["segments"])
        self._values = arrays["values"]  # float32 (16, 64), by tag
        self._weights: npt.NDArray[np.int8] = arrays["weights"]  # (3, a power of two)
        self._unit = arrays["unit"]  # float32 (3, 2): unit and bias of each row of the weights
        # a network whose weights are whole numbers; they stand in floats, where their sums are exact on every machine
        names = ("embedding", "sides", "sides_bias", "edges", "edges_bias", "joint", "joint_bias", "outputs")
        self._net = {name: arrays[name].astype(np.float32) for name in (*names, "outputs_bias")}
        for name in ("", "_bias"):
            self._net["both" + name] = np.concatenate([self._net["sides" + name], self._net["edges" + name]], -1)
        # float32: how the parts above speak together, and a bias
        self._blends = {name: arrays[name] for name in ("junction", "begins", "ends")}

    def log_prob(self, text: str) -> Floats:
        """Give ln P(character | up to three characters before it) for each character of ``text``.

        A line feed is a character too: the end of a paragraph.

        >>> model = load()
        >>> model.log_prob("疫情防控").shape
        (4,)
        >>> bool(model.log_prob("疫情防控工作").mean() > model.log_prob("控疫作情工防").mean())
        True
        """
        return self._log_prob(self._fold(text))

    def context_gain(self, text: str) -> Floats:
        """Give what the up to three characters before each one add to its ln P: high in words, below 0 in misreadings.

        Of two readings of the same print the one with the higher sum reads more like language, rare words or not.

        >>> model = load()
        >>> bool(model.context_gain("疫情防控工作").sum() > model.context_gain("疫情防腔工作").sum())
        True
        """
        classes = self._fold(text)
        gain: Floats = self._log_prob(classes) - self._log_unigram[classes]
        return gain

    def mean_log_prob(self, texts: Sequence[str]) -> Floats:
        """Give the mean of :meth:`log_prob` for each text: about -3.5 for news, below -8 for what is no Chinese.

        >>> load().mean_log_prob(["全市物资保障充足", "鏂囧瓧缂栫爜閿欒"]).round().tolist()
        [-5.0, -14.0]
        """
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        gap = _PAD * (ORDER - 1)
        sums = np.concatenate([[0.0], self.log_prob(gap.join(texts)).cumsum(dtype=np.float64)])
        starts = np.concatenate([[0], (lengths + len(gap)).cumsum()])[: len(texts)]
        mean: Floats = ((sums[starts + lengths] - sums[starts]) / np.maximum(lengths, 1)).astype(np.float32)
        return mean

    def junction(self, lefts: Sequence[str], rights: Sequence[str]) -> Floats:
        """Give the log-odds that each right text runs on from its left one, against both being unrelated pieces.

        Three characters on each side of the break are looked at, white space left out. Whether the left one is a
        whole sentence and the right one a beginning is not asked here: see :meth:`ends` and :meth:`begins`.

        >>> apart, together = load().junction(["戴好口", "消毒消"], ["里的值班电话", "杀、清运垃圾"])
        >>> bool(apart < 0 < together)
        True
        """
        return _blend(self.junction_parts(lefts, rights), self._blends["junction"])

    def junction_parts(self, lefts: Sequence[str], rights: Sequence[str]) -> Floats:
        """Give what :meth:`junction` adds up: six gains that reach across each break, and the word of the network."""
        rows = "".join([_tail(left, REACH) + _head(right, REACH) for left, right in zip(lefts, rights, strict=True)])
        return self._junction_parts(self._fold(rows).reshape(-1, 2 * REACH))

    def _junction_parts(self, classes: Ints) -> Floats:
        parts = [np.zeros((0, 7), np.float32)]
        for start in range(0, len(classes), _ROWS):
            rows = classes[start : start + _ROWS]
            halves = rows[:, REACH - 1 :: -1], rows[:, REACH:]
            sides = [self._halves(side, self._embedded(half))[0] for side, half in enumerate(halves)]
            parts.append(self._parts_across(*halves, sides[0], sides[1]))
        return np.concatenate(parts)

    def _parts_across(self, left: Ints, right: Ints, one: tuple[Floats, Floats], two: tuple[Floats, Floats]) -> Floats:
        """Give the parts for rows of classes on both sides of a break, nearest first, and for their :meth:`_halves`."""
        near = np.concatenate([left[:, ORDER - 2 :: -1].T, right[:, : ORDER - 1].T])
        parts = np.stack([*self._gains_across(near), self._joined(one, two)], 1)
        parts[(left[:, 0] == NOTHING) | (right[:, 0] == NOTHING)] = np.nan
        return parts

    def _gains_across(self, near: Ints) -> list[Floats]:
        """Give the gains of :meth:`_gains` that reach across the break: one pass, as the columns of ``near`` are short.

        Args:
            near: the classes of three characters before each break and three behind it, an array (6, n).
        """
        twos = near[:-1] | near[1:] << BITS
        threes = twos[:-1] | near[2:] << 2 * BITS
        fours = threes[:-1] | near[3:] << 3 * BITS
        keys = np.concatenate([twos, threes, fours, twos[1:4], threes[:3]]) | _TAGS_ACROSS << ORDER * BITS
        found, value = self._look_up(keys.view(np.uint64), _TAGS_ACROSS)
        pairs = (near[:-1] != NOTHING) & (near[1:] != NOTHING)
        two = pairs & found[:5]
        three = two[:-1] & two[1:] & found[5:9]
        four = three[:-1] & three[1:] & found[9:12]
        # the n-grams that end at each of the three characters behind the break; the context's weight where there is none
        none = np.float32(0)
        gain_two = np.where(two, value[:5], np.where(pairs, self._log_backoff[near[:-1]], none))[2:]
        gain_three = np.where(three[1:], value[6:9], np.where(two[1:4] & found[12:15], value[12:15], none))
        gain_four = np.where(four, value[9:12], np.where(three[:3] & found[15:18], value[15:18], none))
        total = self._log_unigram[near[3:]]
        for gain in (gain_two, gain_three, gain_four):  # no probability above 1, as in _gains
            np.minimum(gain, -total, out=gain)
            total = total + gain
        return [gain_two[0], gain_three[0], gain_four[0], gain_three[1], gain_four[1], gain_four[2]]

    def begins(self, texts: Sequence[str]) -> Floats:
        """Give the log-odds that each text begins a paragraph or headline, against being cut out of a paragraph.

        >>> start, middle = load().begins(["据了解，目前全市", "的生活物资供应"])
        >>> bool(start > 0 > middle)
        True
        """
        return _blend(self.edge_parts(BEGINS, texts), self._blends["begins"])

    def ends(self, texts: Sequence[str]) -> Floats:
        """Give the log-odds that each text ends a paragraph or headline, against being cut within a paragraph.

        >>> end, middle = load().ends(["为抗击疫情贡献力量。", "为抗击疫"])
        >>> bool(end > 0 > middle)
        True
        """
        return _blend(self.edge_parts(ENDS, texts), self._blends["ends"])

    def edge_parts(self, row: int, texts: Sequence[str]) -> Floats:
        """Give what :meth:`begins` and :meth:`ends` add up: the word of the n-grams at the edge, and of the network."""
        if row == BEGINS:
            classes = self._fold("".join([_head(text, REACH) for text in texts])).reshape(-1, REACH)
        else:
            classes = self._fold("".join([_tail(text, REACH) for text in texts])).reshape(-1, REACH)[:, ::-1]
        return self._edge_parts(row, classes)

    def _edge_parts(self, row: int, classes: Ints) -> Floats:
        parts = [np.zeros((0, 2), np.float32)]
        side = int(row == BEGINS)
        for start in range(0, len(classes), _ROWS):
            rows = classes[start : start + _ROWS]
            hidden = self._embedded(rows) @ self._net["edges"][side] + self._net["edges_bias"][side]
            parts.append(self._parts_at_edge(row, rows, hidden))
        return np.concatenate(parts)

    def _parts_at_edge(self, row: int, classes: Ints, hidden: Floats) -> Floats:
        parts = np.stack([self._linear(row, edge_keys(classes[:, :EDGE])), self._answer(_round(hidden, 8, 0), 1 + row)], 1)
        parts[classes[:, 0] == NOTHING] = np.nan
        return parts

    def lines(self, codes: Ints, starts: Ints, ends: Ints) -> LineOdds:
        """Give what :meth:`begins`, :meth:`ends`, :meth:`title` and :meth:`junction` say of the lines of one page.

        Args:
            codes: int64 array of the page's code points, none beyond the basic plane.
            starts, ends: int64 arrays (n,), where the lines begin and end, white space at their edges left out.
        """
        odds = np.zeros((len(LineOdds._fields), len(starts)), np.float32)
        for start in range(0, len(starts), _ROWS):
            before = max(0, start - 2)  # a junction looks at two lines before its own
            these = slice(before, start + _ROWS)
            odds[:, start : start + _ROWS] = self._lines(codes, starts[these], ends[these])[:, start - before :]
        return LineOdds(*odds)

    def _lines(self, codes: Ints, starts: Ints, ends: Ints) -> Floats:
        n = len(starts)
        edges = self._edges_of(
            codes, np.concatenate([starts, ends - 1]), np.concatenate([ends, starts - 1]), np.repeat([1, -1], n)
        )
        embedded = self._embedded(edges)
        heads, tails = edges[:n], edges[n:]
        ahead, beginning = self._halves(1, embedded[:n])
        behind, ending = self._halves(0, embedded[n:])
        before = [np.concatenate([side[:-1], side[:-2]]) for side in (tails, *behind)]
        here = [np.concatenate([side[1:], side[2:]]) for side in (heads, *ahead)]
        parts = self._parts_across(before[0], here[0], (before[1], before[2]), (here[1], here[2]))
        junction = _blend(parts, self._blends["junction"])
        last = max(0, n - 1)
        odds = np.zeros((len(LineOdds._fields), n), np.float32)
        odds[0] = _blend(self._parts_at_edge(BEGINS, heads, beginning), self._blends["begins"])
        odds[1] = _blend(self._parts_at_edge(ENDS, tails, ending), self._blends["ends"])
        lengths = np.minimum(ends - starts, TITLE_LENGTH)
        at = np.repeat(starts + lengths - lengths.cumsum(), lengths) + np.arange(lengths.sum())
        odds[2] = self._title(self._class[codes[at]].astype(np.int64), lengths)
        odds[3, 1:], odds[4, 2:] = junction[:last], junction[last:]
        return odds

    def _edges_of(self, codes: Ints, first: Ints, last: Ints, step: Ints, reach: int = REACH) -> Ints:
        """Give the classes of REACH characters that are not white space, from each first place on in its direction."""
        steps = step[:, None]
        at = first[:, None] + steps * np.arange(reach)
        inside = at * steps < last[:, None] * steps
        near = codes[np.where(inside, at, 0)]
        classes: Ints = np.where(inside, self._class[near], NOTHING).astype(np.int64)
        blank = _BLANK[near] & inside
        if reach > REACH:
            order = np.argsort(blank | ~inside, axis=1, kind="stable")[:, :REACH]
            classes[blank] = NOTHING
            return np.take_along_axis(classes, order, 1)
        (spaced,) = np.nonzero(blank.any(axis=1))
        if len(spaced):  # few lines: these are looked at twice as far
            classes[spaced] = self._edges_of(codes, first[spaced], last[spaced], step[spaced], 2 * REACH)
        return classes

    def title(self, texts: Sequence[str]) -> Floats:
        """Give the log-odds per character that each text is a headline, against a piece of running text as long.

        The first 40 characters are looked at.

        >>> headline, prose = load().title(["我市抗疫物资保障充足", "，大家都说这样的做法"])
        >>> bool(headline > 0 > prose)
        True
        """
        if len(texts) > _CHUNK // TITLE_LENGTH:
            half = len(texts) // 2
            return np.concatenate([self.title(texts[:half]), self.title(texts[half:])])
        heads = [text.lstrip()[:TITLE_LENGTH].rstrip() for text in texts]
        return self._title(self._fold("".join(heads)), np.fromiter(map(len, heads), np.int64, len(heads)))

    def _title(self, classes: Ints, lengths: Ints) -> Floats:
        """Give the odds of texts whose classes stand behind each other in one array."""
        if not len(lengths):
            return np.zeros(0, np.float32)
        behind = lengths.cumsum() + np.arange(1, len(lengths) + 1)  # the place behind each text, with nothing before the first
        apart = np.full(behind[-1] + 1, NOTHING)
        at = np.ones(len(apart), bool)
        at[0] = at[behind] = False
        apart[at] = classes
        keys = title_keys(apart[None])
        first = behind - lengths - 1
        sums = np.add.reduceat(self._weighed(TITLE, keys).reshape(2, -1).sum(0, dtype=np.int32), first)
        return np.where(lengths > 0, self._scaled(TITLE, sums) / np.maximum(lengths, 1).astype(np.float32), np.float32(0))

    def replacement_odds(
        self, text: str, starts: Sequence[int] | Ints, ends: Sequence[int] | Ints, replacements: Sequence[str]
    ) -> Floats:
        """Give ln P(text with the replacement) - ln P(text as it stands) for each replacement of text[start:end].

        Three characters on either side are looked at. Between candidates for one span the difference of their odds
        is what counts. A span should hold the white space beside a word that was put in, so that it goes with it.

        >>> text = "该县己完成疫情防控工作的 work 部署"
        >>> load().replacement_odds(text, [2], [3], ["已"]).item() > 5
        True
        >>> odds = load().replacement_odds(text, [12, 12], [18, 18], ["工作", "苹果"])
        >>> bool(odds[0] > odds[1])
        True
        """
        context = ORDER - 1
        first, last = np.asarray(starts, np.int64), np.asarray(ends, np.int64)
        lengths = np.fromiter(map(len, replacements), np.int64, len(replacements))
        gap = _PAD * context
        page = self._fold(f"{gap}{text}{gap}")
        pool = np.concatenate([page, self._fold("".join(replacements))])
        pooled = len(page) + lengths.cumsum() - lengths
        after = last + context
        both = self._spliced(
            pool,
            np.concatenate([first, first]),
            np.concatenate([pooled, first + context]),
            np.concatenate([lengths, last - first]),
            np.concatenate([after, after]),
        )
        return both[: len(first)] - both[len(first) :]

    def swap_odds(self, rows: Ints, others: Ints) -> Floats:
        """Give ln P(row with the other character in its middle) - ln P(row), as :meth:`replacement_odds` of single ones.

        Args:
            rows: code points (n, 7), the three on each side of the character that is asked about.
            others: code points (n,).

        >>> row = [ord(c) for c in "工程己经完工了"]
        >>> rows = np.array([row[:1] + row[:6]])
        >>> bool(load().swap_odds(rows, np.array([ord("已")]))[0] > 5)
        True
        """
        points = np.concatenate([rows, rows])
        points[: len(rows), ORDER - 1] = others
        total = self._rows_log_prob(self._class.take(points, mode="clip").astype(np.int64))
        return total[: len(rows)] - total[len(rows) :]

    def _spliced(self, pool: Ints, before: Ints, middle: Ints, lengths: Ints, after: Ints) -> Floats:
        """Give ln P of three classes of the pool from ``before``, ``lengths`` from ``middle``, three from ``after``."""
        edge = np.arange(ORDER - 1)
        total = np.zeros(len(lengths), np.float32)
        for length in np.unique(lengths):
            (items,) = np.nonzero(lengths == length)
            inner = np.arange(length)
            rows = np.concatenate(
                [before[items, None] + edge, middle[items, None] + inner, after[items, None] + edge], 1
            )
            total[items] = self._rows_log_prob(pool[rows])
        return total

    def _rows_log_prob(self, rows: Ints) -> Floats:
        """Give ln P of each row of classes behind its first three, which are only looked back at."""
        log_prob = self._log_prob(rows.ravel()).reshape(rows.shape)
        total = np.zeros(len(rows), np.float32)
        for column in log_prob.T[ORDER - 1 :]:
            total += column
        return total

    def _fold(self, text: str) -> Ints:
        """Give the class of each character."""
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        return self._class[np.minimum(points, len(self._class) - 1)].astype(np.int64)

    def _log_prob(self, classes: Ints) -> Floats:
        parts = [np.zeros(0, np.float32)]
        for start in range(0, len(classes), _LOOKED_UP):
            skip = min(start, ORDER - 1)
            unigram, two, three, four = self._gains(classes[start - skip : start + _LOOKED_UP])
            parts.append((unigram + two + three + four)[skip:])
        return np.concatenate(parts) if len(parts) > 2 else parts[-1]

    def _gains(self, classes: Ints) -> tuple[Floats, Floats, Floats, Floats]:
        """Give ln P of each class alone, and what the character before it, the two, the three before it add."""
        padded = np.concatenate([_NOTHING_BEFORE, classes])
        two = padded[:-1] | padded[1:] << BITS
        three = two[:-1] | padded[2:] << 2 * BITS
        # what is in the table: the n-grams that end here, and the contexts that the longer ones have
        keys = np.empty((len(_ASKED), len(classes)), np.int64)
        keys[0], keys[1], keys[2], keys[3] = two[2:], two[1:-1], three[1:], three[:-1]
        np.bitwise_or(three[:-1], classes << 3 * BITS, out=keys[4])
        keys |= _ASKED << ORDER * BITS
        found, values = self._look_up(keys.view(np.uint64), _ASKED)
        unigram, before = self._log_unigram.take(classes), padded[2:-1]
        seen = (before != NOTHING) & (classes != NOTHING)
        gain = self._log_backoff.take(before) * seen
        seen &= found[0]
        total, first = _gained(unigram, gain, values[0], seen)
        # an n-gram is only in the table when the shorter ones at its start and at its end are
        gain, seen = _longer(seen, found[1], found[2], values[1])
        total, second = _gained(total, gain, values[2], seen)
        gain, seen = _longer(seen, found[3], found[4], values[3])
        _, third = _gained(total, gain, values[4], seen)
        return unigram, first, second, third

    def _look_up(self, keys: Words, tags: Ints) -> tuple[Bools, Floats]:
        """Tell for each key whether it is in the table, and its value where it is; ``tags``: one of each row of keys."""
        hashed = mix(keys)
        one, two, three = places(hashed, self._segment, self._segments)
        slot = self._slots.take(one) ^ self._slots.take(two) ^ self._slots.take(three)
        return slot >> 6 == proof(hashed), self._values.take((slot & 63) + (tags << 6))

    def _linear(self, row: int, keys: Words) -> Floats:
        """Give the sum of the weights of each row of keys, and the bias."""
        return self._scaled(row, self._weighed(row, keys).sum(1, dtype=np.int32))

    def _weighed(self, row: int, keys: Words) -> npt.NDArray[np.int8]:
        """Give the weight of each key."""
        weights = self._weights[row]
        slots = mix(keys) >> np.uint64(65 - len(weights).bit_length())
        weighed: npt.NDArray[np.int8] = weights[slots.view(np.int64)]
        return weighed

    def _scaled(self, row: int, sums: npt.NDArray[np.int32]) -> Floats:
        unit, bias = self._unit[row]
        odds: Floats = sums.astype(np.float32) * unit + bias
        return odds

    def _embedded(self, classes: Ints) -> Floats:
        """Give each row of REACH classes, nearest first, as one row of numbers for the network."""
        return self._net["embedding"].take(classes, 0).reshape(len(classes), self._net["sides"].shape[1])

    def _halves(self, side: int, embedded: Floats) -> tuple[tuple[Floats, Floats], Floats]:
        """Give what the network has of one side of a break: to be added to what it has of the other side, and to be
        multiplied with that; and what it has of the same side as an edge of the text."""
        said = embedded @ self._net["both"][side] + self._net["both_bias"][side]
        sums = self._net["sides"].shape[2] // 2
        return (said[:, :sums], _round(said[:, sums : 2 * sums], 8)), said[:, 2 * sums :]

    def _joined(self, one: tuple[Floats, Floats], two: tuple[Floats, Floats]) -> Floats:
        """Give the network's log-odds that two sides belong together."""
        both = np.concatenate([_round(one[0] + two[0], 8, 0), _round(one[1] * two[1], 5)], 1)
        return self._answer(_round(both @ self._net["joint"] + self._net["joint_bias"], 6, 0), 0)

    def _answer(self, hidden: Floats, row: int) -> Floats:
        odds: Floats = (hidden @ self._net["outputs"][row] + self._net["outputs_bias"][row]) * np.float32(1 / 2048)
        return odds


def _gained(total: Floats, gain: Floats, values: Floats, seen: Bools) -> tuple[Floats, Floats]:
    """Give ln P with what the next longer n-gram adds, and that: its value where it was seen, else of its context."""
    np.copyto(gain, values, where=seen)
    # no probability above 1: this bounds what a foreign n-gram that passes can do
    np.minimum(gain, -total, out=gain)
    return total + gain, gain


def _longer(seen: Bools, context: Bools, found: Bools, values: Floats) -> tuple[Floats, Bools]:
    """Give the values of the contexts, and which of the longer n-grams have been seen, as both shorter ones were."""
    before = np.empty_like(seen)
    before[:1], before[1:] = False, seen[:-1]
    return values * (before & context), seen & before & found


def _round(values: Floats, bits: int, least: int = -127) -> Floats:
    """Drop binary digits, and keep what is left within a signed byte."""
    rounded: Floats = values * np.float32(2**-bits)
    rounded += np.float32(0.5)
    np.floor(rounded, out=rounded)
    np.maximum(rounded, np.float32(least), out=rounded)
    return np.minimum(rounded, np.float32(127), out=rounded)


def _blend(parts: Floats, weights: Floats) -> Floats:
    """Give the weighted sum of parts and the bias, the parts being added in their order; 0 where there is nothing."""
    odds: Floats = np.full(len(parts), weights[-1])
    for column, weight in zip(parts.T, weights[:-1], strict=True):
        odds += column * weight
    odds[np.isnan(odds)] = 0
    return odds


def _head(text: str, length: int) -> str:
    """Give the first characters that are not white space, filled up to ``length``."""
    return "".join(text.lstrip()[: 2 * length].split())[:length].ljust(length, _PAD)


def _tail(text: str, length: int) -> str:
    """Give the last characters that are not white space, filled up to ``length``."""
    return "".join(text.rstrip()[-2 * length :].split())[-length:].rjust(length, _PAD)


@functools.cache
def load() -> LanguageModel:
    """Give the model that comes with the package; it is read once.

    >>> load() is load()
    True
    """
    with (files("newsclean") / "data" / "language.npz").open("rb") as file, np.load(file) as arrays:
        return LanguageModel(dict(arrays))
