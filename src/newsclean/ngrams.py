"""The n-grams of the language model: classes of characters, and a table of what each n-gram adds to the shorter one.

What an n-gram adds is kept as a *gain*, ln P(c | h) - ln P(c | h without its first character). Gains stand in 64 steps in
a table without keys (Talbot and Brants, "Randomized language models via perfect hash functions", ACL 2008; laid out as in
Graf and Lemire, "Binary fuse filters", 2022): three places are read and combined, ten bits tell whether the n-gram was
ever put in (one foreign n-gram in a thousand passes), six bits are the gain.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]

ORDER = 4
BITS = 13  # of one class; four classes and a tag fill one 64-bit key
BOUNDARY, NOTHING, RARE_HAN, OTHER = range(4)  # the first classes; NOTHING is a place outside the text
BACKOFF = 8  # tag of the back-off weights, plus the length of the context; the tag of a gain is its order
# Numbers stand in arrays of no dimension: of few keys, numpy takes longer over a bare number than over the keys
_18, _27, _30, _31, _32, _54 = (np.array(n, np.uint64) for n in (18, 27, 30, 31, 32, 54))
_SPREAD_1, _SPREAD_2 = np.array(0xBF58476D1CE4E5B9, np.uint64), np.array(0x94D049BB133111EB, np.uint64)
_PROOF = np.array(0x9E3779B97F4A7C15, np.uint64)
_SECOND, _THIRD, _FOURTH = (np.array(place * BITS) for place in range(1, ORDER))  # where classes stand in a key
_ABSENT, _VALUE_BITS, _VALUE = np.array(NOTHING), np.array(6, np.uint16), np.array(63, np.uint16)
_ASKED = np.array([[2], [BACKOFF + 2], [3], [BACKOFF + 3], [4]])  # the tags of what is looked up of each character
_TAGS = np.array([2, 3, 4, BACKOFF + 2, BACKOFF + 3])  # and of what is of columns
_NOTHING_BEFORE = np.full(ORDER - 1, NOTHING)
_LOOKED_UP = 1 << 12  # characters whose n-grams are looked up in one go


def pack(columns: Sequence[Ints], tag: int) -> Words:
    """Pack up to four columns of classes, and a tag that tells what is asked about them, into 64-bit keys."""
    key = columns[0] | np.int64(tag << (ORDER * BITS))
    for place, column in enumerate(columns[1:], 1):
        key = key | (column << np.int64(place * BITS))
    return key.view(np.uint64)


def mix(keys: Words) -> Words:
    """Spread keys over 64 bits, the same on every machine (the finalizer of splitmix64)."""
    keys = keys ^ keys >> _30
    keys *= _SPREAD_1
    keys ^= keys >> _27
    keys *= _SPREAD_2
    keys ^= keys >> _31
    return keys


def places(hashed: Words, segment: int, segments: int) -> tuple[Ints, Ints, Ints]:
    """Give each hashed key its three places in a table of ``segments + 2`` segments, each a power of two long."""
    length, mask, spread = (np.array(n, np.uint64) for n in (segment, segment - 1, segment * segments))
    first = (hashed >> _32) * spread >> _32
    second = first + length
    third = second + length
    second ^= hashed >> _18 & mask
    third ^= hashed & mask
    return first.view(np.int64), second.view(np.int64), third.view(np.int64)


def proof(hashed: Words) -> npt.NDArray[np.uint16]:
    """Give the ten bits that tell a key that was put in from one that was not."""
    return ((hashed * _PROOF) >> _54).astype(np.uint16)


class Ngrams:
    """The classes of characters, and what the n-grams of classes say; all arrays are those of the model's file."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self.class_of = arrays["class"]  # uint16 (0x20001,), code point -> class
        self.log_unigram = arrays["log_unigram"]  # float32 (classes,), shared among the characters of a class
        self._log_backoff = arrays["log_backoff"].astype(np.float32)  # (classes,), of contexts of one character
        self._slots: npt.NDArray[np.uint16] = arrays["slots"]  # uint16, ten bits of proof and six of value
        self._segment, self._segments = (int(n) for n in arrays["segments"])
        self._values = arrays["values"]  # float32 (16, 64), by tag

    def fold(self, text: str) -> Ints:
        """Give the class of each character."""
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        return self.class_of[np.minimum(points, len(self.class_of) - 1)].astype(np.int64)

    def log_prob(self, classes: Ints) -> Floats:
        """Give ln P of each class after up to three before it."""
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
        unigram, before = self.log_unigram.take(classes), padded[2:-1]
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
        return slot >> _VALUE_BITS == proof(hashed), self._values.take((slot & _VALUE) + (tags << _VALUE_BITS))

    def gains_of_columns(self, near: Ints) -> tuple[Floats, Floats]:
        """Give what :meth:`_gains` gives of the classes behind the first three, for many short rows in one pass.

        Args:
            near: the classes, one column for each row of text, an array (k + 3, n).

        Returns:
            What the character before each, the two, the three before it add (3, k, n); and ln P (k, n).
        """
        k = len(near) - ORDER + 1
        three_at, four_at, context_at = k + 2, 2 * k + 3, 3 * k + 3
        rows = _rows(k)
        keys = np.empty((len(rows.tags), near.shape[1]), np.int64)
        twos = np.bitwise_or(near[:-1], near[1:] << _SECOND, out=keys[:three_at])
        threes = np.bitwise_or(twos[:-1], near[2:] << _THIRD, out=keys[three_at:four_at])
        np.bitwise_or(threes[:-1], near[3:] << _FOURTH, out=keys[four_at:context_at])
        keys[context_at:-k], keys[-k:] = twos[1:-1], threes[:-1]  # contexts of the threes and fours
        keys |= rows.packed
        found, value = self._look_up(keys.view(np.uint64), rows.tags)
        near_two, near_three = found[context_at:].reshape(2, k, -1)
        pairs = near != _ABSENT
        pairs = pairs[:-1] & pairs[1:]
        two = pairs & found[:three_at]
        three = two[:-1] & two[1:] & found[three_at:four_at]
        seen = np.empty((ORDER - 1, k, near.shape[1]), bool)
        seen[0], seen[1] = two[2:], three[1:]
        np.logical_and(three[:-1] & three[1:], found[four_at:context_at], out=seen[2])
        # the weight of the context where an n-gram is not in the table, and nothing where that is not either
        gain = np.empty(seen.shape, np.float32)
        np.multiply(self._log_backoff.take(near[2:-1]), pairs[2:], out=gain[0])
        np.multiply(value[context_at:-k], two[1:-1] & near_two, out=gain[1])
        np.multiply(value[-k:], three[:-1] & near_three, out=gain[2])
        np.copyto(gain, value.take(rows.last, 0), where=seen)
        total: Floats = self.log_unigram.take(near[3:])
        for nth in range(ORDER - 1):  # no probability above 1, as in _gains
            added: Floats = gain[nth]
            np.minimum(added, -total, out=added)
            total = total + added
        return gain, total

    def log_prob_of_columns(self, near: Ints, counted: Bools | None = None) -> Floats:
        """Give ln P of each column of classes behind its first three, which are only looked back at.

        Args:
            near: as :meth:`gains_of_columns` takes them.
            counted: which of them count, an array (k, n); all if None.
        """
        _, log_prob = self.gains_of_columns(near)
        if counted is not None:
            log_prob *= counted
        total: Floats = log_prob[0]
        for row in log_prob[1:]:  # not np.sum, which adds those of one column in another order
            total = total + row
        return total

    def gains_across(self, near: Ints) -> list[Floats]:
        """Give the gains that reach across a break, for the classes of three characters before it and three behind it.

        Args:
            near: an array (6, n).
        """
        two, three, four = self.gains_of_columns(near)[0]
        return [two[0], three[0], four[0], three[1], four[1], four[2]]


class _Rows(NamedTuple):
    """Of the keys of so many rows: which piece each is of, and where those n-grams stand that end in a row."""

    tags: Ints
    packed: Ints
    last: Ints


@functools.cache
def _rows(k: int) -> _Rows:
    tags = np.repeat(_TAGS, [k + 2, k + 1, k, k, k])[:, None]
    return _Rows(tags, tags << ORDER * BITS, np.arange(k) + np.array([[2], [k + 3], [2 * k + 3]]))


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
