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
import itertools
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["LanguageModel", "load"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

ORDER = 4
BITS = 13  # of one class; four classes and a tag fill one 64-bit key
BOUNDARY, NOTHING, RARE_HAN, OTHER = range(4)  # the first classes; NOTHING is a place outside the text
BEGINS, ENDS, TITLE = range(3)  # rows of the linear weights
BACKOFF = 8  # tag of the back-off weights, plus the length of the context; the tag of a gain is its order
EDGE = 4  # characters of a beginning or an end that are taken as n-grams
REACH = 6  # characters on each side that the network reads
TITLE_LENGTH = 40
_PAD = "\0"  # folds to NOTHING
_BLANK = np.zeros(0x10000, bool)  # white space, as str.isspace has it
_BLANK[[*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]] = True
_CHUNK = 1 << 15  # characters in one go, so that the working arrays stay in the cache
_ROWS = 1 << 10  # rows of the network in one go


def pack(columns: Sequence[Ints], tag: int) -> Words:
    """Pack up to four columns of classes, and a tag that tells what is asked about them, into 64-bit keys."""
    key = columns[0] | np.int64(tag << (ORDER * BITS))
    for place, column in enumerate(columns[1:], 1):
        key = key | (column << np.int64(place * BITS))
    return key.view(np.uint64)


def mix(keys: Words) -> Words:
    """Spread keys over 64 bits, the same on every machine (the finalizer of splitmix64)."""
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))


def places(hashed: Words, segment: int, segments: int) -> tuple[Ints, Ints, Ints]:
    """Give each hashed key its three places in a table of ``segments + 2`` segments, each a power of two long."""
    mask = np.uint64(segment - 1)
    first = ((hashed >> np.uint64(32)) * np.uint64(segment * segments)) >> np.uint64(32)
    second = (first + np.uint64(segment)) ^ ((hashed >> np.uint64(18)) & mask)
    third = (first + np.uint64(2 * segment)) ^ (hashed & mask)
    return first.view(np.int64), second.view(np.int64), third.view(np.int64)


