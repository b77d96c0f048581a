"""What the language model knows of beginnings, ends, breaks and headlines beyond n-grams.

Two parts: sums of weights that hashed keys find (beginnings, ends, headlines), and a small network whose weights are
whole numbers (both sides of a break, beginnings, ends). Numbers of the network stand in floats, where their sums are exact
on every machine.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from newsclean.ngrams import BITS, NOTHING, ORDER, Floats, Ints, Words, mix, pack

BEGINS, ENDS, TITLE = range(3)  # rows of the linear weights
EDGE = 4  # characters of a beginning or an end that are taken as n-grams


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


class Weights:
    """Sums of weights that keys find by their hash."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._weights: npt.NDArray[np.int8] = arrays["weights"]  # (3, a power of two)
        self._unit = arrays["unit"]  # float32 (3, 2): unit and bias of each row of the weights

    def linear(self, row: int, keys: Words) -> Floats:
        """Give the sum of the weights of each row of keys, and the bias."""
        return self.scaled(row, self.weighed(row, keys).sum(1, dtype=np.int32))

    def weighed(self, row: int, keys: Words) -> npt.NDArray[np.int8]:
        """Give the weight of each key."""
        weights = self._weights[row]
        slots = mix(keys) >> np.uint64(65 - len(weights).bit_length())
        found: npt.NDArray[np.int8] = weights[slots.view(np.int64)]
        return found

    def scaled(self, row: int, sums: npt.NDArray[np.int32]) -> Floats:
        """Give sums of weights as log-odds."""
        unit, bias = self._unit[row]
        odds: Floats = sums.astype(np.float32) * unit + bias
        return odds


class Network:
    """A network of whole numbers that reads some characters on each side of a break."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        names = ("embedding", "sides", "sides_bias", "edges", "edges_bias", "joint", "joint_bias", "outputs")
        self._net = {name: arrays[name].astype(np.float32) for name in (*names, "outputs_bias")}
        for name in ("", "_bias"):
            self._net["both" + name] = np.concatenate([self._net["sides" + name], self._net["edges" + name]], -1)

    def edge(self, side: int, embedded: Floats) -> Floats:
        """Give what the network has of one side as an edge of the text."""
        said: Floats = embedded @ self._net["edges"][side] + self._net["edges_bias"][side]
        return said

    def answer_at_edge(self, hidden: Floats, row: int) -> Floats:
        """Give the log-odds of a row, BEGINS or ENDS, for what :meth:`edge` or :meth:`halves` have said."""
        return self._answer(_round(hidden, 8, 0), 1 + row)

    def embedded(self, classes: Ints) -> Floats:
        """Give each row of REACH classes, nearest first, as one row of numbers for the network."""
        return self._net["embedding"].take(classes, 0).reshape(len(classes), self._net["sides"].shape[1])

    def halves(self, side: int, embedded: Floats) -> tuple[tuple[Floats, Floats], Floats]:
        """Give what the network has of one side of a break: to be added to what it has of the other side, and to be
        multiplied with that; and what it has of the same side as an edge of the text."""
        said = embedded @ self._net["both"][side] + self._net["both_bias"][side]
        sums = self._net["sides"].shape[2] // 2
        return (said[:, :sums], _round(said[:, sums : 2 * sums], 8)), said[:, 2 * sums :]

    def joined(self, one: tuple[Floats, Floats], two: tuple[Floats, Floats]) -> Floats:
        """Give the network's log-odds that two sides belong together."""
        both = np.concatenate([_round(one[0] + two[0], 8, 0), _round(one[1] * two[1], 5)], 1)
        return self._answer(_round(both @ self._net["joint"] + self._net["joint_bias"], 6, 0), 0)

    def _answer(self, hidden: Floats, row: int) -> Floats:
        odds: Floats = (hidden @ self._net["outputs"][row] + self._net["outputs_bias"][row]) * np.float32(1 / 2048)
        return odds


def _round(values: Floats, bits: int, least: int = -127) -> Floats:
    """Drop binary digits, and keep what is left within a signed byte."""
    rounded: Floats = values * np.float32(2**-bits)
    rounded += np.float32(0.5)
    np.floor(rounded, out=rounded)
    np.maximum(rounded, np.float32(least), out=rounded)
    return np.minimum(rounded, np.float32(127), out=rounded)
