"""A character n-gram language model: how likely is a junction, a word in its place, a beginning, an end, a headline.

The model answers questions that other steps ask in batches: does this line run on in that one; which of two characters
that an OCR engine confuses belongs here; is this string Chinese at all. Simplified and traditional characters, full and
half width, and vertical forms share their statistics: each character is folded to a class of its own or of its kind
(digits, Latin letters, rare characters) before it is looked up.

Up to four characters are seen together. What an n-gram adds to the shorter one is kept as a *gain*, ln P(c | h) -
ln P(c | h without its first character), so that the gains that reach across a break are the evidence that both sides
belong together. Discounting is modified absolute discounting (Chen and Goodman 1998), pruning by what each n-gram adds to the
likelihood (after Stolcke 1998). ``docs/language-model.md`` is the card: training data, sizes, measured figures.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from newsclean.network import BEGINS, EDGE, ENDS, TITLE, Network, Weights, edge_keys, title_keys
from newsclean.ngrams import NOTHING, ORDER, Bools, Floats, Ints, Ngrams

__all__ = ["LanguageModel", "load"]

REACH = 6  # characters on each side that the network reads
TITLE_LENGTH = 40
_PAD = "\0"  # folds to NOTHING
_BLANK = np.zeros(0x10000, bool)  # white space, as str.isspace has it
_BLANK[[*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]] = True
_WORD = 8  # characters of a word at most
_CHUNK = 1 << 15  # characters in one go, so that the working arrays stay in the cache
_ROWS = 1 << 10  # rows of the network in one go


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
        self.ngrams = Ngrams(arrays)
        self._weights = Weights(arrays)
        self._network = Network(arrays)
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
        return self.ngrams.log_prob(self.ngrams.fold(text))

    def context_gain(self, text: str) -> Floats:
        """Give what the up to three characters before each one add to its ln P: high in words, below 0 in misreadings.

        Of two readings of the same print the one with the higher sum reads more like language, rare words or not.

        >>> model = load()
        >>> bool(model.context_gain("疫情防控工作").sum() > model.context_gain("疫情防腔工作").sum())
        True
        """
        classes = self.ngrams.fold(text)
        gain: Floats = self.ngrams.log_prob(classes) - self.ngrams.log_unigram[classes]
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
        told = self._junctions(lefts, rights)
        return np.concatenate([_NONE, *(_blend(parts, self._blends["junction"]) for parts in told)])

    def junction_parts(self, lefts: Sequence[str], rights: Sequence[str]) -> Floats:
        """Give what :meth:`junction` adds up: six gains that reach across each break, and the word of the network."""
        return np.concatenate([np.zeros((0, 7), np.float32), *map(_stacked, self._junctions(lefts, rights))])

    def _junctions(self, lefts: Sequence[str], rights: Sequence[str]) -> Iterator[Parts]:
        rows = "".join([_tail(left, REACH) + _head(right, REACH) for left, right in zip(lefts, rights, strict=True)])
        classes = self.ngrams.fold(rows).reshape(-1, 2 * REACH)
        for start in range(0, len(classes), _ROWS):
            some = classes[start : start + _ROWS]
            halves = some[:, REACH - 1 :: -1], some[:, REACH:]
            sides = [self._network.halves(side, self._network.embedded(half))[0] for side, half in enumerate(halves)]
            yield self._across(*halves, sides[0], sides[1])

    def _across(self, left: Ints, right: Ints, one: tuple[Floats, Floats], two: tuple[Floats, Floats]) -> Parts:
        """Give the parts for rows of classes on both sides of a break, nearest first, and for their :meth:`Network.halves`."""
        near = np.concatenate([left[:, ORDER - 2 :: -1].T, right[:, : ORDER - 1].T])
        columns = [*self.ngrams.gains_across(near), self._network.joined(one, two)]
        return Parts(columns, (near[ORDER - 2] == NOTHING) | (near[ORDER - 1] == NOTHING))

    def begins(self, texts: Sequence[str]) -> Floats:
        """Give the log-odds that each text begins a paragraph or headline, against being cut out of a paragraph.

        >>> start, middle = load().begins(["据了解，目前全市", "的生活物资供应"])
        >>> bool(start > 0 > middle)
        True
        """
        told = self._edges(BEGINS, texts)
        return np.concatenate([_NONE, *(_blend(parts, self._blends["begins"]) for parts in told)])

    def ends(self, texts: Sequence[str]) -> Floats:
        """Give the log-odds that each text ends a paragraph or headline, against being cut within a paragraph.

        >>> end, middle = load().ends(["为抗击疫情贡献力量。", "为抗击疫"])
        >>> bool(end > 0 > middle)
        True
        """
        told = self._edges(ENDS, texts)
        return np.concatenate([_NONE, *(_blend(parts, self._blends["ends"]) for parts in told)])

    def edge_parts(self, row: int, texts: Sequence[str]) -> Floats:
        """Give what :meth:`begins` and :meth:`ends` add up: the word of the n-grams at the edge, and of the network."""
        return np.concatenate([np.zeros((0, 2), np.float32), *map(_stacked, self._edges(row, texts))])

    def _edges(self, row: int, texts: Sequence[str]) -> Iterator[Parts]:
        if row == BEGINS:
            classes = self.ngrams.fold("".join([_head(text, REACH) for text in texts])).reshape(-1, REACH)
        else:
            classes = self.ngrams.fold("".join([_tail(text, REACH) for text in texts])).reshape(-1, REACH)[:, ::-1]
        for start in range(0, len(classes), _ROWS):
            rows = classes[start : start + _ROWS]
            yield self._at_edge(row, rows, self._network.edge(int(row == BEGINS), self._network.embedded(rows)))

    def _at_edge(self, row: int, classes: Ints, hidden: Floats) -> Parts:
        """Give the parts for rows of classes at an edge, nearest first, and for what the network has of them."""
        columns = [self._weights.linear(row, edge_keys(classes[:, :EDGE])), self._network.answer_at_edge(hidden, row)]
        return Parts(columns, classes[:, 0] == NOTHING)

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
        embedded = self._network.embedded(edges)
        heads, tails = edges[:n], edges[n:]
        ahead, beginning = self._network.halves(1, embedded[:n])
        behind, ending = self._network.halves(0, embedded[n:])
        before = [np.concatenate([side[:-1], side[:-2]]) for side in (tails, *behind)]
        here = [np.concatenate([side[1:], side[2:]]) for side in (heads, *ahead)]
        parts = self._across(before[0], here[0], (before[1], before[2]), (here[1], here[2]))
        junction = _blend(parts, self._blends["junction"])
        last = max(0, n - 1)
        odds = np.zeros((len(LineOdds._fields), n), np.float32)
        odds[0] = _blend(self._at_edge(BEGINS, heads, beginning), self._blends["begins"])
        odds[1] = _blend(self._at_edge(ENDS, tails, ending), self._blends["ends"])
        lengths = np.minimum(ends - starts, TITLE_LENGTH)
        behind_each = lengths.cumsum()
        at = (starts + lengths - behind_each).repeat(lengths) + np.arange(behind_each[-1])
        odds[2] = self._title(self.ngrams.class_of.take(codes.take(at)).astype(np.int64), lengths)
        odds[3, 1:], odds[4, 2:] = junction[:last], junction[last:]
        return odds

    def _edges_of(self, codes: Ints, first: Ints, last: Ints, step: Ints, reach: int = REACH) -> Ints:
        """Give the classes of REACH characters that are not white space, from each first place on in its direction."""
        steps = step[:, None]
        at = first[:, None] + steps * np.arange(reach)
        inside = at * steps < last[:, None] * steps
        near = codes[np.where(inside, at, 0)]
        classes: Ints = np.where(inside, self.ngrams.class_of[near], NOTHING).astype(np.int64)
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
        return self._title(self.ngrams.fold("".join(heads)), np.fromiter(map(len, heads), np.int64, len(heads)))

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
        sums = np.add.reduceat(self._weights.weighed(TITLE, keys).reshape(2, -1).sum(0, dtype=np.int32), first)
        return np.where(lengths > 0, self._weights.scaled(TITLE, sums) / np.maximum(lengths, 1).astype(np.float32), np.float32(0))

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
        page = self.ngrams.fold(f"{gap}{text}{gap}")
        pool = np.concatenate([page, self.ngrams.fold("".join(replacements))])
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
        total = self.ngrams.log_prob_of_columns(self.ngrams.class_of.take(points.T, mode="clip").astype(np.int64))
        return total[: len(rows)] - total[len(rows) :]

    def _spliced(self, pool: Ints, before: Ints, middle: Ints, lengths: Ints, after: Ints) -> Floats:
        """Give ln P of three classes of the pool from ``before``, ``lengths`` from ``middle``, three from ``after``."""
        total = np.zeros(len(lengths), np.float32)
        rooms = np.maximum(lengths, _WORD)  # words are read together, what is longer with others of its length
        edge = ORDER - 1
        for room in np.unique(rooms):
            (items,) = np.nonzero(rooms == room)
            place, length = np.arange(room + 2 * edge)[:, None], lengths[items]
            behind = place - edge - length
            at = np.where(behind >= 0, after[items] + behind, middle[items] + place - edge)
            at[:edge] = before[items] + place[:edge]
            outside = behind >= edge
            near = pool.take(at, mode="clip")
            near[outside] = NOTHING
            total[items] = self.ngrams.log_prob_of_columns(near, ~outside[edge:])
        return total


class Parts(NamedTuple):
    """What is said of n texts or breaks, part by part, and of which there is nothing to say."""

    columns: list[Floats]
    nothing: Bools


def _blend(parts: Parts, weights: Floats) -> Floats:
    """Give the weighted sum of parts and the bias, the parts being added in their order; 0 where there is nothing."""
    odds: Floats = np.full(len(parts.nothing), weights[-1])
    for column, weight in zip(parts.columns, weights[:-1], strict=True):
        odds += column * weight
    odds[parts.nothing] = 0
    return odds


def _stacked(parts: Parts) -> Floats:
    """Give parts as an array (n, parts), NaN where there is nothing."""
    table = np.stack(parts.columns, 1)
    table[parts.nothing] = np.nan
    return table


_NONE = np.zeros(0, np.float32)


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