def proof(hashed: Words) -> npt.NDArray[np.uint16]:
    """Give the ten bits that tell a key that was put in from one that was not."""
    return ((hashed * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(54)).astype(np.uint16)


def edge_keys(classes: Ints) -> Words:
    """Give the keys of the first one, two, three and four columns; 0 where the text is shorter."""
    keys = [pack([classes[:, i] for i in range(n)], n) for n in range(1, EDGE + 1)]
    return np.where(classes == NOTHING, np.uint64(0), np.stack(keys, 1))


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
        near = classes[:, REACH - ORDER + 1 : REACH + ORDER - 1]
        _, two, three, four = (part.reshape(near.shape) for part in self._gains(near.ravel()))
        at = ORDER - 1
        gains = two[:, at], three[:, at], four[:, at], three[:, at + 1], four[:, at + 1], four[:, at + 2]
        parts = np.stack([*gains, self._joined(classes)], 1)
        parts[(near[:, at - 1] == NOTHING) | (near[:, at] == NOTHING)] = np.nan
        return parts

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
        parts = np.stack([self._linear(row, edge_keys(classes[:, :EDGE])), self._edged(row, classes)], 1)
        parts[classes[:, 0] == NOTHING] = np.nan
        return parts

    def lines(self, codes: Ints, starts: Ints, ends: Ints) -> LineOdds:
        """Give what :meth:`begins`, :meth:`ends`, :meth:`title` and :meth:`junction` say of the lines of one page.

        Args:
            codes: int64 array of the page's code points, none beyond the basic plane.
            starts, ends: int64 arrays (n,), where the lines begin and end, white space at their edges left out.
        """
        heads = self._edges_of(codes, starts, ends, 1)
        tails = self._edges_of(codes, ends - 1, starts - 1, -1)[:, ::-1]
        blend = self._blends["junction"]
        pairs = np.concatenate([tails[:-1], tails[:-2]]), np.concatenate([heads[1:], heads[2:]])
        odds = _blend(self._junction_parts(np.concatenate(pairs, 1)), blend)
        before = np.zeros(len(starts), np.float32)
        across = np.zeros(len(starts), np.float32)
        before[1:] = odds[: len(before[1:])]
        across[2:] = odds[len(before[1:]) :]
        return LineOdds(
            _blend(self._edge_parts(BEGINS, heads), self._blends["begins"]),
            _blend(self._edge_parts(ENDS, tails[:, ::-1]), self._blends["ends"]),
            self._titles_of(codes, starts, ends),
            before,
            across,
        )

    def _edges_of(self, codes: Ints, first: Ints, last: Ints, step: int) -> Ints:
        """Give the classes of the first REACH characters of each line that are not white space, in the given direction."""
        reach = 2 * REACH
        at = first[:, None] + step * np.arange(reach)
        inside = at * step < last[:, None] * step
        near = codes[np.where(inside, at, 0)] if len(codes) else at
        blank = ~inside | _BLANK[near]
        order = np.argsort(blank, axis=1, kind="stable")[:, :REACH]
        classes: Ints = self._class[np.take_along_axis(near, order, 1)].astype(np.int64)
        classes[np.take_along_axis(blank, order, 1)] = NOTHING
        return classes

    def _titles_of(self, codes: Ints, starts: Ints, ends: Ints) -> Floats:
        lengths = np.minimum(ends - starts, TITLE_LENGTH)
        odds = np.zeros(len(starts), np.float32)
        # lines of about the same length together, so that little is filled up
        for low, high in itertools.pairwise((0, 12, 20, 28, TITLE_LENGTH)):
            (some,) = np.nonzero((lengths > low) & (lengths <= high))
            for part in np.array_split(some, len(some) * high // _CHUNK + 1) if len(some) else ():
                at = np.arange(-1, high + 1)
                inside = (at >= 0) & (at < lengths[part, None])
                points = codes[np.where(inside, starts[part, None] + at, 0)]
                classes = np.where(inside, self._class[points].astype(np.int64), NOTHING)
                odds[part] = self._title(classes, lengths[part].astype(np.float32))
        return odds

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
        width = max(map(len, heads), default=0)
        rows = "".join([_PAD + head.ljust(width, _PAD) + _PAD for head in heads])
        classes = self._fold(rows).reshape(len(heads), width + 2)
        return self._title(classes, np.fromiter(map(len, heads), np.float32, len(heads)))

    def _title(self, classes: Ints, lengths: Floats) -> Floats:
        return np.where(lengths > 0, self._linear(TITLE, title_keys(classes)) / np.maximum(lengths, 1), np.float32(0))

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

    def _spliced(self, pool: Ints, before: Ints, middle: Ints, lengths: Ints, after: Ints) -> Floats:
        """Give ln P of three classes of the pool from ``before``, ``lengths`` from ``middle``, three from ``after``."""
        context = ORDER - 1
        total = np.zeros(len(lengths), np.float32)
        for length in np.unique(lengths):
            (items,) = np.nonzero(lengths == length)
            edge, inner = np.arange(context), np.arange(length)
            rows = np.concatenate(
                [before[items, None] + edge, middle[items, None] + inner, after[items, None] + edge], 1
            )
            log_prob = self._log_prob(pool[rows].ravel()).reshape(rows.shape)
            for column in log_prob.T[context:]:
                total[items] += column
        return total

    def _fold(self, text: str) -> Ints:
        """Give the class of each character."""
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        return self._class[np.minimum(points, len(self._class) - 1)].astype(np.int64)

    def _log_prob(self, classes: Ints) -> Floats:
        parts = [np.zeros(0, np.float32)]
        for start in range(0, len(classes), _CHUNK):
            skip = min(start, ORDER - 1)
            unigram, two, three, four = self._gains(classes[start - skip : start + _CHUNK])
            parts.append((unigram + two + three + four)[skip:])
        return np.concatenate(parts)

    def _gains(self, classes: Ints) -> tuple[Floats, Floats, Floats, Floats]:
        """Give ln P of each class alone, and what the character before it, the two, the three before it add."""
        padded = np.concatenate([np.full(ORDER - 1, NOTHING), classes])
        columns = [padded[i : i + len(classes)] for i in range(ORDER)]
        gains = [np.zeros(len(classes), np.float32) for _ in range(ORDER - 1)]
        total = self._log_unigram[classes]
        seen = (columns[-2] != NOTHING) & (columns[-1] != NOTHING)
        gains[0][seen] = self._log_backoff[columns[-2][seen]]
        for order, gain in enumerate(gains, 2):
            # an n-gram is only in the table when the shorter ones at its start and at its end are
            if order > 2:
                before = np.concatenate([[False], seen[:-1]])
                (ask,) = np.nonzero(before)
                context = pack([column[ask] for column in columns[-order:-1]], BACKOFF + order - 1)
                found, value = self._look_up(context, BACKOFF + order - 1)
                gain[ask[found]] = value[found]
                seen &= before
            (ask,) = np.nonzero(seen)
            found, value = self._look_up(pack([column[ask] for column in columns[-order:]], order), order)
            gain[ask[found]] = value[found]
            seen = np.zeros(len(classes), np.bool_)
            seen[ask[found]] = True
            # no probability above 1: this bounds what a foreign n-gram that passes can do
            np.minimum(gain, -total, out=gain)
            total += gain
        return self._log_unigram[classes], gains[0], gains[1], gains[2]

    def _look_up(self, keys: Words, tag: int) -> tuple[npt.NDArray[np.bool_], Floats]:
        """Tell for each key whether it is in the table, and its value where it is."""
        hashed = mix(keys)
        one, two, three = places(hashed, self._segment, self._segments)
        slot = self._slots[one] ^ self._slots[two] ^ self._slots[three]
        return slot >> 6 == proof(hashed), self._values[tag, slot & 63]

    def _linear(self, row: int, keys: Words) -> Floats:
        """Give the sum of the weights of each row of keys, and the bias."""
        weights = self._weights[row]
        slots = mix(keys) >> np.uint64(65 - len(weights).bit_length())
        unit, bias = self._unit[row]
        odds: Floats = weights[slots.view(np.int64)].sum(1, dtype=np.int32).astype(np.float32) * unit + bias
        return odds

    def _joined(self, classes: Ints) -> Floats:
        """Give the network's log-odds that the two halves of each row belong together."""
        net, parts = self._net, [np.zeros(0, np.float32)]
        for start in range(0, len(classes), _ROWS):
            rows = classes[start : start + _ROWS]
            one, two = (
                net["embedding"][half].reshape(len(rows), -1) @ net["sides"][side] + net["sides_bias"][side]
                for side, half in enumerate((rows[:, REACH - 1 :: -1], rows[:, REACH:]))
            )
            sums, products = np.split(np.arange(one.shape[1]), 2)
            both = _round((one + two)[:, sums], 8, 0)
            product = _round(_round(one[:, products], 8) * _round(two[:, products], 8), 5)
            hidden = np.concatenate([both, product], 1) @ net["joint"] + net["joint_bias"]
            parts.append(self._answer(_round(hidden, 6, 0), 0))
        return np.concatenate(parts)

    def _edged(self, row: int, classes: Ints) -> Floats:
        """Give the network's log-odds of a beginning or an end, nearest characters first."""
        net, side, parts = self._net, int(row == BEGINS), [np.zeros(0, np.float32)]
        for start in range(0, len(classes), _ROWS):
            rows = classes[start : start + _ROWS]
            hidden = net["embedding"][rows].reshape(len(rows), -1) @ net["edges"][side] + net["edges_bias"][side]
            parts.append(self._answer(_round(hidden, 8, 0), 1 + row))
        return np.concatenate(parts)

    def _answer(self, hidden: Floats, row: int) -> Floats:
        odds: Floats = (hidden @ self._net["outputs"][row] + self._net["outputs_bias"][row]) * np.float32(1 / 2048)
        return odds


def _round(values: Floats, bits: int, least: int = -127) -> Floats:
    """Drop binary digits, and keep what is left within a signed byte."""
    rounded: Floats = np.clip(np.floor(values * np.float32(2**-bits) + np.float32(0.5)), least, 127)
    return rounded


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
