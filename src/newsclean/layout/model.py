"""The model that reads a page: what each line begins, or what it continues.

Features of all lines go through residual dilated convolutions over the lines (each line sees some thirty lines on both
sides) and a linear chain over the labels. The weights ship as data; ``benchmarks/train_reader.py`` makes them and
``docs/reader-model.md`` is their card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from newsclean.layout.lines import Floats, Ints
from newsclean.page import KINDS

DILATIONS = (1, 2, 4, 8, 1)
_SEEN = sum(DILATIONS)  # lines on each side
_ROWS = 1 << 12  # lines in one go
HEADS = ("opens", "lost_start", "lost_end")
"""Beside the labels: the line opens an article; its block lacks its beginning; its block lacks its end."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What the model says of n lines.

    Attributes:
        kinds: int64 array (n,): index into :data:`~newsclean.page.KINDS`.
        continues: bool array (n,): the line continues a block of its kind.
        scores: float32 array (n, 2 k): how well each label fits the line by itself, k kinds begun, then k continued.
        heads: float32 array (n, 3): log-odds of each of :data:`HEADS`.
        junction: float32 array (n,): the language model's log-odds that the line runs on from the one before it.
        elsewhere: bool array (n,): the characters around the break before the line stand within a line of the page.

    The last two are what the reader was told, for those that ask again.
    """

    kinds: Ints
    continues: npt.NDArray[np.bool_]
    scores: Floats
    heads: Floats
    junction: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    elsewhere: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))


def no_readings() -> Readings:
    """What there is to say of a page without lines."""
    nothing = np.zeros(0, np.int64)
    scores, heads = np.zeros((0, 2 * len(KINDS)), np.float32), np.zeros((0, len(HEADS)), np.float32)
    return Readings(nothing, nothing.astype(bool), scores, heads)


class Reader:
    """The weights, and how they are applied."""

    def __init__(self, weights: Mapping[str, npt.NDArray[Any]]) -> None:
        self._weights = weights
        self._ids = character_ids(np.arange(0x10000), weights["characters"])
        self._losses = _losses(weights["transitions"], weights["begin"])
        self._transitions, self._begin = weights["transitions"].tolist(), weights["begin"].tolist()
        self._convolutions = [
            (weights[f"convolution_{k}"].reshape(-1, weights["leave"].shape[0]), weights[f"convolution_{k}_bias"])
            for k in range(len(DILATIONS))
        ]

    def read(self, features: Floats, edges: Ints) -> Readings:
        """Labels of the lines of one page.

        Args:
            features: float32 array (n, f) of :func:`newsclean.layout.features.features`.
            edges: int64 array (n, c) of :class:`newsclean.layout.features.Edges`.
        """
        return self.decide(*self.scores(features, edges))

    def decide(self, scores: Floats, heads: Floats) -> Readings:
        """The likeliest labels of the lines of one page, of what :meth:`scores` gave."""
        labels = _best_labels(scores, self._transitions, self._begin, self._losses)
        return Readings(labels % len(KINDS), labels >= len(KINDS), scores, heads)

    def scores(self, features: Floats, edges: Ints) -> tuple[Floats, Floats]:
        """How well each label fits each line by itself, and the log-odds of each head, two float32 arrays of n rows."""
        w = self._weights
        n, labels = len(features), 2 * len(KINDS)
        out = np.empty((n, w["leave"].shape[1]), np.float32)
        for start in range(0, n, _ROWS):  # with the lines around it that it sees
            first, end = max(0, start - _SEEN), min(n, start + _ROWS)
            hidden = self._hidden(features[first : end + _SEEN], edges[first : end + _SEEN])
            out[start:end] = hidden[start - first : end - first] @ w["leave"] + w["leave_bias"]
        return out[:, :labels], out[:, labels:]

    def _hidden(self, features: Floats, edges: Ints) -> Floats:
        w = self._weights
        read = w["embedding"][self._ids[edges]].reshape(len(edges), -1)
        hidden: Floats = np.maximum(features @ w["enter"] + read @ w["enter_characters"] + w["enter_bias"], 0)
        n, size = hidden.shape
        near = np.empty((n, 3, size), np.float32)  # the line before, the line itself, the line behind
        for reach, (weights, bias) in zip(DILATIONS, self._convolutions, strict=True):
            near[:reach, 0] = near[max(0, n - reach) :, 2] = 0
            near[reach:, 0], near[:, 1], near[: max(0, n - reach), 2] = hidden[: max(0, n - reach)], hidden, hidden[reach:]
            out = near.reshape(n, 3 * size) @ weights
            out += bias
            hidden += np.maximum(out, 0, out=out)
        return hidden


def character_ids(characters: Ints, known: npt.NDArray[Any]) -> Ints:
    """The place of each character among those that the model knows, counted from 1; 0 where it knows it not."""
    at = np.minimum(np.searchsorted(known, characters), len(known) - 1)
    return np.where(known[at] == characters, at + 1, 0)


def _best_labels(scores: Floats, transitions: list[list[float]], begin: list[float], losses: Floats) -> Ints:
    """The most probable sequence of labels (Viterbi 1967), looked for only among those that can be in it.

    A label that another of its line beats by more than all transitions could make up for is in no best sequence. Most
    lines are left with one label, so that what is to be decided are short stretches between them.
    """
    n = len(scores)
    labels: Ints = scores.argmax(axis=1)
    kept = scores + losses[labels] >= scores[np.arange(n), labels, None]
    open_lines = (np.count_nonzero(kept, axis=1) > 1).nonzero()[0]
    end = -1
    for first in open_lines.tolist():
        if first <= end:
            continue
        # from the line before the stretch, which is settled, to the one behind it, which is too
        best = {int(labels[first - 1]): 0.0} if first else {-1: 0.0}
        came_from: list[dict[int, int]] = []
        end = first - 1
        while len(best) > 1 or end < first:
            end += 1
            if end == n:
                break
            reached, came = {}, {}
            row = scores[end].tolist()
            for label in kept[end].nonzero()[0].tolist():
                ways = [(odds + (transitions[k][label] if k >= 0 else begin[label]), -k) for k, odds in best.items()]
                odds, k = max(ways)
                reached[label], came[label] = odds + row[label], -k
            best = reached
            came_from.append(came)
        label = max(best, key=lambda k: (best[k], -k))
        for at in range(first + len(came_from) - 1, first - 1, -1):
            labels[at] = label
            label = came_from[at - first][label]
    return labels


def _losses(transitions: Floats, begin: Floats) -> Floats:
    """For each label and each other one how much at most the transitions on both sides can speak for the other."""
    into = np.concatenate([transitions, begin[None]])
    out = np.concatenate([transitions, np.zeros((len(transitions), 1))], axis=1)
    gain_in = (into[:, None, :] - into[:, :, None]).max(axis=0)
    gain_out = (out[None, :, :] - out[:, None, :]).max(axis=2)
    return np.asarray(gain_in + gain_out + 1e-3, np.float32)  # more than rounding can do


@lru_cache(maxsize=1)
def load_reader() -> Reader:
    """The reader with the weights that ship with the package, loaded once."""
    with files("newsclean").joinpath("data/reader.npz").open("rb") as file, np.load(file) as stored:
        return Reader({name: stored[name] for name in stored.files})
