"""Whether a line is about the same as what stands before and behind it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from newsclean.layout.lines import HAN, Floats, Ints
from newsclean.layout.table import Array, Table
from newsclean.layout.topics import SIZE, buckets, load_vectors

TOPIC_SPANS = (120, 450, 1200)  # characters before and behind
THREAD = 1500  # characters over which a word standing again is a sign


def add_cohesion(table: Table, codes: Ints, classes: Array, starts: Ints, ends: Ints) -> None:
    """Whether a line is about the same as what stands before and behind it: by topic, and by the words they share."""
    n = len(starts)
    vectors = load_vectors()
    pair = np.flatnonzero((classes[:-1] == HAN) & (classes[1:] == HAN))
    line = np.searchsorted(starts, pair, side="right") - 1
    inside = (line >= 0) & (pair + 1 < ends[line]) if len(pair) else np.zeros(0, bool)
    pair, line = pair[inside], line[inside]
    keys = codes[pair] << 16 | codes[pair + 1]
    bucket = buckets(codes[pair], codes[pair + 1])
    first = np.searchsorted(line, np.arange(n + 1))
    told = np.flatnonzero(first[1:] > first[:-1])
    summed = np.zeros((n + 1, SIZE))
    if len(told):  # whole numbers: every order of adding them up gives the same sums
        summed[told + 1] = np.add.reduceat(vectors[bucket], first[told], axis=0, dtype=np.float64)
    topics = np.cumsum(summed, axis=0).astype(np.float32)  # of all lines before each
    sizes = np.concatenate([[0], np.cumsum(ends - starts)])
    own = topics[1:] - topics[:-1]
    for reach in TOPIC_SPANS:
        above = np.searchsorted(sizes, sizes[:-1] - reach)
        below = np.minimum(np.searchsorted(sizes, sizes[1:] + reach), n)
        before = topics[:-1] - topics[above]
        behind = topics[below] - topics[1:]
        table.add(f"topic, line and {reach} before", _cosine(own, before))
        table.add(f"topic, line and {reach} behind", _cosine(own, behind))
        table.add(f"topic, {reach} before and from here", _cosine(before, behind + own))
        table.add(f"topic, {reach} before and behind", _cosine(before, behind))
    # each pair of characters that stands again is a thread from one place to the next; rarer pairs are stronger
    weight = np.minimum(_norms()[bucket], 4)
    order = np.argsort(keys, kind="stable")
    again = keys[order][1:] == keys[order][:-1]
    left, right = order[:-1][again], order[1:][again]
    near = (line[right] > line[left]) & (pair[right] - pair[left] <= THREAD)
    left, right = left[near], right[near]
    strength = weight[right]
    begin = np.bincount(line[left] + 1, strength, n + 1)
    end = np.bincount(line[right] + 1, strength, n + 1)
    crossing = np.cumsum(begin - end)[:n]
    total = np.bincount(line, weight, n) + 1
    table.add("threads across", np.log1p(np.maximum(crossing, 0)))
    around = np.convolve(crossing, np.ones(9) / 9, "same") if n >= 9 else crossing
    table.add("threads across / around", np.minimum(crossing / (around + 1), 4))
    table.add("threads from before", np.minimum(np.bincount(line[right], strength, n) / total, 2))
    table.add("threads to behind", np.minimum(np.bincount(line[left], strength, n) / total, 2))


@lru_cache(maxsize=1)
def _norms() -> Floats:
    norms = np.linalg.norm(load_vectors(), axis=1)
    return np.asarray(norms / norms.mean(), np.float32)


def _cosine(a: Floats, b: Floats) -> Floats:
    size = np.sqrt(np.einsum("ij,ij->i", a, a) * np.einsum("ij,ij->i", b, b)) + 1e-3
    return np.asarray(np.einsum("ij,ij->i", a, b) / size, np.float32)
