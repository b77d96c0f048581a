"""Which passages two documents share, as spans of their own texts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from newsclean.corpus.sketch import NGRAM, Int64, UInt32, encode, hash_ngrams, places

_BRIDGE = 16  # characters; a stretch of misreadings this long does not cut a passage in two
_SHORTEST = 8  # characters; a shared turn of phrase is no passage


class SharedSpan(NamedTuple):
    """``a[a_start:a_end]`` and ``b[b_start:b_end]`` are the same passage, but for misread characters."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


def shared_spans(a: str, b: str) -> list[SharedSpan]:
    """Find the passages that two texts share, in the order of the second; moved passages are found as well.

    >>> a, b = "昨日开会。今天下雨，水位上涨三米，城外的路已经断了。", "水位上涨三米，\\n城外的路已经断了！"
    >>> [(a[s.a_start:s.a_end], b[s.b_start:s.b_end]) for s in shared_spans(a, b)]
    [('水位上涨三米，城外的路已经断了', '水位上涨三米，\\n城外的路已经断了')]
    """
    codes_a, codes_b = encode([a]).codes, encode([b]).codes
    hashes_a, hashes_b = hash_ngrams(codes_a), hash_ngrams(codes_b)
    if len(hashes_a) and len(hashes_b):
        i, j = _meetings(hashes_a, hashes_b)
        least = min(_SHORTEST, len(codes_a), len(codes_b))
        first, last = _runs(i, j)
        stays = np.repeat(j[last] + NGRAM - j[first] >= least, last + 1 - first)
        i, j = i[stays], j[stays]  # what is too short for a passage must not cut one in two
        first, last = _runs(i, j)
        spans = np.stack([i[first], i[last] + NGRAM - 1, j[first], j[last] + NGRAM - 1], axis=1)
    else:
        whole = [0, len(codes_a) - 1] * 2
        spans = np.array([whole] if len(codes_a) and np.array_equal(codes_a, codes_b) else []).reshape(-1, 4).astype(np.int64)
    at_a, at_b = places(a), places(b)
    ends = np.stack([at_a[spans[:, 0]], at_a[spans[:, 1]] + 1, at_b[spans[:, 2]], at_b[spans[:, 3]] + 1], axis=1)
    return [SharedSpan(*row) for row in ends.tolist()]


def _meetings(a: UInt32, b: UInt32) -> tuple[Int64, Int64]:
    """Places of equal n-grams, one for each of ``b`` that ``a`` has, in the order of ``b``.

    Of several in ``a`` the one that goes on from a place that is sure, before it or behind it; else the first.
    """
    order = np.argsort(a, kind="stable")
    ordered = a[order]
    begin, end = np.searchsorted(ordered, b), np.searchsorted(ordered, b, side="right")
    j = np.flatnonzero(end > begin)
    i = order[begin[j]]
    sure = end[j] - begin[j] == 1
    sure[:1] |= not sure.any()
    number = np.arange(len(j))
    behind = np.minimum.accumulate(np.where(sure, number, len(j) - 1)[::-1])[::-1]
    for near in (behind, np.maximum.accumulate(np.where(sure, number, 0))):
        expected = i[near] + j - j[near]
        fits = ~sure & (expected >= 0) & (expected < len(a))
        fits[fits] = a[expected[fits]] == b[j[fits]]
        i = np.where(fits, expected, i)
    return i, j


def _runs(i: Int64, j: Int64) -> tuple[Int64, Int64]:
    """First and last of the meetings that follow each other closely in both texts."""
    step_a, step_b = np.diff(i), np.diff(j)
    cut = np.flatnonzero((step_a <= 0) | (step_a > _BRIDGE + NGRAM) | (step_b > _BRIDGE + NGRAM)) + 1
    last = np.append(cut, len(j)) - 1 if len(j) else cut
    return np.append(0, cut)[: len(last)], last
