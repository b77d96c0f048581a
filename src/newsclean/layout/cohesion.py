"""Whether a line is about the same as what stands before and behind it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from newsclean.layout.lines import HAN, Floats, Ints, within
from newsclean.layout.table import Array, Table
from newsclean.layout.topics import SIZE, buckets, load_vectors

TOPIC_SPANS = (120, 450, 1200)  # characters before and behind
THREAD = 1500  # characters over which a word standing again is a sign


def add_cohesion(table: Table, codes: Ints, classes: Array, starts: Ints, ends: Ints) -> None:
    """Whether a line is about the same as what stands before and behind it: by topic, and by the words they share."""
    n = len(starts)
    han = classes == HAN
    pair, line = within((han[:-1] & han[1:]).nonzero()[0], starts, ends - 1)
    first, second = codes.take(pair), codes.take(pair + 1)
    bucket = buckets(first, second)
    _add_topics(table, bucket, line.searchsorted(np.arange(n + 1)), ends - starts)
    # each pair of characters that stands again is a thread from one place to the next; rarer pairs are stronger
    weight = _weights().take(bucket)
    keys = first << 16 | second
    order = keys.argsort(kind="stable")
    keys = keys.take(order)
    again = (keys[1:] == keys[:-1]).nonzero()[0]
    left, right = order.take(again), order.take(again + 1)
    near = (line[right] > line[left]) & (pair[right] - pair[left] <= THREAD)
    left, right = left[near], right[near]
    strength = weight[right]
    to_behind, before = np.bincount(line[left], strength, n), np.bincount(line[right], strength, n)
    crossing = np.zeros(n)
    crossing[1:] = (to_behind - before).cumsum()[:-1]
    total = np.bincount(line, weight, n) + 1
    around = np.convolve(crossing, np.ones(9) / 9, "same") if n >= 9 else crossing
    rows = table.rows("threads across", "threads across / around", "threads from before", "threads to behind")
    rows[0] = np.log1p(np.maximum(crossing, 0))
    rows[1] = np.minimum(crossing / (around + 1), 4)
    rows[2] = np.minimum(before / total, 2)
    rows[3] = np.minimum(to_behind / total, 2)


def _add_topics(table: Table, bucket: Ints, first: Ints, sizes: Ints) -> None:
    """How near the topic of each line is to that of the characters before and behind it.

    Args:
        table: gets the columns.
        bucket: the bucket of each pair of characters, in order.
        first: the place in ``bucket`` of the first pair of each line, and the number of all.
        sizes: characters of each line.
    """
    n = len(sizes)
    so_far = np.concatenate([[0], sizes.cumsum()])
    reach = np.array(TOPIC_SPANS)[:, None]
    above = so_far.searchsorted(so_far[:-1] - reach)
    below = np.minimum(so_far.searchsorted(so_far[1:] + reach), n)
    found = np.empty((len(TOPIC_SPANS), 4, n), np.float32)
    for start in range(0, n, _ROWS):
        end = min(n, start + _ROWS)
        low, high = int(above[-1, start]), int(below[-1, end - 1])
        topics = _sums(bucket[first[low] : first[high]], first[low : high + 1] - first[low])
        here, behind_it = topics[start - low : end - low], topics[start + 1 - low : end + 1 - low]
        own = behind_it - here
        before = here - topics.take(above[:, start:end] - low, 0)
        behind = topics.take(below[:, start:end] - low, 0) - behind_it
        own_2, before_2, behind_2 = _products(own, own), _products(before, before), _products(behind, behind)
        own_before, own_behind, both = _products(own, before), _products(own, behind), _products(before, behind)
        cosines = (
            (own_before, own_2 * before_2),
            (own_behind, own_2 * behind_2),
            (both + own_before, before_2 * (behind_2 + 2 * own_behind + own_2)),
            (both, before_2 * behind_2),
        )
        for k, (product, squares) in enumerate(cosines):
            found[:, k, start:end] = product / (np.sqrt(squares) + 1e-3)
    table.rows(*_TOPIC_NAMES)[:] = found.reshape(-1, n)


_TOPIC_NAMES = tuple(
    name.format(span)
    for span in TOPIC_SPANS
    for name in (
        "topic, line and {} before",
        "topic, line and {} behind",
        "topic, {} before and from here",
        "topic, {} before and behind",
    )
)
_ROWS = 1 << 12  # lines in one go


def _sums(bucket: Ints, first: Ints) -> Floats:
    """The vectors summed up to each line, an array (lines + 1, size); whole numbers, the same in every order of adding."""
    summed = np.zeros((len(first), SIZE), np.int64)
    told = (first[1:] > first[:-1]).nonzero()[0]
    if len(told):
        summed[told + 1] = np.add.reduceat(load_vectors().take(bucket, 0), first[told], axis=0, dtype=np.int64)
    return summed.cumsum(axis=0).astype(np.float32)


def _products(a: Floats, b: Floats) -> Floats:
    """The products of vectors, one by one: an array (n,), or (spans, n) where one of them has spans."""
    return np.asarray(np.einsum("...k,...k->...", a, b), np.float32)


@lru_cache(maxsize=1)
def _weights() -> Floats:
    """How strong a thread each pair of characters is."""
    vectors = load_vectors().astype(np.float32)
    norms = np.sqrt(_products(vectors, vectors))
    return np.minimum(np.asarray(norms / norms.mean(), np.float32), 4)
