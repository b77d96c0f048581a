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
    """A network of whole numbers that reads some characters on each side of a break.

    Its numbers are divided by powers of two and rounded, layer by layer. The weights hold these divisions, and the halves
    that rounding adds: sums of floats stay exact with them.
    """

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        names = ("embedding", "sides", "sides_bias", "edges", "edges_bias", "joint", "joint_bias", "outputs", "outputs_bias")
        net = {name: arrays[name].astype(np.float32) for name in names}
        self._sums = net["sides"].shape[2] // 2
        half = np.repeat(np.array([0.25, 0.5], np.float32), self._sums)  # the sums of both sides are rounded together
        self._embedding = net["embedding"]
        self._edges = _divided(net["edges"], 8), _divided(net["edges_bias"], 8) + np.float32(0.5)
        sides = _divided(net["sides"], 8), _divided(net["sides_bias"], 8) + half
        self._both = tuple(np.concatenate(pair, -1) for pair in zip(sides, self._edges, strict=True))
        self._joint = _divided(net["joint"], 6), _divided(net["joint_bias"], 6) + np.float32(0.5)
        self._outputs = _divided(net["outputs"], 11), _divided(net["outputs_bias"], 11)

    def edge(self, side: int, embedded: Floats) -> Floats:
        """Give what the network has of one side as an edge of the text."""
        said: Floats = embedded @ self._edges[0][side] + self._edges[1][side]
        return said

    def answer_at_edge(self, hidden: Floats, row: int) -> Floats:
        """Give the log-odds of a row, BEGINS or ENDS, for what :meth:`edge` or :meth:`halves` have said."""
        return self._answer(_rounded(hidden, 0), 1 + row)

    def embedded(self, classes: Ints) -> Floats:
        """Give each row of REACH classes, nearest first, as one row of numbers for the network."""
        return self._embedding.take(classes, 0).reshape(len(classes), self._both[0].shape[1])

    def halves(self, side: int, embedded: Floats) -> tuple[tuple[Floats, Floats], Floats]:
        """Give what the network has of one side of a break: to be added to what it has of the other side, and to be
        multiplied with that; and what it has of the same side as an edge of the text."""
        said = embedded @ self._both[0][side]
        said += self._both[1][side]
        sums = self._sums
        return (said[:, :sums], _rounded(said[:, sums : 2 * sums])), said[:, 2 * sums :]

    def joined(self, one: tuple[Floats, Floats], two: tuple[Floats, Floats]) -> Floats:
        """Give the network's log-odds that two sides belong together."""
        both = np.empty((len(one[0]), 2 * self._sums), np.float32)
        _rounded(np.add(one[0], two[0], out=both[:, : self._sums]), 0)
        products = np.multiply(one[1], two[1], out=both[:, self._sums :])
        products *= np.float32(2**-5)
        products += np.float32(0.5)
        _rounded(products)
        hidden = both @ self._joint[0]
        hidden += self._joint[1]
        return self._answer(_rounded(hidden, 0), 0)

    def _answer(self, hidden: Floats, row: int) -> Floats:
        odds: Floats = hidden @ self._outputs[0][row] + self._outputs[1][row]
        return odds


def _divided(values: Floats, bits: int) -> Floats:
    """Divide by a power of two, which is exact."""
    return values * np.float32(2.0**-bits)


def _rounded(values: Floats, least: int = -127) -> Floats:
    """Drop what is not whole, in place, and keep the rest within a signed byte; the half that rounds has been added."""
    np.floor(values, out=values)
    np.maximum(values, np.float32(least), out=values)
    return np.minimum(values, np.float32(127), out=values)
