"""The model that reads a page: what each line begins, or what it continues.

Features of all lines go through residual dilated convolutions over the lines (each line sees some thirty lines on both
sides) and a linear chain over the labels. The weights ship as data; ``benchmarks/train_reader.py`` makes them and
``docs/reader-model.md`` is their card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from newsclean.layout.lines import Floats, Ints
from newsclean.page import KINDS

DILATIONS = (1, 2, 4, 8, 1)
HEADS = ("opens", "switches", "lost_start", "lost_end")
"""Beside the labels: the line opens an article; it belongs to another article than the block before; its block lacks
its beginning; its block lacks its end."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What the model says of n lines.

    Attributes:
        kinds: int64 array (n,): index into :data:`~newsclean.page.KINDS`.
        continues: bool array (n,): the line continues a block of its kind.
        scores: float32 array (n, 2 k): how well each label fits the line by itself, k kinds begun, then k continued.
        heads: float32 array (n, 4): log-odds of each of :data:`HEADS`.
    """

    kinds: Ints
    continues: npt.NDArray[np.bool_]
    scores: Floats
    heads: Floats


def no_readings() -> Readings:
    """What there is to say of a page without lines."""
    nothing = np.zeros(0, np.int64)
    return Readings(
        nothing, nothing.astype(bool), np.zeros((0, 2 * len(KINDS)), np.float32), np.zeros((0, len(HEADS)), np.float32)
    )


class Reader:
    """The weights, and how they are applied."""

    def __init__(self, weights: Mapping[str, npt.NDArray[Any]]) -> None:
        self._weights = weights

    def read(self, features: Floats, edges: Ints) -> Readings:
        """Labels of the lines of one page.

        Args:
            features: float32 array (n, f) of :func:`newsclean.layout.features.features`.
            edges: int64 array (n, c) of :func:`newsclean.layout.features.edge_characters`.
        """
        scores, heads = self._scores(features, edges)
        labels = _best_labels(scores, self._weights["transitions"], self._weights["begin"])
        return Readings(labels % len(KINDS), labels >= len(KINDS), scores, heads)

    def _scores(self, features: Floats, edges: Ints) -> tuple[Floats, Floats]:
        w = self._weights
        known = character_ids(edges, w["characters"])
        read = w["embedding"][known].reshape(len(edges), -1)
        hidden = np.maximum(features @ w["enter"] + read @ w["enter_characters"] + w["enter_bias"], 0)
        n, size = hidden.shape
        for k, reach in enumerate(DILATIONS):
            padded = np.zeros((n + 2 * reach, size), np.float32)
            padded[reach : reach + n] = hidden
            before, here, behind = w[f"convolution_{k}"]
            out = hidden @ here + w[f"convolution_{k}_bias"]
            out += padded[:n] @ before
            out += padded[2 * reach :] @ behind
            hidden = hidden + np.maximum(out, 0)
        out = hidden @ w["leave"] + w["leave_bias"]
        labels = 2 * len(KINDS)
        return out[:, :labels], out[:, labels:]


def character_ids(characters: Ints, known: npt.NDArray[Any]) -> Ints:
    """The place of each character among those that the model knows, counted from 1; 0 where it knows it not."""
    at = np.minimum(np.searchsorted(known, characters), len(known) - 1)
    return np.where(known[at] == characters, at + 1, 0)


def _best_labels(scores: Floats, transitions: Floats, begin: Floats) -> Ints:
    """The most probable sequence of labels (Viterbi 1967)."""
    n = len(scores)
    if not n:
        return np.zeros(0, np.int64)
    came_from = np.zeros((n, scores.shape[1]), np.int64)
    best = begin + scores[0]
    into = np.ascontiguousarray(transitions.T)
    rows = np.arange(len(into))
    for t in range(1, n):
        reached = into + best
        came_from[t] = reached.argmax(axis=1)
        best = reached[rows, came_from[t]] + scores[t]
    labels = np.empty(n, np.int64)
    labels[-1] = best.argmax()
    for t in range(n - 1, 0, -1):
        labels[t - 1] = came_from[t, labels[t]]
    return labels


@lru_cache(maxsize=1)
def load_reader() -> Reader:
    """The reader with the weights that ship with the package, loaded once."""
    with files("newsclean").joinpath("data/reader.npz").open("rb") as file, np.load(file) as stored:
        return Reader({name: stored[name] for name in stored.files})
